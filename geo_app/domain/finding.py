"""A finding: what was seen in a delivered file, where, what was done and who should mend it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from geo_app.domain.text import Bilingual

Severity = Literal["error", "warning", "note"]
Responsible = Literal["sender", "officer", "nobody"]
Done = Literal["nothing", "repaired", "converted", "left_out", "refused"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""Worst first: an error stops the import, a warning does not, a note only tells."""

SEVERITY_TITLES: Mapping[Severity, Bilingual] = {
    "error": Bilingual("Lỗi", "Error"),
    "warning": Bilingual("Cảnh báo", "Warning"),
    "note": Bilingual("Ghi chú", "Note"),
}

RESPONSIBLES: Mapping[Responsible, Bilingual] = {
    "sender": Bilingual("Đơn vị gửi dữ liệu", "Whoever sent the data"),
    "officer": Bilingual("Cán bộ dữ liệu", "The data officer"),
    "nobody": Bilingual("Không cần sửa", "Nobody: nothing to mend"),
}

DONE: Mapping[Done, Bilingual] = {
    "nothing": Bilingual("Chưa làm gì", "Nothing"),
    "repaired": Bilingual("Đã sửa", "Repaired"),
    "converted": Bilingual("Đã chuyển đổi", "Converted"),
    "left_out": Bilingual("Đã bỏ ra", "Left out"),
    "refused": Bilingual("Từ chối", "Refused"),
}


@dataclass(frozen=True)
class FindingCode:
    """
    One kind of finding.

    `message` is a template over the finding's `values`; `advice` says what to do.
    """

    code: str
    severity: Severity
    responsible: Responsible
    message: Bilingual
    advice: Bilingual


@dataclass(frozen=True)
class Finding:
    """
    One finding.

    Parameters
    ----------
    kind
        Its code, with message, severity and who should mend it.
    values
        Facts that the message shows; numbers carry their unit in the name (`moved_m`).
    row
        Row of the file, from 1; None where it concerns all of it.
    field
        Column of the file or field of the layer.
    point, box
        Where: (longitude, latitude) and (west, south, east, north) in EPSG:4326.
    done
        What was done about it.
    """

    kind: FindingCode
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    row: int | None = None
    field: str | None = None
    point: tuple[float, float] | None = None
    box: tuple[float, float, float, float] | None = None
    done: Done = "nothing"

    @property
    def code(self) -> str:
        """The documented code."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.kind.severity

    def message(self, language: str = "vi") -> str:
        """Return the message with its values filled in."""
        return self.kind.message.filled(**self.values).get(language)

    def to_json(self) -> dict[str, Any]:
        """Return the finding as ``--json`` prints it; every value is plain."""
        return {
            "code": self.code,
            "severity": self.severity,
            "responsible": self.kind.responsible,
            "message": self.message("vi"),
            "message_en": self.message("en"),
            "advice": self.kind.advice.vi,
            "advice_en": self.kind.advice.en,
            "row": self.row,
            "field": self.field,
            "point": list(self.point) if self.point else None,
            "box": list(self.box) if self.box else None,
            "done": self.done,
            "values": dict(self.values),
        }
