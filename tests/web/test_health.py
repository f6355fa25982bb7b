"""Whether every published layer opens, told by one address."""

import pytest
from asking import MakeClient, MakeWorkspace
from flask.testing import FlaskClient

from geo_app.storage.store import FEATURES, META, RASTER
from geo_app.workspace import Workspace


def test_a_healthy_province(small: FlaskClient, small_province: Workspace) -> None:
    answer = small.get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "ok": True,
        "generation": small_province.published.generation,
        "layers": len(small_province.published.versions),
        "problems": [],
    }


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        ("roads", FEATURES),
        ("old_units", FEATURES),
        ("surveys", FEATURES),
        ("cover", RASTER),
        ("roads", META),
    ],
)
@pytest.mark.parametrize("kept", [0, 100, 0.5, 0.9])
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_truncated_file_is_named(
    small_workspace: MakeWorkspace, client_of: MakeClient, layer: str, name: str, kept: float
) -> None:
    ws = small_workspace()
    client = client_of(ws)
    path = ws.folder(layer, ws.published.versions[layer]) / name
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content)) if kept < 1 else int(kept)])
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json()["ok"] is False
    assert list(answer.get_json()["problems"]) == [layer]


def test_a_folder_that_is_gone_is_named(
    small_workspace: MakeWorkspace, client_of: MakeClient
) -> None:
    ws = small_workspace()
    client = client_of(ws)
    folder = ws.folder("roads", ws.published.versions["roads"])
    folder.rename(folder.with_name(".away"))
    answer = client.get("/healthz")
    assert (answer.status_code, list(answer.get_json()["problems"])) == (503, ["roads"])


def test_a_damaged_layer_is_a_sentence_and_the_others_still_answer(
    small_workspace: MakeWorkspace, client_of: MakeClient
) -> None:
    ws = small_workspace()
    client = client_of(ws)
    path = ws.folder("roads", ws.published.versions["roads"]) / FEATURES
    path.write_bytes(path.read_bytes()[:5_000])
    answer = client.get("/layers/roads?lang=en")
    assert answer.status_code == 503
    assert str(ws.settings.root) not in answer.get_data(as_text=True)
    assert client.get("/layers/wells").status_code == 200
    assert client.get("/").status_code == 200
