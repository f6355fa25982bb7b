"""Setting findings aside: by those who may, until a day, until the layer changes, or taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from geo_app.domain.access import ANONYMOUS, User
from geo_app.domain.version import Version
from geo_app.errors import AccessError, DataError, StoreError, UnknownError
from geo_app.workspace import Workspace
from geo_app.workspace.entries import today
from geo_app.workspace.overrides import add_override, end_override, override_rows

MakeWorkspace = Callable[..., Workspace]
SOON = date.today() + timedelta(days=30)
EDITOR = User("minh", "public", publisher=True)


@pytest.fixture
def ws(small_workspace: MakeWorkspace) -> Workspace:
    return small_workspace()


def test_there_are_none_and_no_database_until_the_first(ws: Workspace) -> None:
    assert ws.overrides() == ()
    assert override_rows(ws) == []
    assert not ws.settings.records_file.exists()


def test_one_is_added_and_taken_back(ws: Workspace) -> None:
    before = datetime.now(UTC)
    made = add_override(
        ws, "wells", feature="W1", reason=" đã  lấp ", who="Lan", until=SOON, site="ab"
    )
    assert ws.overrides() == (made,)
    assert (made.id, made.layer, made.feature, made.site) == (1, "wells", "W1", "ab")
    assert (made.reason, made.who, made.until) == ("đã lấp", "Lan", SOON)
    assert made.digest == ws.versions["wells"].digest
    assert before <= made.made <= datetime.now(UTC)
    ended = end_override(ws, 1, who="Minh")
    assert ws.overrides() == ()
    assert ws.overrides(ended=True) == (ended,)
    assert (ended.ended_by, override_rows(ws)[0]["state"]) == ("Minh", "ended")
    with pytest.raises(UnknownError, match="no override 1, or it was taken back"):
        end_override(ws, 1, who="Minh")


def test_it_is_open_again_when_the_layer_changes_or_its_day_is_past(
    ws: Workspace, publish_frame: Callable[..., Version], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_override(ws, "wells", reason="đã lấp", who="Lan", until=SOON)
    assert override_rows(ws)[0]["state"] == "holds"
    wells = ws.read("wells")
    publish_frame(ws, "wells", wells.assign(users=7))
    assert override_rows(ws.latest())[0]["state"] == "reopened"
    publish_frame(ws, "wells", wells.assign(users=7))
    add_override(ws.latest(), "wells", reason="vẫn đã lấp", who="Lan", until=SOON)
    publish_frame(ws, "wells", wells.assign(users=7))
    states = [row["state"] for row in override_rows(ws.latest())]
    assert states == ["reopened", "holds"], "the same content delivered again changes nothing"
    late = SOON + timedelta(days=1)
    monkeypatch.setattr("geo_app.workspace.overrides.today", lambda _: late)
    assert override_rows(ws)[0]["state"] == "expired"


def test_its_last_day_may_be_today_in_the_province(ws: Workspace) -> None:
    assert add_override(ws, "wells", reason="x", who="Lan", until=today(ws)).until == today(ws)
    with pytest.raises(DataError, match="expected today or a later day"):
        add_override(ws, "wells", reason="x", who="Lan", until=today(ws) - timedelta(days=1))


@pytest.mark.parametrize("user", [ANONYMOUS, User("lan", "restricted")])
def test_only_those_who_may(ws: Workspace, user: User) -> None:
    add_override(ws, "wells", reason="x", who="Lan", until=SOON)
    seen = ws.as_user(user)
    with pytest.raises(AccessError, match="may not set aside"):
        add_override(seen, "wells", reason="x", who="Lan", until=SOON)
    with pytest.raises(AccessError, match="may not set aside"):
        end_override(seen, 1, who="Lan")
    assert len(seen.overrides()) == 1


def test_those_of_layers_a_reader_may_not_see_are_not_there(ws: Workspace) -> None:
    add_override(ws, "bunkers", reason="x", who="Lan", until=SOON)
    add_override(ws, "wells", reason="x", who="Lan", until=SOON)
    editor = ws.as_user(EDITOR)
    assert [each.layer for each in editor.overrides()] == ["wells"]
    assert [row["layer"] for row in override_rows(editor)] == ["wells"]
    with pytest.raises(UnknownError, match="no override 1"):
        end_override(editor, 1, who="Minh")


@pytest.mark.parametrize(
    ("layer", "feature", "words"),
    [
        ("welles", None, "welles"),
        ("schools", None, "layer schools: has no data"),
        ("wells", "W9", r"no feature 'W9' \(key: well_code\)"),
        ("cover", "1", "layer cover: has no feature '1'"),
    ],
)
def test_what_is_not_there_is_not_set_aside(
    ws: Workspace, layer: str, feature: str | None, words: str
) -> None:
    with pytest.raises(UnknownError, match=words):
        add_override(ws, layer, feature=feature, reason="x", who="Lan", until=SOON)
    assert ws.overrides() == ()


@pytest.mark.parametrize("given", [{"reason": " "}, {"who": ""}, {"reason": "x" * 501}])
def test_reason_and_name_are_asked_for(ws: Workspace, given: dict[str, str]) -> None:
    with pytest.raises(DataError, match=next(iter(given))):
        add_override(ws, "wells", until=SOON, **{"reason": "x", "who": "Lan", **given})


def test_a_damaged_database_is_told_and_the_province_is_read_on(ws: Workspace) -> None:
    ws.settings.records_file.write_bytes(b"rubbish" * 999)
    with pytest.raises(StoreError, match="records cannot be used"):
        ws.overrides()
    assert len(ws.read("wells")) == 5


def test_another_database(ws: Workspace) -> None:
    far = replace(ws.settings, records_url=f"sqlite:///{ws.settings.root}/far.sqlite")
    ws = replace(ws, settings=far)
    assert ws.overrides() == ()
    add_override(ws, "wells", reason="x", who="Lan", until=SOON)
    assert len(ws.overrides()) == 1
