"""
A folium page made ours: links go through the pinned asset table, the script is its own file.

The same figure serves two uses: `AtlasFigure.page_parts` for the web, whose pages allow no inline
script, and `AtlasFigure.render` (what ``save`` and a notebook call) for one file that opens
without any network.
"""

import json
import mimetypes
import re
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from branca.element import CssLink, Element, Figure, JavascriptLink, Link

from geo_app.errors import AssetError
from geo_app.render.assets import path_of

_URL = re.compile(r"""url\(\s*(['"]?)(?!data:|#)([^'")\s]+)\1\s*\)""")
_ICONS = {
    "iconUrl": "marker-icon.png",
    "iconRetinaUrl": "marker-icon-2x.png",
    "shadowUrl": "marker-shadow.png",
}
_NOTEBOOK_HEIGHT_PX = 640


@dataclass(frozen=True)
class PageParts:
    """
    A map taken apart for a web page with a strict Content-Security-Policy.

    `styles` and `scripts` are links as folium and our elements write them (`assets.path_of` tells
    the files), in loading order; `script` comes last, after `body`.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    body: str
    script: str


class AtlasFigure(Figure):
    """
    The page of a map.

    Parameters
    ----------
    title
        Title of the one-file page.
    language
        Language of the page: vi or en.
    """

    def __init__(self, *, title: str, language: str) -> None:
        super().__init__(title=title)
        self.name = title
        self.language = language
        self.header = Element()
        for part in (self.header, self.html, self.script):
            part._parent = self

    def page_parts(self) -> PageParts:
        """
        Return the parts a web page needs; every link is known to the asset table.

        Raises
        ------
        AssetError
            If a link is unknown, or an element wants inline code in the page's head.
        """
        self._draw()
        for child in self.header._children.values():
            if not isinstance(child, CssLink | JavascriptLink):
                raise AssetError(
                    f"an element writes {_text(child).strip()[:60]!r} into the page's head; a web "
                    "page allows no inline code there: serve it as a file, or use save()"
                )
        styles, scripts = self._links(CssLink), self._links(JavascriptLink)
        for link in (*styles, *scripts):
            path_of(link)
        return PageParts(styles, scripts, _joined(self.html), _joined(self.script))

    def render(self, **_kwargs: object) -> str:
        """
        Return the whole page as one file: nothing is loaded from anywhere else.

        Raises
        ------
        AssetError
            If a link is unknown to the asset table, or a file it needs is missing.
        """
        self._draw()
        styles = [path_of(link) for link in self._links(CssLink)]
        scripts = [path_of(link) for link in self._links(JavascriptLink)]
        own = _joined(self.script)
        code = [path.read_text(encoding="utf-8") for path in scripts]
        if "L.marker(" in own:
            code.extend(_default_icons(path) for path in styles if path.name == "leaflet.css")
        extra = [_text(c) for c in self.header._children.values() if not isinstance(c, Link)]
        lines = [
            "<!DOCTYPE html>",
            f'<html lang="{escape(self.language)}">',
            '<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(self.name)}</title>",
            *(f"<style>\n{_inlined_css(path)}\n</style>" for path in styles),
            *extra,
            f'</head>\n<body class="geoapp-page">\n{_joined(self.html)}',
            *(f"<script>\n{_safe_script(text)}\n</script>" for text in (*code, own)),
            "</body>\n</html>\n",
        ]
        return "\n".join(lines)

    def _repr_html_(self, **_kwargs: object) -> str:
        """Show the one-file page in a notebook, in a frame of its own."""
        return (
            f'<iframe srcdoc="{escape(self.render())}" title="{escape(self.name)}" width="100%" '
            f'height="{_NOTEBOOK_HEIGHT_PX}" allowfullscreen '
            'style="border:1px solid #d5d9d3;border-radius:4px"></iframe>'
        )

    def _draw(self) -> None:
        for child in self._children.values():
            child.render()

    def _links(self, kind: type[Link]) -> tuple[str, ...]:
        children = self.header._children.values()
        return tuple(dict.fromkeys(child.url for child in children if isinstance(child, kind)))


def _joined(part: Element) -> str:
    return "\n".join(_text(child).strip() for child in part._children.values()) + "\n"


def _text(child: Element) -> str:
    """
    Return what an element wrote, as it wrote it.

    branca would render the finished text as a template once more, and so run any ``{{ … }}``
    that stands in someone's data.
    """
    written: str | None = child._template_str
    return child.render() if written is None else written


def _safe_script(code: str) -> str:
    """Keep a script from ending its own element; inside strings and patterns nothing changes."""
    code = re.sub(r"</(script)", r"<\\/\1", code, flags=re.IGNORECASE)
    return code.replace("<!--", r"<\!--")


def _inlined_css(path: Path) -> str:
    """Return a style sheet with every file it names inside, as data."""
    text = path.read_text(encoding="utf-8")

    def inline(match: re.Match[str]) -> str:
        name = unquote(urlsplit(match[2]).path)
        return f'url("{_data_url(path.parent / name, wanted_by=path.name)}")'

    return re.sub(r"</(style)", r"<\\/\1", _URL.sub(inline, text), flags=re.IGNORECASE)


def _data_url(path: Path, *, wanted_by: str) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    try:
        content = path.read_bytes()
    except OSError:
        message = f"{wanted_by}: its file {path.name} is missing; run `make assets`"
        raise AssetError(message) from None
    return f"data:{kind};base64,{b64encode(content).decode()}"


def _default_icons(leaflet_css: Path) -> str:
    """Give Leaflet's own marker its pictures: inlined, it finds no folder to take them from."""
    images = leaflet_css.parent / "images"
    icons = {
        option: _data_url(images / name, wanted_by="leaflet.css") for option, name in _ICONS.items()
    }
    return f'L.Icon.Default.imagePath="";L.Icon.Default.mergeOptions({json.dumps(icons)});'
