"""The road layers as one network, and which of its edges count as good."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import geopandas as gpd

from geo_app.analysis.network import Network, build_network
from geo_app.domain.text import Bilingual
from geo_app.errors import DataError
from geo_app.studies.inputs import Inputs
from geo_app.studies.study import Parameter, Run

SURFACES = {
    "btn": Bilingual("Bê tông nhựa", "Asphalt concrete"),
    "nhua": Bilingual("Láng nhựa", "Bituminous surface treatment"),
    "btxm": Bilingual("Bê tông xi măng", "Cement concrete"),
    "gach": Bilingual("Gạch", "Brick"),
    "da_dam": Bilingual("Đá dăm", "Crushed stone"),
    "cap_phoi": Bilingual("Cấp phối", "Gravel"),
    "dat": Bilingual("Đất", "Earth"),
    "khac": Bilingual("Khác", "Other"),
}
FIELDS = ("surface", "width_m", "road_class_now", "road_class_2023", "road_class", "name", "status")
IN_USE = ("in_use", "open", "upgrading")
"""States of a road that can be driven on; a road without a state is taken to be one."""

ROADS = Parameter(
    "roads",
    "layers",
    ("rural_roads", "district_roads", "provincial_roads", "national_roads"),
    Bilingual("Các lớp đường", "Road layers"),
    Bilingual(
        "Ghép thành một mạng tại các đỉnh chung.",
        "Joined to one network where they share a vertex.",
    ),
    geometry=("line",),
)
TRUSTED = Parameter(
    "trusted",
    "layers",
    ("national_roads",),
    Bilingual("Lớp đường coi là đạt", "Road layers taken as good"),
    Bilingual(
        "Đường trong các lớp này được coi là đã cứng hóa khi chưa ghi mặt đường hoặc bề rộng.",
        "Roads of these layers count as hardened where surface or width is not recorded.",
    ),
    geometry=("line",),
)
HARDENED = Parameter(
    "hardened",
    "choices",
    ("btn", "nhua", "btxm", "gach"),
    Bilingual("Mặt đường coi là cứng hóa", "Surfaces that count as hardened"),
    Bilingual("Theo hướng dẫn của tỉnh.", "By the province's guidance."),
    options=SURFACES,
)
WIDTH = Parameter(
    "least_width_m",
    "number",
    2.0,
    Bilingual("Bề rộng mặt đường tối thiểu cho ô tô", "Least carriageway for a motor car"),
    Bilingual(
        "Hẹp hơn thì không tính là đường ô tô; 0: không xét.",
        "Narrower roads do not count as motorable; 0: not looked at.",
    ),
    unit="m",
    least=0,
    most=30,
)
SNAP = Parameter(
    "snap_m",
    "number",
    100.0,
    Bilingual("Khoảng cách từ điểm đến đường", "Distance from point to road"),
    Bilingual(
        "Đường đi qua trong khoảng này được coi là đến nơi.",
        "A road that passes this near is taken to reach the place.",
    ),
    unit="m",
    least=1,
    most=5_000,
)
JOIN = Parameter(
    "join_m",
    "number",
    60.0,
    Bilingual("Nối các chỗ hở đến", "Close gaps of up to"),
    Bilingual(
        "Đầu đường dừng cách đường khác không quá khoảng này; 0: không nối.",
        "Where a road stops no farther than this from another; 0: none.",
    ),
    unit="m",
    least=0,
    most=500,
)


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """
    The network, and for each edge the record of its road.

    `records` has one row per edge: ``layer``, and the columns `FIELDS` where the layer has them.
    """

    network: Network
    records: pd.DataFrame

    @property
    def classes(self) -> pd.Series:
        """The management class of each road: of now, else of 2023, else as its layer says."""
        kept = self.records
        found = kept["road_class_now"].where(
            kept["road_class_now"].notna(), kept["road_class_2023"]
        )
        return found.where(found.notna(), kept["road_class"])

    def edges_of(self, layers: tuple[str, ...]) -> NDArray[np.bool_]:
        """Return which edges belong to the layers."""
        return self.records["layer"].isin(layers).to_numpy()


def read_roads(run: Run) -> RoadNetwork:
    """
    Read the road layers that the run names as one network.

    Raises
    ------
    DataError
        If no layer is named, or none has a road in use.
    """
    if not run["roads"]:
        message = "roads: found no layer; expected at least one layer of roads"
        raise DataError(message, vi="Hãy chọn ít nhất một lớp đường.")
    frames = [_read(run.inputs, layer) for layer in run["roads"]]
    lines = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)
    if lines.empty:
        message = f"roads: found no road in use in {', '.join(run['roads'])}; import some"
        raise DataError(
            message,
            vi=f"Không có đường đang khai thác trong {', '.join(run['roads'])}.",
        )
    network = build_network(lines)
    records = pd.DataFrame(lines.drop(columns="geometry")).iloc[network.line]
    return RoadNetwork(network, records.reset_index(drop=True))


def _read(inputs: Inputs, layer: str) -> gpd.GeoDataFrame:
    read = inputs.features(layer, kinds=["line"])
    blank = pd.Series(np.nan, read.index, dtype=object)
    columns = {name: read[name].astype(object) if name in read else blank for name in FIELDS}
    frame = gpd.GeoDataFrame({"layer": layer, **columns}, geometry=read.geometry, crs=read.crs)
    return frame[frame["status"].isna() | frame["status"].isin(IN_USE)]


def faults(run: Run, roads: RoadNetwork, *, surfaces: tuple[str, ...]) -> NDArray[np.object_]:
    """
    Say of each edge why it does not count as good, "" where it does.

    Unknown is never good, but on the layers the run trusts.
    """
    surface = roads.records["surface"]
    width = pd.to_numeric(roads.records["width_m"])
    trusted = roads.edges_of(run["trusted"])
    looked_at = run["least_width_m"] > 0
    conditions = [
        surface.isna().to_numpy() & ~trusted,
        surface.notna().to_numpy() & ~surface.isin(surfaces).to_numpy(),
        looked_at & (width < run["least_width_m"]).to_numpy(),
        looked_at & width.isna().to_numpy() & ~trusted,
    ]
    names = ["surface_unknown", "not_hardened", "too_narrow", "width_unknown"]
    found: NDArray[np.object_] = np.select(conditions, names, "").astype(object)
    return found
