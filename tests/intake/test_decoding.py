"""Columns come to Unicode one by one, and what was done is told."""

from pathlib import Path

import pandas as pd
import pytest

import geopandas as gpd

from geo_app.domain.names import Entry, Register
from geo_app.errors import DataError
from geo_app.intake.decoding import decode_text, diagnose_text
from geo_app.storage.reading.files import read_layer

TCVN3 = ["S¬n Hµ", "Hå S¬n", "§ång T©n", None, "VÜnh Yªn"]


def frame() -> pd.DataFrame:
    columns = {
        "ten": TCVN3,
        "sound": ["Sơn Hà", "Hồ Sơn", "Đồng Tân", None, "Vĩnh Yên"],
        "code": ["01", "02", "03", "04", "05"],
        "area": [1.0, 2.0, 3.0, 4.0, 5.0],
    }
    return pd.DataFrame(columns)


def test_each_column_by_itself() -> None:
    decoded, findings, encodings = decode_text(frame())
    assert decoded["ten"].tolist()[:3] == ["Sơn Hà", "Hồ Sơn", "Đồng Tân"]
    assert decoded["ten"].isna().tolist() == [False, False, False, True, False]
    assert decoded[["sound", "code", "area"]].equals(frame()[["sound", "code", "area"]])
    assert encodings == {"ten": "tcvn3"}
    (only,) = findings
    assert (only.code, only.field, only.done) == ("encoding_tcvn3", "ten", "converted")
    assert ["S¬n Hµ", "Sơn Hà"] in only.values["examples"]
    assert "Cột ten" in only.message("vi")


def test_what_is_open_is_asked_and_then_told() -> None:
    doubtful = pd.DataFrame({"ten": ["Hå", "Café", "Müller"]})
    decoded, findings, encodings = decode_text(doubtful)
    assert decoded.equals(doubtful)
    assert encodings == {}
    assert [each.code for each in findings] in ([], ["encoding_uncertain"])
    decoded, _, encodings = decode_text(doubtful, encoding="tcvn3")
    assert decoded["ten"].iloc[0] == "Hồ"
    assert encodings == {"ten": "tcvn3"}
    with pytest.raises(DataError, match="found 'abc'; expected one of ascii"):
        decode_text(doubtful, encoding="abc")


def test_what_is_lost_is_named() -> None:
    broken = pd.DataFrame({"a": ["§ång", "T©n", "HOµ B×NH", "S¬n", "H\ufffd"]})
    codes = {each.code for each in decode_text(broken)[1]}
    assert {"capitals_lost", "text_unrecoverable"} <= codes


def test_text_in_capitals_only_of_sound_unicode_is_left() -> None:
    upper = pd.DataFrame({"a": ["ĐỒNG ĐĂNG", "HỮU LŨNG"]})
    decoded, findings, _ = decode_text(upper)
    assert decoded.equals(upper)
    assert findings == ()


def test_the_226_names_of_the_shapefile(shared_data: Path) -> None:
    """All names right; those that differ from the official spelling are listed, not hidden."""
    raw = read_layer(shared_data / "shp_vn2000_tcvn3" / "xa_lang_son_tcvn3.shp").frame
    assert {n: d.encoding for n, d in diagnose_text(raw).items()} == {
        "MA_XA": "ascii",
        "TEN_XA": "tcvn3",
        "TEN_HUYEN": "tcvn3",
        "TINH": "ascii",
        "MA_CU": "ascii",
    }
    decoded, _, _ = decode_text(raw)
    official = gpd.read_file(shared_data / "communes_2009_2019.gpkg").set_index("code")
    register = Register(
        Entry(code, row["full_name"], row["district"]) for code, row in official.iterrows()
    )
    named = zip(decoded["TEN_XA"], decoded["TEN_HUYEN"], strict=True)
    matches = [register.match(name, district) for name, district in named]
    right = [
        code in {entry.key for entry in match.entries}
        for code, match in zip(decoded["MA_XA"], matches, strict=True)
    ]
    # A name without "Xã" or "TT." where both units of a district have it is ambiguous.
    either = [match.name for match in matches if match.how == "ambiguous"]
    otherwise = [match.name for match in matches if match.how in {"spelling", "unknown"}]
    assert (len(matches), len(otherwise), len(either)) == (226, 31, 1)
    assert {"Quý Hoà", "Đông Tân", "Thuỵ Hùng", "A'i Quốc"} <= set(otherwise)
    assert sum(right) == 225
