"""Long texts that an address cannot hold: kept for a while, each under its own digest."""

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from geo_app.errors import StoreError, UnknownError

MOST_BYTES = 200_000_000
"""Of all texts together; the oldest are forgotten first."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class KeptTexts:
    """
    A bounded folder of texts.

    Parameters
    ----------
    folder
        Where they stand; made when first written to.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.most_bytes = most_bytes

    def keep(self, text: str) -> str:
        """
        Keep a text and return its SHA-256, by which it is found again.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        content = text.encode()
        digest = hashlib.sha256(content).hexdigest()
        path, draft = self.folder / digest, self.folder / f".{uuid4().hex}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                path.touch()
            else:
                self._make_room(len(content))
                draft.write_bytes(content)
                draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            message = f"{self.folder}: cannot be written: {error}; is the disk full?"
            raise StoreError(message) from error
        return digest

    def text(self, digest: str) -> str:
        """
        Return a text.

        Raises
        ------
        UnknownError
            If it was never kept, or has been forgotten.
        """
        path = self.folder / digest
        if not _DIGEST.fullmatch(digest) or not path.is_file():
            raise UnknownError(
                "what this address speaks of is no longer kept; send it again",
                vi="Nội dung của địa chỉ này không còn được giữ; hãy gửi lại.",
            )
        return path.read_text(encoding="utf-8")

    def _make_room(self, wanted: int) -> None:
        """Forget the oldest texts until `wanted` bytes fit."""
        found = []
        for entry in os.scandir(self.folder):
            with suppress(FileNotFoundError):  # forgotten by another process
                state = entry.stat()
                found.append((state.st_mtime_ns, state.st_size, entry.path))
        total = sum(size for _, size, _ in found) + wanted
        for _, size, path in sorted(found):
            if total <= self.most_bytes:
                break
            Path(path).unlink(missing_ok=True)
            total -= size
