"""A figure's links, its one-file form, and what it escapes."""

import re
from pathlib import Path

import pytest
from jinja2 import Template

from branca.element import CssLink, Element, JavascriptLink, MacroElement

from geo_app.errors import AssetError
from geo_app.render import figure
from geo_app.render.figure import AtlasFigure

ICON = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dot.png").write_bytes(ICON)
    (tmp_path / "page.css").write_text(
        'a{background:url("dot.png?v=1")}b{background:url(#x)}c{background:url(data:,)}',
        encoding="utf-8",
    )
    (tmp_path / "lib.js").write_text("var a = '</script><!--';", encoding="utf-8")

    def path_of(link: str) -> Path:
        if not (tmp_path / link).is_file():
            raise AssetError(f"link {link!r} is not in the table")
        return tmp_path / link

    monkeypatch.setattr(figure, "path_of", path_of)
    return tmp_path


class Part(MacroElement):
    _template = Template("{% macro script(this, kwargs) %}{{ this.code }}{% endmacro %}")

    def __init__(self, code: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.code = code


def page(*links: Element, code: str = "run();") -> AtlasFigure:
    made = AtlasFigure(title="Bản đồ <1>", language="vi")
    for at, link in enumerate(links):
        made.header.add_child(link, name=str(at))
    made.add_child(Part(code))
    return made


@pytest.mark.usefixtures("assets")
def test_page_parts_keep_links_as_written_and_in_order() -> None:
    parts = page(JavascriptLink("lib.js"), CssLink("page.css")).page_parts()
    assert parts.scripts == ("lib.js",)
    assert parts.styles == ("page.css",)
    assert parts.script == "run();\n"


@pytest.mark.usefixtures("assets")
def test_an_unknown_link_is_refused_both_ways() -> None:
    stranger = "https://cdn.example.org/x.js"
    for use in (AtlasFigure.page_parts, AtlasFigure.render):
        with pytest.raises(AssetError, match=r"cdn\.example\.org"):
            use(page(JavascriptLink(stranger)))


@pytest.mark.usefixtures("assets")
def test_code_in_the_head_is_refused_for_the_web_and_kept_in_one_file() -> None:
    made = page(Element("<style>p{}</style>"))
    with pytest.raises(AssetError, match="no inline code"):
        made.page_parts()
    assert "<style>p{}</style>" in made.render()


@pytest.mark.usefixtures("assets")
def test_one_file_holds_everything() -> None:
    text = page(JavascriptLink("lib.js"), CssLink("page.css")).render()
    assert "src=" not in text
    assert "href=" not in text
    assert 'url("data:image/png;base64,iVBORw0KGgo=")' in text
    assert "url(#x)" in text
    assert "<title>Bản đồ &lt;1&gt;</title>" in text
    assert '<html lang="vi">' in text


@pytest.mark.usefixtures("assets")
def test_a_script_cannot_end_its_own_element() -> None:
    text = page(JavascriptLink("lib.js"), code="x = '</SCRIPT>';").render()
    assert r"var a = '<\/script><\!--';" in text
    assert r"x = '<\/SCRIPT>';" in text
    assert len(re.findall("</script>", text)) == 2


@pytest.mark.usefixtures("assets")
def test_finished_text_is_not_a_template() -> None:
    assert "49" not in page(code="name = '{{ 7*7 }}';").page_parts().script


def test_a_missing_picture_of_a_style_is_named(assets: Path) -> None:
    (assets / "dot.png").unlink()
    with pytest.raises(AssetError, match=r"page\.css: its file dot\.png is missing"):
        page(CssLink("page.css")).render()


@pytest.mark.usefixtures("assets")
def test_a_notebook_shows_the_one_file_in_a_frame() -> None:
    html = page()._repr_html_()
    assert html.startswith('<iframe srcdoc="&lt;!DOCTYPE html&gt;')
    assert 'title="Bản đồ &lt;1&gt;"' in html
