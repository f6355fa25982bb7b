"""Asking a server politely: who asks, how long to wait, when to ask again and when to give up."""

import datetime as dt
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests
from urllib3.exceptions import HTTPError

from geo_app import __version__
from geo_app.errors import DataError

AGENT = f"geo_app/{__version__} (+province planning atlas)"
LOCAL = "check the network or the proxy, or give a local file in place of the address"
_MOST_REDIRECTS = 5
_SECRETS = re.compile(r"token|key|secret|password|signature|auth", re.IGNORECASE)
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""HTTP codes that another attempt may not meet."""

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """
    How hard to try.

    Of `attempts` in a row that bring nothing new, the last is given up; between them stands a
    pause of `pause_s`, doubled each time. A copy younger than `fresh_s` is used unasked.
    """

    attempts: int = 5
    pause_s: float = 1.0
    longest_pause_s: float = 120.0
    connect_s: float = 15.0
    read_s: float = 60.0
    fresh_s: float = 86_400.0
    most_bytes: int = 8_000_000_000


@dataclass(frozen=True)
class Seen:
    """What an answer says of its file; `bytes` is None where it does not say."""

    etag: str | None
    last_modified: dt.datetime | None
    bytes: int | None


class Again(Exception):  # noqa: N818 (no error yet: `patiently` decides)
    """An attempt failed in a way that another may not; `wait_s` is what the server asks for."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def is_address(text: str) -> bool:
    """
    Tell an address from a path.

    Raises
    ------
    DataError
        If it is an address, but not of http or https.
    """
    if "://" not in text:
        return False
    if urlsplit(text).scheme.lower() not in {"http", "https"}:
        message = f"{text}: expected an http or https address, or the path of a local file"
        raise DataError(message)
    return True


def masked(address: str) -> str:
    """
    Return an address without what opens doors.

    >>> masked("https://me:pw@a.org/x?token=1&b=2")
    'https://a.org/x?token=***&b=2'
    """
    parts = urlsplit(address)
    query = [(k, "***" if _SECRETS.search(k) else v) for k, v in parse_qsl(parts.query)]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(query, safe="*"), ""))


def open_session() -> requests.Session:
    """Return a session that says who asks; proxies are those of the environment."""
    session = requests.Session()
    session.max_redirects = _MOST_REDIRECTS
    session.headers.update({"User-Agent": AGENT, "Accept-Encoding": "gzip, identity"})
    return session


@contextmanager
def asked(
    session: requests.Session,
    url: str,
    patience: Patience,
    *,
    headers: dict[str, str] | None = None,
) -> Iterator[requests.Response]:
    """
    Ask once; the answer's body has not been read yet.

    Raises
    ------
    Again
        If the connection failed, in the block too.
    DataError
        If no other attempt would help.
    """
    timeout = (patience.connect_s, patience.read_s)
    try:
        with session.request(
            "GET", url, headers=headers, stream=True, timeout=timeout, allow_redirects=True
        ) as answer:
            if url.startswith("https:") and answer.url.startswith("http:"):
                message = (
                    f"{masked(url)}: leads to {masked(answer.url)}, which is not encrypted; "
                    "it is not read"
                )
                raise DataError(message)
            yield answer
    except requests.exceptions.SSLError as error:
        message = f"{masked(url)}: its certificate is not trusted: {_told(error, url)}"
        raise DataError(message) from error
    except (requests.TooManyRedirects, requests.exceptions.InvalidSchema, ValueError) as error:
        if isinstance(error, DataError):
            raise
        message = f"{masked(url)}: leads nowhere: {_told(error, url)}"
        raise DataError(message) from error
    except (requests.RequestException, HTTPError) as error:
        raise Again(_told(error, url)) from error


def _told(error: Exception, url: str) -> str:
    """Return what an error says on one line, without the address's query: it may hold a key."""
    text, query = " ".join(str(error).split()), urlsplit(url).query
    return text.replace(query, "…") if query else text


def check_status(answer: requests.Response, url: str, patience: Patience) -> None:
    """
    Accept an answer that carries what was asked for.

    Raises
    ------
    Again
        If the server is busy or broken for the moment.
    DataError
        If it refuses, or asks for more patience than there is.
    """
    code = answer.status_code
    if code < 400:
        return
    said = f"HTTP {code} {answer.reason or ''}".strip()
    if code not in _PASSING:
        message = f"{url}: the server answers {said}; is the address right? Or {LOCAL}"
        raise DataError(message)
    wait_s = _retry_after_s(answer.headers.get("Retry-After"))
    if wait_s is not None and wait_s > patience.longest_pause_s:
        message = f"{url}: the server answers {said} and asks to come back in {wait_s:,.0f} s"
        raise DataError(message)
    raise Again(said, wait_s)


def patiently(
    attempt: Callable[[], T],
    url: str,
    patience: Patience,
    *,
    reached: Callable[[], int] = lambda: 0,
    otherwise: str = LOCAL,
) -> T:
    """
    Attempt until it works or patience ends.

    Parameters
    ----------
    reached
        How far the attempts have come; one that comes further than any before starts the count
        of failures anew.
    otherwise
        What the error tells to do.

    Raises
    ------
    DataError
        If `patience.attempts` in a row failed.
    """
    failures, furthest = 0, reached()
    while True:
        try:
            return attempt()
        except Again as again:
            if reached() > furthest:
                failures, furthest = 0, reached()
            failures += 1
            if failures >= patience.attempts:
                tries = f"{failures} attempts" if failures > 1 else "one attempt"
                message = f"{url}: not fetched after {tries} ({again}); {otherwise}"
                raise DataError(message) from again
            time.sleep(_pause_s(patience, failures) if again.wait_s is None else again.wait_s)


def seen_in(answer: requests.Response) -> Seen:
    """Return what an answer's headers say of the file."""
    length = answer.headers.get("Content-Length", "")
    modified = _http_date(answer.headers.get("Last-Modified"))
    return Seen(answer.headers.get("ETag"), modified, int(length) if length.isdigit() else None)


def _pause_s(patience: Patience, failures: int) -> float:
    """Return a doubled pause, spread so that many clients do not come back at once."""
    doubled = float(patience.pause_s * 2 ** (failures - 1))
    return min(patience.longest_pause_s, doubled * (1 + random.random() / 2))  # noqa: S311 (no secret)


def _retry_after_s(value: str | None) -> float | None:
    """Read Retry-After: seconds, or a moment."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    moment = _http_date(value)
    if moment is None:
        return None
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())


def _http_date(value: str | None) -> dt.datetime | None:
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
