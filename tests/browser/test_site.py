"""The whole site in Chromium, as a planner meets it: the real server, the sample province."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from geo_app.render.assets import VENDOR
from geo_app.storage.catalogue import read_catalogue
from geo_app.workspace import open_workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
CATALOGUE = read_catalogue(ROOT / "layers")
MAPS = ["/", *(f"/map/{theme}" for theme in CATALOGUE.themes)]
PAGES = ["/layers", "/plan", "/search?q=hoang+van+thu", *(f"/layers/{n}" for n in CATALOGUE.layers)]
AXE = next(VENDOR.glob("axe-core@*/axe.min.js"), None)
GOOD_WIDTHS = (1400, 360)


@pytest.fixture(scope="module")
def server(province, tmp_path_factory):
    """The production server on its own copy of the sample province."""
    root = tmp_path_factory.mktemp("site") / "workspace"
    shutil.copytree(province.settings.root, root)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from geo_app.cli import main; main()"]
    command += ["--workspace", str(root), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            break
        except OSError:
            time.sleep(0.2)
    yield address, root
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)


def visit(page, address, path, language):
    """Open a page and wait for its map, where it has one, to be drawn."""
    joint = "&" if "?" in path else "?"
    answer = page.goto(f"{address}{path}{joint}lang={language}", wait_until="load")
    assert answer.status == 200
    page.wait_for_function("!window.geoApp || geoApp.map?.geoApp?.idle?.() !== false")
    return page


def serious(page):
    """Return what axe finds serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", [*MAPS, *PAGES])
def test_every_page_opens_clean(path, language, server, open_page):
    page, watch = open_page(language=language)
    visit(page, server[0], path, language)
    assert watch.outside == []
    assert watch.errors == []
    assert page.get_attribute("html", "lang") == language
