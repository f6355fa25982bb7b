"""The plan's page over HTTP: 100 targets, 300 tasks, and five years reported on all of them."""

import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import generate
import ground
import numpy as np
import requests

from geo_app.domain.ledger import Kind
from geo_app.domain.submission import Line
from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.collecting import accept, submit
from geo_app.workspace.founding import create_workspace

AGENCIES, TARGETS, TASKS = 10, 100, 300
OUTLINE_OWNER = "so_nv"
YEARS = range(2021, 2026)
ASKED, WARM, PAGE_S = 60, 20, 0.05


def measure(folder: Path) -> list[dict[str, Any]]:
    """Time the page of a plan that was reported on for five years."""
    ws = make_plan(folder / "plan")
    with ground.server(ws.settings.root) as address, requests.Session() as session:
        for _ in range(WARM):  # every worker reads the ledger once
            _spent(session, f"{address}/plan")
        spent = [_spent(session, f"{address}/plan") for _ in range(ASKED)]
    ours_s = float(np.median(spent))
    rows = f"{TARGETS} targets, {TASKS} tasks, {len(YEARS)} years"
    return [
        {
            "work": f"the plan's page over HTTP, {rows}: p50",
            "ours": f"{ours_s * 1_000:,.0f} ms",
            "peer": f"{PAGE_S * 1_000:,.0f} ms (allowed)",
            "ratio": ours_s / PAGE_S,
            "bar": 1.0,
        }
    ]


def make_plan(folder: Path) -> Workspace:
    """Make a workspace with a plan, and what its agencies reported of each year, accepted."""
    create_workspace(folder, title_vi="Đo", title_en="Bench", crs=generate.CRS)
    plan = folder / "plan"
    agencies = [OUTLINE_OWNER, *(f"agency_{number}" for number in range(AGENCIES))]
    (plan / "agencies.toml").write_text(_tables("agencies", map(_agency, agencies)))
    (plan / "targets.toml").write_text(_tables("targets", map(_target, range(TARGETS))))
    (plan / "projects.toml").write_text(_tables("projects", map(_task, range(TASKS))))
    ws = open_workspace(folder)
    for year in YEARS:
        for number in range(AGENCIES):
            form = submit(
                ws,
                agency=f"agency_{number}",
                period=str(year),
                lines=list(_lines(number, year)),
                who="bench",
                digest=f"{year} {number}",
            )
            accept(ws, form.id)
    return ws


def _agency(name: str) -> dict[str, Any]:
    return {"id": name, **_titled(f"Sở {name}"), **_SOURCED}


def _target(number: int) -> dict[str, Any]:
    return {
        "id": f"target_{number}",
        "section": f"II.{number // 10 + 1}",
        **_titled(f"Tỷ lệ hộ dân số {number} được dùng dịch vụ đạt chuẩn"),
        "sentence": "Đến năm 2030 tỷ lệ đạt 90 %",
        "comparator": "reach",
        "unit": "pct",
        "value": 90,
        "year": 2030,
        "agency": f"agency_{number % AGENCIES}",
        "spatial": "no",
        "baseline": {"value": 50, "year": 2020, **_SOURCED},
        **_SOURCED,
    }


def _task(number: int) -> dict[str, Any]:
    return {
        "id": f"task_{number}",
        "section": f"III.{number // 30 + 1}",
        **_titled(f"Nâng cấp tuyến đường số {number} đến trung tâm xã"),
        "kind": "road",
        "action": {"vi": "Hoàn thành nâng cấp", "en": "Complete the upgrade"},
        "year": 2026,
        "agency": f"agency_{number % AGENCIES}",
        **_SOURCED,
    }


def _lines(agency: int, year: int) -> Iterator[Line]:
    day, value = dt.date(year, 12, 31), 50.0 + 4 * (year - YEARS[0])
    yield from (_line("target", n, day, value=value) for n in range(agency, TARGETS, AGENCIES))
    yield from (
        _line("project", n, day, progress="under_way") for n in range(agency, TASKS, AGENCIES)
    )


def _line(kind: Kind, number: int, day: dt.date, **known: Any) -> Line:
    word = "target" if kind == "target" else "task"
    return Line(kind, f"{word}_{number}", day, evidence="Báo cáo năm", **known)


_SOURCED = {"verified": True, "source": "sinh ra để đo"}


def _titled(text: str) -> dict[str, Any]:
    return {"title": {"vi": text, "en": text}}


def _tables(name: str, records: Iterator[dict[str, Any]]) -> str:
    """Write records as TOML: a string in JSON is one there too."""
    return "\n".join(
        f"[[{name}]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in record.items())
        for record in records
    )


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def _spent(session: requests.Session, address: str) -> float:
    start = time.perf_counter()
    answer = session.get(address, timeout=60)
    answer.raise_for_status()
    return time.perf_counter() - start
