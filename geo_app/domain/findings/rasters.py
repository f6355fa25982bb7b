"""Findings about class rasters."""

from geo_app.domain.finding import FindingCode
from geo_app.domain.text import Bilingual

RASTER_REPROJECTED = FindingCode(
    code="raster_reprojected",
    severity="warning",
    responsible="officer",
    message=Bilingual(
        "Ảnh chuyển từ {source} sang {target}, ô {cell_m:,.2f} m, theo ô gần nhất; diện tích một "
        "lớp đổi nhiều nhất {change_pct:,.2f} % của toàn ảnh.",
        "The raster was brought from {source} to {target}, cells of {cell_m:,.2f} m, nearest "
        "neighbour; a class's area changes by at most {change_pct:,.2f} % of the whole.",
    ),
    advice=Bilingual("Xin ảnh ở hệ tọa độ của tỉnh.", "Ask for it in the province's CRS."),
)
CLASS_UNKNOWN = FindingCode(
    code="class_unknown",
    severity="warning",
    responsible="sender",
    message=Bilingual(
        "Mã lớp {code} không có trong chú giải: {cells:,} ô, {area_ha:,.2f} ha.",
        "Class {code} is not in the legend: {cells:,} cells, {area_ha:,.2f} ha.",
    ),
    advice=Bilingual("Bổ sung chú giải, hoặc xin bảng mã.", "Add it, or ask what it means."),
)
SLOPE_DERIVED = FindingCode(
    code="slope_derived",
    severity="note",
    responsible="nobody",
    message=Bilingual(
        "Độ dốc (độ, làm tròn) tính từ độ cao, ô {cell_m:,.2f} m ở hệ {target}.",
        "Slope in whole degrees was computed from elevation, cells of {cell_m:,.2f} m in {target}.",
    ),
    advice=Bilingual(
        "Mô hình bề mặt (DSM) gồm cả ngọn cây, mái nhà: dốc ở bìa rừng lớn hơn mặt đất.",
        "A surface model holds treetops and roofs: slopes at a forest's edge exceed the ground's.",
    ),
)
