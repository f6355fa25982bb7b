"""The page for the roadside in Chromium, on a phone and at a desk: typed, tapped, recorded."""

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from served import Served, overflow, serious, serving

from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.posts import field_posts

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ON_QL4B = {"latitude": 21.79, "longitude": 106.895, "accuracy": 9}
IN_PARIS = {"latitude": 48.85, "longitude": 2.35, "accuracy": 9}
SIZES = {"phone": {"width": 360, "has_touch": True, "is_mobile": True}, "desk": {"width": 1400}}
THUMB_PX = 44
READY = "() => !window.geoApp?.map || geoApp.map._loaded"


@pytest.fixture(scope="module")
def server(province: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("km") / "workspace"
    shutil.copytree(province.settings.root, root)
    with serving(root) as address:
        yield Served(address, root)


def visit(page: Any, server: Served, query: str = "", language: str = "vi") -> None:
    page.goto(f"{server.address}/km?lang={language}{query}", wait_until="load")
    page.wait_for_function(READY)


def wait_for_status(page: Any, words: str) -> None:
    page.wait_for_function(
        "(words) => document.querySelector('#km-status').textContent.includes(words)", arg=words
    )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_a_kilometre_is_typed(
    size: str, language: str, server: Served, open_page: Callable[..., Any]
) -> None:
    page, watch = open_page(language=language, **SIZES[size])
    visit(page, server, language=language)
    page.fill("#km-q", "ql4b km 18 + 300")
    page.keyboard.press("Enter")
    page.wait_for_selector(".km-where")
    page.wait_for_function(READY)
    assert page.inner_text(".km-where") == "Quốc lộ 4B Km18+300"
    assert page.get_attribute("html", "lang") == language
    unsure = {"vi": "chưa hiệu chuẩn", "en": "not calibrated"}[language]
    assert unsure in page.inner_text(".km-sure")
    assert overflow(page) <= 1
    assert serious(page) == []
    assert watch.clean


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_the_position_is_tapped_and_a_post_recorded(
    size: str, language: str, server: Served, open_page: Callable[..., Any]
) -> None:
    page, watch = open_page(
        language=language, geolocation=ON_QL4B, permissions=["geolocation"], **SIZES[size]
    )
    visit(page, server, language=language)
    page.click("#km-here")
    page.wait_for_url("**accuracy=9**")
    page.wait_for_function(READY)
    assert page.inner_text(".km-where") == "Quốc lộ 4B Km18"
    assert "106.89" in page.inner_text(".km-facts")
    page.click("#record summary")
    assert small_targets(page) == []
    assert serious(page) == []

    page.fill("#km-chainage", "Km18")
    page.fill("#km-who", f"Lan {language} {size}")
    page.click("#km-post button")
    page.wait_for_selector("#recorded")
    number = int(re.findall(r"\d+", page.inner_text("#recorded"))[-1])
    kept = {post.id: post for post in field_posts(open_workspace(server.root))}
    assert kept[number].who == f"Lan {language} {size}"
    assert (kept[number].route, kept[number].chainage_m) == ("ql4b", 18_000)
    assert (kept[number].lat, kept[number].lon, kept[number].accuracy_m) == (21.79, 106.895, 9)
    assert overflow(page) <= 1
    assert watch.clean


def small_targets(page: Any) -> list[str]:
    """Return the controls of the page's own that a thumb would miss."""
    return page.evaluate(
        """(least) => [...document.querySelectorAll(
             '.km button, .km input:not([type=hidden]), .km select, .km-record summary')]
           .filter((control) => !control.closest('.geoapp'))
           .filter((control) => {
             const { width, height } = control.getBoundingClientRect();
             return width && (height < least || width < least);
           }).map((control) => control.outerHTML.slice(0, 80))""",
        THUMB_PX,
    )


def test_the_position_button_stays_under_the_thumb(
    server: Served, open_page: Callable[..., Any]
) -> None:
    page, _ = open_page(**SIZES["phone"])
    visit(page, server, "&q=QL4B+Km18")
    for place in ("0", "document.body.scrollHeight"):
        page.evaluate(f"window.scrollTo(0, {place})")
        box = page.locator("#km-here").bounding_box()
        assert box["y"] + box["height"] <= 900
        assert box["y"] > 700
    # Nothing lies under it at the end of the page.
    foot = page.locator("footer.bottom p").bounding_box()
    assert foot["y"] + foot["height"] <= box["y"]


def test_a_position_elsewhere_is_told(server: Served, open_page: Callable[..., Any]) -> None:
    page, watch = open_page(geolocation=IN_PARIS, permissions=["geolocation"])
    visit(page, server)
    page.click("#km-here")
    page.wait_for_selector("[role=alert]")
    assert "nằm xa ngoài Lạng Sơn" in page.inner_text("[role=alert]")
    assert watch.outside == []


def test_a_refusal_is_told_and_the_button_stays(
    server: Served, open_page: Callable[..., Any]
) -> None:
    page, watch = open_page(permissions=[])
    visit(page, server)
    page.click("#km-here")
    wait_for_status(page, "cho phép")
    assert page.is_enabled("#km-here")
    assert watch.clean


def test_plain_http_is_told(server: Served, open_page: Callable[..., Any]) -> None:
    page, _ = open_page()
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    visit(page, server)
    page.click("#km-here")
    assert "https" in page.inner_text("#km-status")


def test_the_best_of_several_positions_is_taken(
    server: Served, open_page: Callable[..., Any]
) -> None:
    page, _ = open_page(geolocation={**ON_QL4B, "accuracy": 800}, permissions=["geolocation"])
    visit(page, server)
    page.click("#km-here")
    wait_for_status(page, "800")
    page.context.set_geolocation(ON_QL4B)
    page.wait_for_url("**accuracy=9**")


def test_the_answer_is_copied_and_its_link_shared(
    server: Served, open_page: Callable[..., Any]
) -> None:
    page, watch = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.add_init_script("Object.defineProperty(navigator, 'share', { value: undefined })")
    visit(page, server, "&q=QL4B+Km3%2B700–Km18")
    page.click("#km-copy")
    wait_for_status(page, "chép")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == "Quốc lộ 4B Km3+700–Km18"
    page.click("#km-share")
    wait_for_status(page, "liên kết")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{server.address}/km?q=QL4B+Km3%2B700")
    assert watch.clean


def test_without_a_clipboard_the_text_is_shown(
    server: Served, open_page: Callable[..., Any]
) -> None:
    page, _ = open_page()
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
        "document.execCommand = () => false;"
    )
    visit(page, server, "&q=QL4B+Km18")
    page.click("#km-copy")
    page.wait_for_selector("#km-text", state="visible")
    assert page.inner_text("#km-text").startswith("Quốc lộ 4B Km18 (± ")


def test_it_works_without_a_script(server: Served, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="vi")
    page = context.new_page()
    page.goto(f"{server.address}/km")
    assert not page.is_visible("#km-here")
    page.fill("#km-q", "QL4B Km18")
    page.click(".km-ask button")
    assert page.inner_text(".km-where") == "Quốc lộ 4B Km18"
    assert not page.is_visible("#km-copy")
    page.goto(f"{server.address}/km?lat=21.79&lon=106.895&accuracy=9")
    page.click("#record summary")
    page.fill("#km-chainage", "Km18")
    page.fill("#km-who", "Không script")
    page.click("#km-post button")
    assert "chờ duyệt" in page.inner_text("#recorded")
    context.close()


def test_the_map_shows_the_place_and_answers_a_click(
    server: Served, open_page: Callable[..., Any]
) -> None:
    page, watch = open_page()
    visit(page, server, "&q=QL4B+Km18")
    page.wait_for_function(
        "() => [...geoApp.map.geoApp.layers.values()].every(({ status }) => status !== 'loading')"
    )
    drawn = page.evaluate(
        "[...geoApp.map.geoApp.layers.values()]"
        ".filter(({ status }) => status === 'drawn').map(({ spec }) => spec.id)"
    )
    assert {"km_around", "km_place", "national_roads", "province_outline"} <= set(drawn)
    assert page.evaluate("geoApp.map.getBounds().contains([21.79, 106.895])")
    width_km = "geoApp.map.getBounds().getEast() - geoApp.map.getBounds().getWest()"
    assert page.evaluate(width_km) < 0.4  # around the place, not the whole province
    page.locator(".folium-map").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".geoapp-hit")
    assert watch.clean
