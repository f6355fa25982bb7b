"""Every page in both languages: whole, labelled, in one language, nothing inline, nothing far."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from page_reader import read_page

import geo_app.web
from geo_app.workspace import Workspace

LANGUAGES = ("vi", "en")
NOTICE = {"vi": "không có giá trị pháp lý", "en": "no legal force"}
FAR = re.compile(r"""["'(]\s*(?:https?:)?//(?!www\.w3\.org/)[\w.-]+""")
WEB = Path(geo_app.web.__file__).parent


def pages_of(ws: Workspace) -> Iterator[str]:
    yield from ("/", "/layers", "/plan", "/checks", "/search?q=hoa", "/search")
    yield from ("/plan/agencies", "/plan/law", "/plan?status=open")
    yield from (f"/plan/projects/{each}" for each in list(ws.plan.projects)[:2])
    yield from (f"/plan/agencies/{each}" for each in list(ws.plan.agencies)[:2])
    yield from (f"/map/{theme}" for theme in ws.catalogue.themes)
    yield from (f"/layers/{layer.id}" for layer in ws.layers)
    served = ((name, v) for name, v in ws.versions.items() if name in ws.catalogue.layers)
    public = (each for each in served if ws.catalogue.layer(each[0]).access == "public")
    yield from (f"/layers/{name}/versions/{version.id}" for name, version in list(public)[:3])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_small_province_is_well_made(
    small: FlaskClient, small_province: Workspace, language: str
) -> None:
    assert well_made(small, small_province, language) == {}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_repositorys_province_is_well_made(
    atlas: FlaskClient, province: Workspace, language: str
) -> None:
    assert well_made(atlas, province, language) == {}


def well_made(client: FlaskClient, ws: Workspace, language: str) -> dict[str, list[str]]:
    found = {}
    foreign = foreign_texts(language)
    for address in pages_of(ws):
        answer = client.get(address, query_string=None if "?" in address else {"lang": language})
        if "?" in address:
            answer = client.get(f"{address}&lang={language}")
        page = read_page(answer.get_data(as_text=True))
        problems = page.problems
        if answer.status_code != 200 or page.lang != language:
            problems.append(f"status {answer.status_code}, lang {page.lang}")
        problems += [f"in another language: {text}" for text in page.texts if text in foreign]
        if not any(NOTICE[language] in text for text in page.texts):
            problems.append("does not say that it has no legal force")
        if problems:
            found[address] = problems
    return found


def foreign_texts(language: str) -> set[str]:
    """Return the texts of the interface that a page in `language` must not show."""
    with (WEB / "translations" / "vi.po").open("rb") as file:
        pairs = [(str(m.id), str(m.string)) for m in read_po(file, locale="vi") if m.id]
    own, other = (1, 0) if language == "vi" else (0, 1)
    return {pair[other] for pair in pairs} - {pair[own] for pair in pairs}


def test_the_titles_of_layers_and_themes_are_in_the_language_asked(small: FlaskClient) -> None:
    vietnamese = small.get("/layers?lang=vi").get_data(as_text=True)
    english = small.get("/layers?lang=en").get_data(as_text=True)
    assert "Đơn vị cũ" in vietnamese
    assert "Old units" not in vietnamese
    assert "Old units" in english
    assert "Đơn vị cũ" not in english


def test_a_layers_page_shows_its_rows_codes_and_dates_in_the_language_asked(
    small: FlaskClient,
) -> None:
    vietnamese = read_page(small.get("/layers/wells?lang=vi").get_data(as_text=True)).texts
    english = read_page(small.get("/layers/wells?lang=en").get_data(as_text=True)).texts
    assert {"12,5", "31/12/1999", "Tốt", "có", "Sâu (m)"} <= set(vietnamese)
    assert {"12.5", "31 Dec 1999", "Good", "yes", "Depth (m)"} <= set(english)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_of_a_map_names_no_other_host(small: FlaskClient, language: str) -> None:
    for query in ("", "&theme=land", "&layer=cover"):
        script = small.get(f"/map.js?lang={language}{query}").get_data(as_text=True)
        assert FAR.findall(script) == []


@pytest.mark.slow
def test_the_whole_atlas_is_small_whatever_it_holds(atlas: FlaskClient) -> None:
    answer = atlas.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.content_encoding == "gzip"
    assert len(answer.data) < 60_000
    assert len(gzip.decompress(answer.data)) < 60_000


def test_every_script_and_style_a_page_loads_is_there(small: FlaskClient) -> None:
    for address in ("/", "/layers/wells", "/layers"):
        page = read_page(small.get(address).get_data(as_text=True))
        loaded = [a for a in page.addresses if a.startswith(("/assets/", "/map.js", "/data/"))]
        assert loaded
        assert [a for a in loaded if small.get(a).status_code != 200] == []


def test_every_link_of_a_page_leads_somewhere(small: FlaskClient) -> None:
    for address in ("/", "/map/water", "/layers", "/layers/wells", "/plan", "/search?q=hoa"):
        links = set(read_page(small.get(address).get_data(as_text=True)).addresses)
        paths = {link.partition("#")[0] for link in links if link.startswith("/")}
        assert [path for path in paths if small.get(path).status_code != 200] == []


def test_the_links_of_the_languages_keep_the_reader_where_they_are(small: FlaskClient) -> None:
    page = small.get("/layers/wells?sort=depth_m&lang=en").get_data(as_text=True)
    assert 'href="?sort=depth_m&amp;lang=vi"' in page


def test_a_table_is_paged_sorted_and_filtered(small: FlaskClient) -> None:
    def names(query: str) -> list[str]:
        html = small.get(f"/layers/wells?{query}").get_data(as_text=True)
        return re.findall(r"<td >(W\d)</td>", html)

    assert names("sort=depth_m") == ["W2", "W5", "W1", "W4", "W3"]
    assert names("sort=depth_m&order=desc") == ["W4", "W1", "W5", "W2", "W3"]
    assert names("sort=name") == ["W3", "W1", "W5", "W2", "W4"]
    assert names("f.depth_m.from=8&f.depth_m.to=12,5") == ["W1", "W5"]
    assert names("f.grade=poor") == ["W2", "W5"]
    assert names("f.working=false") == ["W2"]
    assert names("f.dug=2025-07-01") == ["W2"]
    assert names("f.name=gieng an") == ["W1", "W3", "W5"]
    assert names("f.name=không có") == []
    assert names("offset=50") == ["W1", "W2", "W3", "W4", "W5"]
