"""The production server on a workspace of its own, and what a page of it is looked at for."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from geo_app.render.assets import VENDOR

AXE = next(VENDOR.glob("axe-core@*/axe.min.js"), None)


@dataclass(frozen=True)
class Served:
    """A running server: its address, and the folder of its workspace."""

    address: str
    root: Path


@contextmanager
def serving(root: Path, *options: str) -> Iterator[str]:
    """Serve a workspace, with more options of `geo-app serve`, and give the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from geo_app.cli import main; main()"]
    command += ["--workspace", str(root), "serve", "--port", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            break
        except OSError:
            time.sleep(0.2)
    try:
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def serious(page: Page) -> list[tuple[str, list[str]]]:
    """Return what axe finds serious or critical."""
    assert AXE is not None
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wider
