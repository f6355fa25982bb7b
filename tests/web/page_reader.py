"""Read a page as strictly as a test wants it: balanced, labelled, nothing inline, nothing far."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
LABELLED = {"input", "select", "textarea"}
ADDRESSES = {"href", "src", "srcset", "action", "formaction", "poster", "data", "content"}


@dataclass
class PageReader(HTMLParser):
    """What a page holds, and what is wrong with it."""

    problems: list[str] = field(default_factory=list)
    lang: str | None = None
    titles: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """What is written, but for codes."""
    tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self._ids: list[str] = []
        self._labelled: set[str] = set()
        self._to_label: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self._open.append(tag)
        self._element(tag, dict(attrs))

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self._element(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self._open[-3:]}, line {self.getpos()[0]}")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            if self._open[-1:] == ["script"] or self._open[-1:] == ["style"]:
                self.problems.append(f"inline {self._open[-1]}: {text[:60]}")
            if self._open[-1:] == ["h1"]:
                self.titles.append(text)
            if self._open[-1:] != ["code"]:
                self.texts.append(text)

    def _element(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tags.append(tag)
        if tag == "html":
            self.lang = attributes.get("lang")
        for name, value in attributes.items():
            if name.startswith("on") or name == "style":
                self.problems.append(f"<{tag} {name}=…>")
            if name in ADDRESSES and value and tag != "meta":
                self.addresses.append(value)
        if identity := attributes.get("id"):
            self._ids.append(identity)
        if tag == "label" and (target := attributes.get("for")):
            self._labelled.add(target)
        hidden = attributes.get("type") == "hidden" or "aria-label" in attributes
        if tag in LABELLED and not hidden and "label" not in self._open:
            self._to_label.append(attributes.get("id") or f"<{tag} without id>")

    def finish(self) -> "PageReader":
        """Add what can be told only at the end of the page."""
        self.close()
        if self._open:
            self.problems.append(f"never closed: {self._open}")
        twice = {each for each in self._ids if self._ids.count(each) > 1}
        self.problems += [f"id {each!r} stands twice" for each in sorted(twice)]
        bare = [each for each in self._to_label if each not in self._labelled]
        self.problems += [f"{each} has no label" for each in bare]
        if self.tags.count("h1") != 1:
            self.problems.append(f"{self.tags.count('h1')} h1: {self.titles}")
        far = [a for a in self.addresses if "//" in a]
        self.problems += [f"address of another host: {address}" for address in far]
        return self


def read_page(html: str) -> PageReader:
    """Read a whole page."""
    reader = PageReader()
    reader.feed(html)
    return reader.finish()
