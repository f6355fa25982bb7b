"""Land of defence and secrecy marks are seen; what only looks like them is left alone."""

from pathlib import Path

import pandas as pd
import pytest

from geo_app.intake.decoding import decode_text
from geo_app.intake.secrecy import discreet, refuse_defence, secrecy_marks

FILE = Path("a.shp")


@pytest.mark.parametrize(
    ("column", "values", "left_out"),
    [
        ("MDSD", ["RSX", "CQP", "CAN", "ODT"], [2, 3]),
        ("ghi_chu", ["RSX", "CQP+DGT", "LUC", "ONT"], [2]),
        ("loai_dat", ["Đất quốc phòng", "Đất rừng", "đất An ninh"], [1, 3]),
        ("loai_dat", ["Đất cạn", "Đất có cần", "Can Lộc"], []),
        ("ten", ["Cần", "CAN", "Lê Văn Can", "Bình"], []),
    ],
)
def test_defence_land_is_left_out(column: str, values: list[str], left_out: list[int]) -> None:
    frame = pd.DataFrame({column: values, "n": range(len(values))})
    kept, findings = refuse_defence(frame)
    rows = [row for finding in findings for row in finding.values["rows"]]
    assert rows == left_out
    assert len(kept) == len(values) - len(left_out)
    assert all((f.code, f.done) == ("defence_land", "left_out") for f in findings)


def test_secrecy_marks() -> None:
    def marks(path: str, *columns: str) -> list[str]:
        found = secrecy_marks(Path(path), pd.DataFrame(columns=list(columns)))
        return [finding.values["mark"] for finding in found]

    assert marks("ban_do_TỐI MẬT.shp") == ["TỐI MẬT"]
    assert marks("a.shp", "Độ: MẬT", "TUYỆT_MẬT") == ["MẬT", "TUYỆT MẬT"]
    assert marks("MẬT ĐỘ DÂN SỐ.xlsx", "mật độ", "bảo mật", "mật ong") == []


def test_findings_quote_no_person() -> None:
    owners = pd.DataFrame({"CHURUNG": ["NguyÔn V¨n Hßa", "§ç ThÞ Mõng", "TrÇn V¨n Nhµ"] * 3})
    _, findings, _ = decode_text(owners)
    assert any("Nguyễn" in str(finding.values) for finding in findings)
    told = [discreet(finding) for finding in findings]
    assert not any(word in str(f.values) for f in told for word in ("Nguy", "Văn", "V¨n"))
    assert [f.code for f in told] == [f.code for f in findings]
    assert all(f.message() and f.message("en") for f in told)
