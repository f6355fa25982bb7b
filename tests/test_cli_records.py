"""The verbs of records: save, list, show and verify checks; set findings aside."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from click.testing import CliRunner, Result
from wells_study import register

from geo_app.cli import main
from geo_app.domain.override import site_digest
from geo_app.domain.version import Version
from geo_app.workspace import Workspace

Run = Callable[..., Result]
SOON = date.today() + timedelta(days=30)


@pytest.fixture
def ws(small_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch) -> Workspace:
    register(monkeypatch)
    return small_workspace()


@pytest.fixture
def run(ws: Workspace) -> Run:
    def run(*arguments: object) -> Result:
        order = ["--workspace", str(ws.settings.root), *map(str, arguments)]
        return CliRunner().invoke(main, order, catch_exceptions=False)

    return run


def done(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    return result.stderr


@pytest.fixture
def number(run: Run) -> str:
    """Save a check, and return its number."""
    saved = run("study", "deep-wells", "--save", "--who", "Lan", "--note", "Xã Hòa Bình")
    done(saved)
    return saved.stderr.removeprefix("saved as ").strip()


class TestChecks:
    def test_a_study_is_saved_and_what_it_prints_stays_whole(self, run: Run) -> None:
        saved = run("study", "deep-wells", "--json", "--save", "--who", "Lan")
        assert json.loads(done(saved))["totals"] == {"wells": 2, "depth_m": 52.5}
        assert saved.stderr.startswith("saved as 2")
        assert saved.stderr.strip().endswith("-0001")

    def test_saving_asks_for_a_name(self, run: Run) -> None:
        assert "who: is empty" in refused(run("study", "deep-wells", "--save"))
        assert json.loads(done(run("checks", "list", "--json"))) == []

    def test_they_are_listed(self, run: Run, number: str) -> None:
        (row,) = json.loads(done(run("checks", "list", "--json")))
        assert (row["id"], row["study"], row["who"]) == (number, "deep-wells", "Lan")
        assert row["outcome"] is None
        head, line = done(run("checks", "list")).splitlines()
        assert head.split()[:3] == ["id", "study", "made"]
        assert line.startswith(number)

    def test_one_is_shown(self, run: Run, number: str) -> None:
        text = done(run("checks", "show", number))
        assert all(word in text for word in (number, "Lan", "Xã Hòa Bình", "Có 2 giếng sâu", "W4"))
        assert "* " not in text
        assert "2 wells are deep" in done(run("checks", "show", number, "--language", "en"))
        whole = json.loads(done(run("checks", "show", number, "--json")))
        assert whole["result"]["totals"] == {"wells": 2, "depth_m": 52.5}
        assert whole["settings"]["least_depth_m"] == "10"

    def test_one_is_verified(
        self, run: Run, number: str, ws: Workspace, publish_frame: Callable[..., Version]
    ) -> None:
        assert done(run("checks", "verify", number)) == f"{number}: trùng khớp\n"
        wells = ws.read("wells")
        publish_frame(ws, "wells", wells[wells["well_code"] != "W4"])
        text = done(run("checks", "verify", number, "--language", "en"))
        lines = text.splitlines()
        assert lines[:4] == [
            f"{number}: different",
            "on the layers it was saved with: same",
            "- Wells: 2 → 1",
            "- Depth: 52.50 → 12.50",
        ]
        assert lines[4] == "- deep: 1 rows differ"
        assert lines[5].startswith("* data of a layer wells (Wells): ")
        assert lines[5].endswith(" (2026-06-01)")
        found = json.loads(done(run("checks", "verify", number, "--json")))
        assert (found["outcome"], found["then"]) == ("different", "same")
        assert found["changes"][0]["date_before"] == "2026-01-01"
        assert json.loads(done(run("checks", "list", "--json")))[0]["outcome"] == "different"
        assert "data of a layer wells" in done(run("checks", "show", number, "--language", "en"))

    @pytest.mark.parametrize("verb", ["show", "verify"])
    def test_one_that_is_not_there(self, run: Run, verb: str) -> None:
        assert "no saved check '2026-0009'" in refused(run("checks", verb, "2026-0009"))
        assert "expected one such as 2026-0001" in refused(run("checks", verb, "x"))


class TestOverrides:
    def add(self, run: Run, *more: object) -> Result:
        words = ("--reason", "đã lấp", "--until", SOON, "--who", "Lan")
        return run("overrides", "add", "wells", *words, *more)

    def test_one_is_added_listed_and_taken_back(self, run: Run) -> None:
        assert done(self.add(run, "--feature", "W1")) == f"override 1 holds until {SOON}\n"
        (row,) = json.loads(done(run("overrides", "list", "--json")))
        assert (row["state"], row["feature"], row["site"]) == ("holds", "W1", None)
        assert "đã lấp" in done(run("overrides", "list"))
        assert "taken back" in done(run("overrides", "end", 1, "--who", "Minh"))
        (row,) = json.loads(done(run("overrides", "list", "--json")))
        assert (row["state"], row["ended_by"]) == ("ended", "Minh")
        assert "no override 1" in refused(run("overrides", "end", 1, "--who", "Minh"))

    def test_only_at_the_site_of_a_saved_check(self, run: Run, number: str) -> None:
        assert "looks at no site" in refused(self.add(run, "--check", number))
        done(run("study", "deep-wells", "--site", "{}", "--save", "--who", "Lan"))
        done(self.add(run, "--check", number.replace("0001", "0002")))
        (row,) = json.loads(done(run("overrides", "list", "--json")))
        assert row["site"] == site_digest("{}")

    def test_what_cannot_be(self, run: Run, ws: Workspace) -> None:
        assert "no feature 'W9'" in refused(self.add(run, "--feature", "W9"))
        assert "expected today or a later day" in refused(self.add(run, "--until", "2020-01-01"))
        assert self.add(run, "--until", "hôm nay").exit_code == 2
        ws.settings.records_file.write_bytes(b"rubbish" * 999)
        for verb in ("checks", "overrides"):
            assert "records cannot be used" in refused(run(verb, "list"))
