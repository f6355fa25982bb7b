"""Work that behaves and misbehaves, for the process that runs it to be held to its limits."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from geo_app.errors import CrsError

HEARTBEAT = "import sys, time\nwhile True:\n    open(sys.argv[1], 'a').write('.')\n"
HEARTBEAT += "    time.sleep(0.02)\n"


def tell(word: str) -> dict[str, Any]:
    """Answer with what is here: the word, the files of the folder, what they hold."""
    files = {path.name: path.read_text() for path in sorted(Path.cwd().iterdir())}
    return {"word": word, "files": files, "modules": sorted(set(sys.modules) & {"json", "pandas"})}


def refuse() -> None:
    raise CrsError("it lies nowhere", vi="không ở đâu cả")


def sleep(heartbeat: str) -> None:
    """Start another process that shows it lives, and never end."""
    subprocess.Popen([sys.executable, "-c", HEARTBEAT, heartbeat])
    time.sleep(600)


def leave(heartbeat: str) -> str:
    """End, and leave another process behind."""
    subprocess.Popen([sys.executable, "-c", HEARTBEAT, heartbeat])
    time.sleep(0.5)
    return "left"


def remember() -> int:
    return len(bytearray(2_000_000_000))


def write() -> None:
    """Write in many small files what no single file may hold."""
    for number in range(1_000):
        Path(f"{number}").write_bytes(b"0" * 1_000_000)
        time.sleep(0.005)
    time.sleep(600)


def write_one() -> None:
    with Path("one").open("wb") as file:
        while True:
            file.write(b"0" * 1_000_000)


def break_off() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave_at_once() -> None:
    os._exit(0)


def mistake() -> float:
    return 1 / 0


class Panic(BaseException):
    """As those of libraries written in Rust."""


def panic() -> None:
    raise Panic


def answer_much() -> str:
    return "0" * 60_000_000
