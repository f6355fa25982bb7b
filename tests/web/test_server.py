"""The real server in a process of its own: it starts, answers, and stops when told."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import MakeWorkspace

from geo_app.workspace import Workspace

COMMAND = Path(sys.executable).with_name("geo-app")
START_S, STOP_S = 30, 15

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="gunicorn does not exist on Windows"),
    pytest.mark.slow,
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


Served = tuple[str, subprocess.Popen[bytes], Workspace]


@pytest.fixture
def served(small_workspace: MakeWorkspace, tmp_path: Path) -> Iterator[Served]:
    """The small province served by two processes."""
    ws, port = small_workspace(), free_port()
    root = str(ws.settings.root)
    order = [str(COMMAND), "--workspace", root, "serve", "--port", str(port), "--workers", "2"]
    with (tmp_path / "server.log").open("wb") as log:
        process = subprocess.Popen(order, stdout=log, stderr=log)
        try:
            yield f"http://127.0.0.1:{port}", process, ws
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def get(address: str) -> tuple[int, bytes]:
    """Ask until somebody listens."""
    until = time.monotonic() + START_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=START_S) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_it_starts_answers_and_stops_when_told(served: Served) -> None:
    address, process, _ = served
    status, content = get(f"{address}/healthz")
    assert status == 200
    assert json.loads(content)["ok"] is True
    for page in ("/", "/layers/wells?lang=en", "/map.js"):
        assert get(f"{address}{page}")[0] == 200
    assert get(f"{address}/nothing")[0] == 404
    process.send_signal(signal.SIGTERM)
    assert process.wait(STOP_S) == 0
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{address}/healthz", timeout=2)


def test_every_process_takes_up_what_is_published(served: Served) -> None:
    from geo_app.workspace.publishing import publish  # noqa: PLC0415

    address, _, ws = served
    before = json.loads(get(f"{address}/healthz")[1])["generation"]
    version = ws.version("wells")
    assert version is not None
    publish(ws, {"wells": version}, what="again")
    seen = {json.loads(get(f"{address}/healthz")[1])["generation"] for _ in range(8)}
    assert seen == {before + 1}


def test_a_workspace_that_cannot_be_opened_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    order = [str(COMMAND), "--workspace", str(tmp_path), "serve", "--port", str(free_port())]
    done = subprocess.run(order, capture_output=True, text=True, timeout=START_S, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
