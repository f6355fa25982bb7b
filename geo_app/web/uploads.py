"""Files and forms that readers send: bounded in size, read in a process of their own."""

import re
from pathlib import PurePosixPath

from flask import Flask, request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from geo_app.config import Settings
from geo_app.errors import DataError
from geo_app.intake.footprint import Footprints
from geo_app.intake.outlines import Shape
from geo_app.intake.sent import READ_SENT, footprints_from
from geo_app.jobs import Limits, run_bounded
from geo_app.workspace import Workspace

DISK_MB = 500
"""What an upload may grow to when it is unpacked."""
_MB = 1_000_000
_LONGEST = 80
_ODD = re.compile(r"[^\w .()+-]")


def init_app(app: Flask, settings: Settings) -> None:
    """Let no request be larger than the settings allow."""
    app.config["MAX_CONTENT_LENGTH"] = settings.upload_mb * _MB
    app.config["MAX_FORM_MEMORY_SIZE"] = _MB


def sent_form() -> "ImmutableMultiDict[str, str]":
    """
    Return the fields of the form that was sent; `sent_file` its file.

    Raises
    ------
    DataError
        If it is larger than the settings allow.
    """
    try:
        return request.form
    except RequestEntityTooLarge as error:
        most = (request.max_content_length or 0) // _MB
        raise DataError(
            f"what was sent is larger than {most} MB (pasted text: 1 MB); send only the part that "
            "matters, or pack it as zip",
            vi=f"Nội dung gửi lớn hơn {most} MB (chữ dán vào: 1 MB); hãy gửi riêng phần cần xem, "
            "hoặc nén zip.",
        ) from error


def sent_file() -> FileStorage | None:
    """Return the file of the form that was sent; None where none was chosen."""
    file = request.files.get("file")
    return file if file is not None and file.filename else None


def read_upload(
    ws: Workspace,
    file: FileStorage,
    *,
    crs: str | None = None,
    layer: str | None = None,
    shape: Shape | None = None,
) -> Footprints:
    """
    Read a file that was sent as footprints; nothing of it is kept.

    Parameters are those of `geo_app.intake.footprint.read_footprints`.

    Raises
    ------
    DataError, CrsError
        If it cannot be read, needs more than the settings allow, or lies elsewhere.
    BusyError
        If the server reads so many files that this one found no place.
    """
    settings, name = ws.settings, plain_name(file.filename or "")
    answer = run_bounded(
        READ_SENT,
        {
            "root": str(settings.root),
            "generation": ws.published.generation,
            "clearance": ws.user.clearance,
            "name": name,
            "crs": crs,
            "layer": layer,
            "shape": shape,
        },
        Limits(settings.upload_seconds, settings.upload_memory_mb, DISK_MB),
        files={name: file.stream},
    )
    return footprints_from(answer)


def plain_name(name: str) -> str:
    r"""
    Return a file's name without folders, and without what means something to a program.

    >>> plain_name("C:\\Bản vẽ\\khu đất!.DXF"), plain_name("../..")
    ('khu đất_.DXF', 'file')
    """
    path = PurePosixPath(_ODD.sub("_", name.replace("\\", "/").rpartition("/")[2]))
    stem = path.stem.strip(". ")[:_LONGEST] or "file"
    return stem + path.suffix[:12]
