"""The share of a layer's features that have an attribute: zones with wastewater treatment, say."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo_app.domain.layer import Field, Style
from geo_app.domain.result import Notice, Table, column
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.drawing import by_class
from geo_app.studies.result import Result
from geo_app.studies.study import Parameter, Run, Study

VERDICTS = {
    "unmet": Bilingual("Không đạt", "Not met"),
    "unknown": Bilingual("Chưa rõ", "Unknown"),
    "met": Bilingual("Đạt", "Met"),
}
STYLES = {
    "unmet": Style(color="#8f2d1c", fill="#c8553d", width=1.2, radius=5, fill_opacity=0.75),
    "unknown": Style(color="#6b6154", fill="#d8d1c4", width=1.2, radius=5, fill_opacity=0.75),
    "met": Style(color="#2e5e4e", fill="#7fa08a", width=1.2, radius=5, fill_opacity=0.75),
}
_FEATURES = (
    column("key", "Mã", "Key", kind="text"),
    column("feature_name", "Tên", "Name", kind="text"),
    column("verdict", "Kết quả", "Result", kind="text", values=VERDICTS),
)
_TOTALS = (
    column("features", "Số đối tượng", "Features", unit="count", kind="integer"),
    *(
        column(code, title.vi, title.en, unit="count", kind="integer")
        for code, title in VERDICTS.items()
    ),
    column("met_pct", "Tỷ lệ đạt", "Share that meets it", unit="pct"),
    column("unknown_pct", "Tỷ lệ chưa rõ", "Share not known", unit="pct"),
)
DEFINITION = Bilingual(
    "Số đối tượng có thuộc tính nhận một trong các giá trị đã chọn, trên tổng số của cả lớp. "
    "Đối tượng chưa ghi thuộc tính là chưa rõ: không tính là đạt, cũng không tính là không đạt; "
    "không đối tượng nào có ghi thì không có tỷ lệ.",
    "Features whose attribute is one of the chosen values, over all features of the layer. One "
    "without the attribute is unknown: neither met nor unmet; where none has it there is no share.",
)
_TOLD = Bilingual(
    "“{field}”: {met} trong {features} đối tượng đạt, {unmet} không đạt, {unknown} chưa rõ.",
    "“{field}”: {met} of {features} features meet it, {unmet} do not, {unknown} are not known.",
)


def _compute(run: Run) -> Result:
    layer, name = run.inputs.layer(run["layer"]), run["field"]
    run.inputs.require(layer.id, name, use="the share")
    field = layer.field(name)
    wanted = _wanted(field, run["values"])
    frame = run.inputs.features(layer.id)
    known = frame[name].map(_text, na_action="ignore")
    verdicts = np.select([known.isna(), known.isin(wanted)], ["unknown", "met"], "unmet")
    rows = frame.assign(
        key=frame[list(layer.key)].astype(str).agg("/".join, axis=1) if layer.key else None,
        feature_name=frame[layer.name].astype(object) if layer.name else None,
        verdict=verdicts,
    )
    totals = _totals(rows["verdict"])
    left = rows[rows["verdict"] != "met"]
    return run.result(
        tables=(
            _table("features", layer.title, rows),
            _table("left", Bilingual("Không đạt hoặc chưa rõ", "Not met or unknown"), left),
        ),
        totals=totals,
        total_fields=_TOTALS,
        definition=DEFINITION,
        explanation=_TOLD.filled(field=field.title, **totals),
        warnings=tuple(_notices(totals)),
        pictures=(
            by_class(
                "attribute_share", field.title, layer.geometry, rows, _FEATURES, "verdict", STYLES
            ),
        ),
    )


def _wanted(field: Field, text: str) -> set[str]:
    """Return the values that meet what is asked, as the layer writes them."""
    wanted = {part.strip() for part in text.split(",") if part.strip()}
    codes = ("true", "false") if field.type == "boolean" else tuple(field.values)
    strange = wanted - set(codes) if codes else set()
    if strange or not wanted:
        found = ", ".join(sorted(strange)) or "nothing"
        expected = ", ".join(codes) or "values of the field"
        message = f"values: found {found}; expected some of {expected} (field {field.name})"
        raise DataError(message, vi=f"Giá trị đạt: đã ghi {found}; cần một trong {expected}.")
    return wanted


def _text(value: Any) -> str:
    return str(bool(value)).lower() if isinstance(value, (bool, np.bool_)) else str(value)


def _totals(verdicts: "pd.Series[str]") -> dict[str, Any]:
    counts = {code: int((verdicts == code).sum()) for code in VERDICTS}
    features = len(verdicts)
    known = counts["met"] + counts["unmet"]
    return {
        "features": features,
        **counts,
        "met_pct": 100 * counts["met"] / features if known else np.nan,
        "unknown_pct": 100 * counts["unknown"] / features if features else np.nan,
    }


def _table(name: str, title: Bilingual, rows: pd.DataFrame) -> Table:
    shown = pd.DataFrame(rows[[each.name for each in _FEATURES]]).reset_index(drop=True)
    return Table(name, title, _FEATURES, shown)


def _notices(totals: Mapping[str, Any]) -> Iterator[Notice]:
    if totals["unknown"]:
        text = Bilingual(
            "{unknown} trong {features} đối tượng chưa ghi thuộc tính này.",
            "{unknown} of {features} features do not have the attribute recorded.",
        )
        yield Notice("attribute_unknown", text.filled(**totals))


attribute_share = Study(
    name="attribute-share",
    title=Bilingual("Tỷ lệ đạt theo thuộc tính", "Share by an attribute"),
    summary=Bilingual(
        "Bao nhiêu đối tượng của một lớp đạt theo một thuộc tính, như khu công nghiệp có xử lý "
        "nước thải tập trung; và danh sách không đạt, chưa rõ.",
        "How many features of a layer meet something by an attribute, such as industrial zones "
        "with central wastewater treatment; and the list of those that do not, or are not known.",
    ),
    parameters=(
        Parameter(
            "layer",
            "layer",
            "industrial_zones",
            Bilingual("Lớp", "Layer"),
            Bilingual("Mỗi đối tượng tính là một.", "Each feature counts as one."),
            geometry=("point", "line", "polygon"),
        ),
        Parameter(
            "field",
            "text",
            "wastewater",
            Bilingual("Thuộc tính", "Attribute"),
            Bilingual("Tên trường của lớp.", "Name of a field of the layer."),
        ),
        Parameter(
            "values",
            "text",
            "true",
            Bilingual("Giá trị đạt", "Values that meet it"),
            Bilingual("Như true, hoặc nhiều mã cách dấu phẩy.", "Such as true, or codes: a,b."),
        ),
    ),
    compute=_compute,
)
