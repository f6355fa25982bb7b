"""What the elements share: one call of one of our scripts, with its settings as JSON."""

import json
from collections.abc import Mapping
from typing import ClassVar

from folium.elements import JSCSSMixin
from folium.template import Template

Links = list[tuple[str, str]]


class AtlasElement(JSCSSMixin):
    """
    An element of the map: the call ``geoApp.<call>(map, settings)``.

    Its name in the page is its call and `key`, so that the same map is the same text each time.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "geoApp.{{ this.call }}({{ this._parent.get_name() }}, {{ this.settings }});"
        "{% endmacro %}"
    )
    call: ClassVar[str]

    def __init__(self, settings: Mapping[str, object], *, key: str = "atlas") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = self.call
        self._id = key
        self.settings = to_script(settings)


def to_script(value: object) -> str:
    """
    Write `value` as JSON that is safe inside a script, a page, and branca's templates.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has none such.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Only strings can hold these; an escape in them means the same character.
    for unsafe in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(unsafe, f"\\u{ord(unsafe):04x}")
    for opening in ("{{", "{%", "{#"):
        text = text.replace(opening, "\\u007b" + opening[1:])
    return text


def static_links(*names: str) -> Links:
    """Return the links of our own scripts, as pairs of name and link."""
    return [(f"geoapp_{name}", f"static/{name}.js") for name in names]
