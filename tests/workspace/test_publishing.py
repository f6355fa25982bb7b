"""From a frame to a served version and back: rollback, withdrawal, pruning, access."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import geopandas as gpd
import rasterio
from rasterio.transform import Affine
from shapely import Point

from geo_app.domain.access import User
from geo_app.domain.version import Provenance, Version
from geo_app.errors import AccessError, CrsError, DataError, StoreError, UnknownError
from geo_app.storage import store as store_module
from geo_app.storage.store import META
from geo_app.workspace import Workspace
from geo_app.workspace.publishing import (
    prepare_features,
    prepare_raster,
    prune,
    publish,
    rollback,
    withdraw,
)

MakeWorkspace = Callable[..., Workspace]
PublishFrame = Callable[[Workspace, str, pd.DataFrame], Version]
SAMPLE = Provenance(kind="sample", by="owner")


def wells(count: int) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"well_code": [f"W{n}" for n in range(count)], "phone": ["0205"] * count},
        geometry=[Point(500_000 + n, 1_200_000) for n in range(count)],
        crs="EPSG:9210",
    )


@pytest.fixture
def ws(small_workspace: MakeWorkspace) -> Workspace:
    return small_workspace(published=False)


@pytest.fixture
def three(ws: Workspace, publish_frame: PublishFrame) -> list[str]:
    """Publish versions of one, two and three wells."""
    return [publish_frame(ws, "wells", wells(count)).id for count in (1, 2, 3)]


def write_cover(path: Path, code: int) -> Path:
    profile = {"driver": "GTiff", "width": 4, "height": 2, "count": 1, "dtype": "uint8"}
    place = {"crs": "EPSG:9210", "transform": Affine(30, 0, 500_000, 0, -30, 1_200_060)}
    with rasterio.open(path, "w", **profile, **place) as raster:
        raster.write(np.full((2, 4), code, dtype="uint8"), 1)
    return path


def count_served(ws: Workspace) -> int:
    return len(ws.latest().read("wells"))


class TestPreparing:
    def test_a_version_nobody_sees_yet(self, ws: Workspace) -> None:
        layer = ws.catalogue.layer("wells")
        said: list[str] = []
        version = prepare_features(ws, layer, wells(2), SAMPLE, digest="d", progress=said.append)
        assert ws.store.published().generation == 0
        assert (version.count, version.without_geometry, version.digest) == (2, 0, "d")
        assert version.bounds == (500_000, 1_200_000, 500_001, 1_200_000)
        assert version.bounds_lonlat is not None
        assert version.bounds_lonlat[0] == pytest.approx(105.7518, abs=1e-4)
        assert said[0] == "check"
        assert said[-1] == "seal"
        publish(ws, {"wells": version}, what="test")
        assert count_served(ws) == 2

    def test_display_files_per_access_class(self, ws: Workspace) -> None:
        version = prepare_features(ws, ws.catalogue.layer("wells"), wells(2), SAMPLE)
        assert list(version.display) == ["public"]
        shown = ws.store.path("wells", version.id) / "display" / version.display["public"]["file"]
        properties = json.loads(shown.read_bytes())["features"][0]["properties"]
        assert set(properties) == {"well_code", "name", "grade"}
        for layer, levels in (("surveys", ["staff"]), ("bunkers", [])):
            frame = wells(1).rename(columns={"well_code": "code"})
            version = prepare_features(ws, ws.catalogue.layer(layer), frame, SAMPLE)
            assert list(version.display) == levels

    def test_nothing_and_nowhere(self, ws: Workspace) -> None:
        layer = ws.catalogue.layer("wells")
        empty = prepare_features(ws, layer, wells(0), SAMPLE)
        assert (empty.count, empty.bounds, empty.display) == (0, None, {})
        bare = wells(2)
        bare["geometry"] = None
        bare = bare.set_crs("EPSG:9210")
        nowhere = prepare_features(ws, layer, bare, SAMPLE)
        assert (nowhere.count, nowhere.without_geometry, nowhere.bounds) == (2, 2, None)

    def test_what_does_not_fit_leaves_nothing(self, ws: Workspace) -> None:
        twice = wells(2)
        twice["well_code"] = "W1"
        with pytest.raises(DataError, match="the key 'W1' comes more than once"):
            prepare_features(ws, ws.catalogue.layer("wells"), twice, SAMPLE)
        elsewhere = wells(1).to_crs("EPSG:4326")
        with pytest.raises(CrsError, match="found CRS EPSG:4326"):
            prepare_features(ws, ws.catalogue.layer("wells"), elsewhere, SAMPLE)
        assert ws.store.versions("wells") == []

    def test_a_raster(self, ws: Workspace, tmp_path: Path) -> None:
        path = write_cover(tmp_path / "a.tif", 1)
        version = prepare_raster(ws, ws.catalogue.layer("cover"), path, SAMPLE)
        assert version.count == 8
        assert version.bounds == (500_000, 1_200_000, 500_120, 1_200_060)
        assert version.display["public"]["kind"] == "raster"

    def test_the_same_content_has_the_same_digest(self, ws: Workspace, tmp_path: Path) -> None:
        layer = ws.catalogue.layer("wells")
        digests = [prepare_features(ws, layer, wells(n), SAMPLE).digest for n in (2, 2, 3)]
        assert digests[0] == digests[1] != digests[2]
        cover = ws.catalogue.layer("cover")
        files = [write_cover(tmp_path / f"{n}.tif", code) for n, code in enumerate((1, 1, 2))]
        found = [prepare_raster(ws, cover, file, SAMPLE).digest for file in files]
        assert found[0] == found[1] != found[2]


class TestRollback:
    def test_it_is_a_stack(self, ws: Workspace, three: list[str]) -> None:
        assert count_served(ws) == 3
        assert rollback(ws, "wells") == three[1]
        assert count_served(ws) == 2
        assert rollback(ws, "wells") == three[0]
        assert count_served(ws) == 1
        with pytest.raises(UnknownError, match="layer wells: there is no version before the one"):
            rollback(ws, "wells")
        assert count_served(ws) == 1

    def test_after_a_rollback_the_next_goes_on_top(
        self, ws: Workspace, three: list[str], publish_frame: PublishFrame
    ) -> None:
        rollback(ws, "wells")
        rollback(ws, "wells")
        publish_frame(ws, "wells", wells(9))
        assert rollback(ws, "wells") == three[0]

    def test_to_a_version(self, ws: Workspace, three: list[str]) -> None:
        assert rollback(ws, "wells", three[0]) == three[0]
        assert rollback(ws, "wells", three[2]) == three[2]
        assert count_served(ws) == 3
        with pytest.raises(UnknownError, match="layer wells: there is no version 'x'"):
            rollback(ws, "wells", "x")

    def test_nothing_published(self, ws: Workspace) -> None:
        with pytest.raises(UnknownError, match="nothing to roll back"):
            rollback(ws, "wells")
        with pytest.raises(UnknownError, match="there is no layer 'x'"):
            rollback(ws, "x")

    def test_the_history_says_so(self, ws: Workspace, three: list[str]) -> None:
        rollback(ws, "wells")
        event = ws.store.published().history[-1]
        assert (event.by, event.what) == ("owner", "rollback")
        assert event.changes == {"wells": (three[2], three[1])}

    def test_it_goes_by_what_is_served_now_not_when_opened(
        self, ws: Workspace, three: list[str]
    ) -> None:
        """`ws` was opened before anything was published."""
        assert ws.published.generation == 0
        assert rollback(ws, "wells") == three[1]


class TestWithdrawal:
    def test_the_served_one(self, ws: Workspace, three: list[str]) -> None:
        assert withdraw(ws, "wells", three[2], reason="sai ranh giới") == three[1]
        assert count_served(ws) == 2
        assert [v.id for v in ws.store.versions("wells")] == three[:2]
        assert ws.store.published().history[-1].what == f"withdraw {three[2]}: sai ranh giới"

    def test_one_that_is_not_served(self, ws: Workspace, three: list[str]) -> None:
        assert withdraw(ws, "wells", three[1], reason="x") == three[2]
        assert rollback(ws, "wells") == three[0]

    def test_one_after_the_other(self, ws: Workspace, three: list[str]) -> None:
        withdraw(ws, "wells", three[1], reason="x")
        assert withdraw(ws, "wells", three[2], reason="x") == three[0]
        assert withdraw(ws, "wells", three[0], reason="x") is None
        assert "wells" not in ws.latest().versions
        with pytest.raises(UnknownError, match=r"no version .*versions: none"):
            withdraw(ws, "wells", three[0], reason="x")

    def test_its_day_is_not_invented(self, ws: Workspace, three: list[str]) -> None:
        withdraw(ws, "wells", three[0], reason="x")
        with pytest.raises(UnknownError, match=f"there is no version '{three[0]}'"):
            ws.latest().at(1).read("wells")


class TestPruning:
    @pytest.fixture
    def old(
        self, ws: Workspace, publish_frame: PublishFrame, monkeypatch: pytest.MonkeyPatch
    ) -> list[str]:
        """Publish six versions, 60, 50, 40, 35, 32 and 31 days old."""
        ids = []
        for days in (60, 50, 40, 35, 32, 31):
            when = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
            monkeypatch.setattr(store_module, "now", lambda when=when: when)
            ids.append(publish_frame(ws, "wells", wells(days)).id)
        monkeypatch.undo()
        return ids

    def left(self, ws: Workspace) -> list[str]:
        return [version.id for version in ws.store.versions("wells")]

    def test_the_newest_three_stay(self, ws: Workspace, old: list[str]) -> None:
        assert [version.id for version in prune(ws)] == old[:3]
        assert self.left(ws) == old[3:]
        assert prune(ws) == []

    def test_the_served_one_stays(self, ws: Workspace, old: list[str]) -> None:
        rollback(ws, "wells", old[0])
        assert [version.id for version in prune(ws)] == old[1:3]
        assert count_served(ws) == 60

    def test_what_is_thirty_days_young_stays(
        self, ws: Workspace, old: list[str], three: list[str]
    ) -> None:
        assert [version.id for version in prune(ws)] == old
        assert self.left(ws) == three

    def test_only_looking(self, ws: Workspace, old: list[str]) -> None:
        (ws.store.folder / "wells" / ".staged-gone-x").mkdir()
        assert [version.id for version in prune(ws, dry_run=True)] == old[:3]
        assert self.left(ws) == old
        prune(ws)
        assert not (ws.store.folder / "wells" / ".staged-gone-x").exists()

    def test_rolling_back_past_what_was_pruned(self, ws: Workspace, old: list[str]) -> None:
        prune(ws)
        assert rollback(ws, "wells") == old[4]
        assert rollback(ws, "wells") == old[3]
        with pytest.raises(UnknownError, match="nothing to roll back"):
            rollback(ws, "wells")

    def test_a_damaged_version_is_left_for_someone_to_look_at(
        self, ws: Workspace, old: list[str]
    ) -> None:
        (ws.store.folder / "wells" / old[0] / META).write_text("{")
        assert [version.id for version in prune(ws)] == old[1:3]
        assert (ws.store.folder / "wells" / old[0]).is_dir()


class TestYielding:
    def test_a_layer_published_in_the_meantime_is_left_alone(
        self, ws: Workspace, publish_frame: PublishFrame
    ) -> None:
        ours = prepare_features(ws, ws.catalogue.layer("wells"), wells(1), SAMPLE)
        theirs = publish_frame(ws, "wells", wells(2))
        publish(ws, {"wells": ours}, what="build", yielding=True)
        assert ws.store.published().versions == {"wells": theirs.id}
        publish(ws, {"wells": ours}, what="import")
        assert ws.store.published().versions == {"wells": ours.id}


class TestAccess:
    @pytest.mark.parametrize("user", [User("x", "restricted"), User("x", "public", publisher=True)])
    def test_who_may_not(self, ws: Workspace, user: User) -> None:
        theirs = ws.as_user(user)
        layer = "wells" if not user.publisher else "surveys"
        frame = wells(1).rename(columns={"well_code": "code"} if layer == "surveys" else {})
        attempts: list[Callable[[], object]] = [
            lambda: prepare_features(theirs, ws.catalogue.layer(layer), frame, SAMPLE),
            lambda: publish(theirs, {layer: version}, what="test"),
            lambda: rollback(theirs, layer),
            lambda: withdraw(theirs, layer, version.id, reason="x"),
        ]
        version = prepare_features(ws, ws.catalogue.layer(layer), frame, SAMPLE)
        for attempt in attempts:
            with pytest.raises(AccessError, match=f"layer {layer}: x may not publish"):
                attempt()
        assert ws.store.published().generation == 0
        assert len(ws.store.versions(layer)) == 1

    def test_who_may(self, ws: Workspace) -> None:
        editor = ws.as_user(User("minh", "public", publisher=True))
        version = prepare_features(editor, ws.catalogue.layer("wells"), wells(1), SAMPLE)
        publish(editor, {"wells": version}, what="test")
        assert ws.store.published().history[-1].by == "minh"


def test_a_store_that_is_damaged_is_told_when_publishing(
    ws: Workspace, three: list[str], publish_frame: PublishFrame
) -> None:
    (ws.store.folder / "published.json").write_text("{}")
    with pytest.raises(StoreError, match=r"published\.json: damaged"):
        publish_frame(ws, "wells", wells(5))
    with pytest.raises(StoreError, match=r"published\.json: damaged"):
        rollback(ws, "wells")
