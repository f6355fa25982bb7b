"""The workspace the benchmarks run on: layers of 1,000 to 1,000,000 parcels, and a server."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import generate

from geo_app.workspace import Workspace, open_workspace
from geo_app.workspace.founding import create_workspace

COLORS = {
    "LUC": ("Lúa", "#e8d96a"),
    "RSX": ("Rừng sản xuất", "#7fb77e"),
    "RPH": ("Rừng phòng hộ", "#3f8f5a"),
    "ONT": ("Đất ở", "#e59a86"),
    "CLN": ("Cây lâu năm", "#c9a76a"),
    "DGT": ("Giao thông", "#9a9a9a"),
}
LAYER = """
title = {{vi = "{count} thửa", en = "{count} parcels"}}
summary = {{vi = "Thửa đất sinh ra để đo.", en = "Parcels made for measuring."}}
theme = "plan"
geometry = "polygon"
crs = "EPSG:9215"
key = ["parcel_code"]
name = "name"
owner = "ubnd_tinh"
order = 30

[fields.parcel_code]
type = "text"
title = {{vi = "Mã thửa", en = "Parcel code"}}
source_field = "code"
required = true

[fields.name]
type = "text"
title = {{vi = "Tên", en = "Name"}}

[fields.land_use]
type = "text"
title = {{vi = "Loại đất", en = "Land use"}}
source_field = "use"

[fields.area_ha]
type = "number"
unit = "ha"
title = {{vi = "Diện tích", en = "Area"}}

[legend]
field = "land_use"
"""
CLASS = """
[[legend.classes]]
title = {{vi = "{title}", en = "{title}"}}
values = ["{code}"]
color = "#4d4d4d"
fill = "{color}"
width = 0.5
"""


def layer_id(count: int) -> str:
    """Name the layer of `count` parcels."""
    return f"parcels_{count}"


def make_workspace(folder: Path, counts: list[int]) -> Workspace:
    """Make an empty workspace whose catalogue has a layer for each of `counts`."""
    create_workspace(folder, title_vi="Đo", title_en="Bench", crs=generate.CRS)
    for count in counts:
        path = folder / "layers" / f"{layer_id(count)}.toml"
        path.write_text(layer_text(count), encoding="utf-8")
    return open_workspace(folder)


def layer_text(count: int, more: str = "") -> str:
    """Write the file of the layer of `count` parcels; `more` holds further tables."""
    classes = "".join(
        CLASS.format(title=title, code=code, color=color) for code, (title, color) in COLORS.items()
    )
    return LAYER.format(count=count) + classes + more


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="geo-app-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def server(root: Path) -> Iterator[str]:
    """Serve a workspace on a free port; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from geo_app.cli import main; main()"]
    command += ["--workspace", str(root), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(address: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    message = f"{address}: the server did not answer within 30 s"
    raise TimeoutError(message)
