"""Chromium for the tests, with every request to another host stopped and counted."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Watch:
    """What a page did that it must not: requests to other hosts, errors on its console."""

    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.outside and not self.errors


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; its absence skips here and fails where CI=true."""
    if CHROMIUM is None:
        reason = "no Chromium here (apt-get install chromium): the browser tests did not run"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., tuple[Page, Watch]]]:
    """Return a function that opens an empty watched page of some width and language."""
    contexts: list[BrowserContext] = []

    def make(*, width: int = 1400, language: str = "vi", host: str = "127.0.0.1", **options):
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, locale=language, **options)
        contexts.append(context)
        watch = Watch()

        def gate(route: Route) -> None:
            address = urlsplit(route.request.url)
            if address.scheme in ("data", "blob", "file") or address.hostname == host:
                route.continue_()
            else:
                watch.outside.append(route.request.url)
                route.abort()

        context.route("**/*", gate)
        page = context.new_page()
        page.on("console", lambda m: watch.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        return page, watch

    yield make
    for context in contexts:
        context.close()
