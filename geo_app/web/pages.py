"""What every page has: the frame around it, its language links, and how values are written."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, request

from geo_app.domain.layer import Mark
from geo_app.domain.text import LANGUAGES
from geo_app.render.legend import swatch
from geo_app.render.values import (
    MARK_MEANINGS,
    MARK_TITLES,
    show_date,
    show_moment,
    show_number,
    show_value,
    unit_symbol,
)
from geo_app.web import data
from geo_app.web.language import language, title, translate
from geo_app.web.province import workspace

_LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English"}


def init_app(app: Flask) -> None:
    """Give every template its words and filters."""
    app.context_processor(_frame)
    app.jinja_env.globals.update(_=translate, title=title, asset=data.page_asset, swatch=swatch)
    app.jinja_env.filters.update(
        day=lambda value: show_date(value, language()),
        moment=_moment,
        number=lambda value: show_number(value, language()),
        shown=lambda value, field: show_value(value, field, language()),
        symbol=lambda unit: unit_symbol(unit, language()),
        degrees=lambda value: show_number(value, language(), decimals=6),
        mark_title=_mark_title,
        mark_meaning=_mark_meaning,
    )


def _frame() -> dict[str, Any]:
    ws = workspace()
    province = ws.settings.title_en if language() == "en" else ws.settings.title_vi
    return {
        "language": language(),
        "languages": [(code, _LANGUAGE_NAMES[code], _in_language(code)) for code in LANGUAGES],
        "province": province,
        "themes": list(ws.catalogue.themes.values()),
    }


def _in_language(code: str) -> str:
    return "?" + urlencode({**request.args.to_dict(), "lang": code})


def _moment(value: datetime) -> str:
    zone = ZoneInfo(workspace().settings.time_zone)
    return show_moment(value.astimezone(zone), language())


def _mark_title(mark: Mark) -> str:
    return title(MARK_TITLES[mark])


def _mark_meaning(mark: Mark) -> str:
    return title(MARK_MEANINGS[mark])
