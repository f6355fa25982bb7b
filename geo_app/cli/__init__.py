"""
The ``geo-app`` command: one thin function per verb.

=============  ========================================================
`command`      the command itself, its errors and listings
`province`     layers, catalogue check, build, serve, new
`incoming`     inspect, import, fetch
`versions`     versions, history, findings, rollback, withdraw, prune, export
`studies`      study, studies
`check`        check
`chainage`     locate
`where`        where
`plan`         plan
`plan_forms`   plan forms, upload, submissions, submission, accept, return, late
`plan_report`  plan report, outlines
`plan_impact`  plan impact
`posts`        posts list, accept, return, add
`records`      checks list, show, verify; overrides list, add, end
`basemaps`     basemap add, list, remove
=============  ========================================================

GIS libraries load inside the verbs, so ``geo-app --help`` answers at once.
"""

from geo_app.cli import (
    basemaps,
    chainage,
    check,
    incoming,
    plan,
    plan_forms,
    plan_impact,
    plan_report,
    posts,
    province,
    records,
    studies,
    versions,
    where,
)
from geo_app.cli.command import main

__all__ = [
    "basemaps",
    "chainage",
    "check",
    "incoming",
    "main",
    "plan",
    "plan_forms",
    "plan_impact",
    "plan_report",
    "posts",
    "province",
    "records",
    "studies",
    "versions",
    "where",
]
