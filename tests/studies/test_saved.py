"""A saved check is shown as it was, and verifying it says whether it still stands, and why not."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from wells_study import CODE, PARAMETERS, WORDS, compute, register

import geopandas as gpd

from geo_app.domain.access import ANONYMOUS, User
from geo_app.domain.override import site_digest
from geo_app.domain.result import Picture
from geo_app.domain.saved import Change
from geo_app.domain.text import Bilingual
from geo_app.domain.version import Version
from geo_app.errors import AccessError, DataError, UnknownError
from geo_app.studies import Parameter, Result, Study, find_study, saved
from geo_app.studies.saved import changes_since, redraw, restore, save, verify
from geo_app.studies.study import Run
from geo_app.workspace import Workspace, open_workspace, reports
from geo_app.workspace.overrides import add_override, end_override
from geo_app.workspace.publishing import withdraw
from geo_app.workspace.saved import count_saved, saved_check, saved_checks

MakeWorkspace = Callable[..., Workspace]
PublishFrame = Callable[..., Version]
STAFF = User("lan", "staff")
RULE = """[[rules]]
id = "R1"
section = "I"
title = {{vi = "Giếng sâu", en = "Deep wells"}}
sentence = "Giếng sâu {depth} m"
applies_to = {{vi = "giếng", en = "wells"}}
test = {{vi = "độ sâu", en = "depth"}}
verified = true
source = "bịa"
"""
LEGAL = """[[legal_rules]]
id = "wells_2025"
topic = "wells"
title = {{vi = "Luật giếng", en = "Law of wells"}}
text = {{vi = "Giếng phải có nắp", en = "Wells need lids"}}
checked_on = 2026-01-01
valid_to = {until}
verified = true
source = "bịa"
"""


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Study:
    return register(monkeypatch)


@pytest.fixture
def ws(small_workspace: MakeWorkspace, study: Study) -> Workspace:
    ws = small_workspace()
    write_plan(ws)
    return open_workspace(ws.settings.root)


def write_plan(ws: Workspace, *, depth: int = 10, until: str = "2999-12-31") -> None:
    folder = ws.settings.root / "plan"
    (folder / "rules.toml").write_text(RULE.format(depth=depth), encoding="utf-8")
    (folder / "legal_rules.toml").write_text(LEGAL.format(until=until), encoding="utf-8")


def deepened(ws: Workspace) -> gpd.GeoDataFrame:
    """Return the wells with W2 dug from 3 m to 30 m."""
    wells = ws.read("wells")
    wells.loc[wells["well_code"] == "W2", "depth_m"] = 30.0
    return wells


class TestSaving:
    def test_it_keeps_all_it_rests_on(self, ws: Workspace, study: Study) -> None:
        result = study(ws, least_depth_m="12,5")
        kept = save(ws, result, who=" Lan  Anh ", note="Xã Hòa Bình")
        assert kept == saved_check(ws, kept.number)
        year = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).year
        assert kept.number == f"{year}-0001"
        assert (kept.study, kept.who, kept.note) == ("deep-wells", "Lan Anh", "Xã Hòa Bình")
        assert (kept.account, kept.clearance) == ("owner", "restricted")
        assert kept.settings == {"wells": "wells", "least_depth_m": "12.5", "site": ""}
        assert (kept.hash, kept.generation) == (result.hash, ws.published.generation)
        assert kept.result["totals"] == {"wells": 2, "depth_m": 52.5}
        (read,) = kept.result["inputs"]
        served = ws.versions["wells"]
        assert (read["version"], read["digest"]) == (served.id, served.digest)
        kinds = {name.partition(" ")[0] for name in kept.bases}
        assert kinds == {"rule", "legal_rule", "plan", "description"}
        assert {"rule R1", "legal_rule wells_2025", "description wells"} <= set(kept.bases)
        json.dumps(kept.to_json())

    def test_it_is_shown_as_it_was(self, ws: Workspace, study: Study, tmp_path: Path) -> None:
        result = study(ws)
        again = restore(ws, save(ws, result, who="Lan"))
        assert again.hash == result.hash
        assert again.to_json() == result.to_json()
        assert again.csv_text() == result.csv_text()
        again.to_excel(tmp_path / "a.xlsx")
        assert "Có 2 giếng sâu" in again.explain()

    def test_its_report_bears_its_number_and_its_map(
        self, ws: Workspace, monkeypatch: pytest.MonkeyPatch, publish_frame: PublishFrame
    ) -> None:
        def drawn(run: Run) -> Result:
            found = compute(run)
            return replace(found, pictures=(Picture(run.inputs.layer("wells"), ws.read("wells")),))

        study = register(monkeypatch, compute=drawn)
        kept = save(ws, study(ws), who="Lan")
        publish_frame(ws, "wells", deepened(ws))
        again = redraw(ws.latest(), kept)
        assert (again.hash, again.number, again.made) == (kept.hash, kept.number, kept.made)
        assert len(again.pictures) == 1
        assert f"Số {kept.number} · SHA-256 {kept.hash}" in reports.to_html(
            ws, again, language="vi"
        )

    def test_what_gives_other_figures_draws_no_map(
        self, ws: Workspace, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept = save(ws, study(ws), who="Lan")

        def other(run: Run) -> Result:
            found = compute(run)
            picture = Picture(run.inputs.layer("wells"), ws.read("wells"))
            return replace(found, totals={**found.totals, "wells": 9}, pictures=(picture,))

        register(monkeypatch, compute=other)
        assert redraw(ws, kept).pictures == ()

    def test_numbers_with_many_digits_come_back(self, ws: Workspace, study: Study) -> None:
        kept = save(ws, study(ws, least_depth_m=12.4999999), who="Lan")
        assert kept.settings["least_depth_m"] == "12.4999999"
        assert verify(ws, kept.number).outcome == "same"

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"who": " "}, "who: is empty"),
            ({"who": "x" * 81}, "at most 80 letters"),
            ({"who": "a\x00b"}, "plain text"),
            ({"who": "Lan", "note": "x" * 501}, "at most 500 letters"),
        ],
    )
    def test_texts_have_bounds(
        self, ws: Workspace, study: Study, given: dict[str, str], words: str
    ) -> None:
        with pytest.raises(DataError, match=words) as caught:
            save(ws, study(ws), **given)
        assert caught.value.vi
        assert count_saved(ws) == 0

    def test_a_result_may_be_too_large(
        self, ws: Workspace, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(saved, "MOST_BYTES", 1_000)
        with pytest.raises(DataError, match="at most 1,000 can be saved: narrow"):
            save(ws, study(ws), who="Lan")


class TestWhoMay:
    def test_readers_save_as_many_a_day_as_set(self, ws: Workspace, study: Study) -> None:
        seen = replace(ws, user=ANONYMOUS, settings=replace(ws.settings, public_saving=2))
        for _ in range(2):
            assert save(seen, study(seen), who="khách").account == "anonymous"
        with pytest.raises(DataError, match="2 records were saved today"):
            save(seen, study(seen), who="khách")
        save(ws, study(ws), who="Lan")

    def test_none_where_it_is_set_so(self, ws: Workspace, study: Study) -> None:
        seen = replace(ws, user=ANONYMOUS, settings=replace(ws.settings, public_saving=0))
        with pytest.raises(AccessError, match="public_saving"):
            save(seen, study(seen), who="khách")
        assert save(replace(seen, user=ws.user), study(ws), who="Lan").number.endswith("0001")

    def test_what_rests_on_more_than_a_reader_may_see_is_not_there(
        self, ws: Workspace, study: Study
    ) -> None:
        """The owner reads the phones of the wells too, which are for staff."""
        for_staff = save(ws, study(ws), who="Lan")
        seen = ws.as_user(ANONYMOUS)
        public = save(seen, study(seen), who="khách")
        assert (for_staff.access, public.access) == ("staff", "public")
        assert [each.number for each in saved_checks(seen)] == [public.number]
        assert (count_saved(seen), count_saved(ws.as_user(STAFF))) == (1, 2)
        for ask in (saved_check, verify):
            with pytest.raises(UnknownError, match="no saved check"):
                ask(seen, for_staff.number)

    def test_verifying_sees_no_more_than_saving_did(self, ws: Workspace, study: Study) -> None:
        seen = ws.as_user(ANONYMOUS)
        number = save(seen, study(seen), who="khách").number
        asked = []

        def run(ws: Workspace, study: Study, settings: dict[str, object]) -> Result:
            asked.append(ws.user.clearance)
            return study(ws, **settings)

        assert verify(ws, number, run=run).outcome == "same"
        assert asked == ["public"]


class TestVerifying:
    def test_nothing_changed(self, ws: Workspace, study: Study) -> None:
        number = save(ws, study(ws), who="Lan").number
        found = verify(ws, number)
        assert (found.outcome, found.then, found.changes) == ("same", None, ())
        assert (found.totals, found.rows, found.problem) == ((), {}, None)
        assert saved_check(ws, number).verification == found

    def test_a_layer_changed(
        self, ws: Workspace, study: Study, publish_frame: PublishFrame
    ) -> None:
        kept = save(ws, study(ws), who="Lan")
        was = ws.versions["wells"]
        now = publish_frame(ws, "wells", deepened(ws))
        ws = ws.latest()
        found = verify(ws, kept.number)
        assert (found.outcome, found.then) == ("different", "same")
        (change,) = found.changes
        assert change == Change(
            "layer",
            "wells",
            ws.catalogue.layer("wells").title,
            was.id,
            now.id,
            was.provenance.date,
            date(2026, 6, 1),
        )
        totals = {each.name: (each.before, each.after) for each in found.totals}
        assert totals == {"wells": (2, 3), "depth_m": (52.5, 82.5)}
        assert found.rows == {"deep": 2}
        assert changes_since(ws, kept) == found.changes

    def test_a_layer_changed_where_it_does_not_matter(
        self, ws: Workspace, study: Study, publish_frame: PublishFrame
    ) -> None:
        number = save(ws, study(ws), who="Lan").number
        wells = ws.read("wells")
        wells["users"] = 1
        publish_frame(ws, "wells", wells)
        found = verify(ws.latest(), number)
        assert (found.outcome, found.then) == ("same_figures", "same")
        assert [each.kind for each in found.changes] == ["layer"]

    def test_the_same_delivered_again_is_no_change(
        self, ws: Workspace, study: Study, publish_frame: PublishFrame
    ) -> None:
        publish_frame(ws, "wells", deepened(ws))
        ws = ws.latest()
        number = save(ws, study(ws), who="Lan").number
        publish_frame(ws, "wells", deepened(ws))
        found = verify(ws.latest(), number)
        assert (found.outcome, found.changes) == ("same", ())

    def test_a_layer_is_gone_and_so_is_its_version(self, ws: Workspace, study: Study) -> None:
        kept = save(ws, study(ws), who="Lan")
        was = ws.versions["wells"].id
        withdraw(ws, "wells", was, reason="nhầm")
        found = verify(ws.latest(), kept.number)
        assert (found.outcome, found.then) == ("impossible", "impossible")
        assert "layer wells" in str(found.problem)
        (change,) = found.changes
        assert (change.kind, change.before, change.after) == ("layer", was, None)

    def test_rules_changed(self, ws: Workspace, study: Study) -> None:
        kept = save(ws, study(ws), who="Lan")
        write_plan(ws, depth=12, until="2026-01-31")
        ws = open_workspace(ws.settings.root)
        found = verify(ws, kept.number)
        assert found.outcome == "same"
        rule, law = found.changes
        assert (rule.kind, rule.name) == ("rule", "R1")
        assert rule.title == Bilingual("Giếng sâu", "Deep wells")
        assert rule.before
        assert rule.after not in (None, rule.before)
        assert (law.kind, law.name, law.after) == ("legal_rule", "wells_2025", None)
        (ws.settings.root / "plan" / "rules.toml").write_text("", encoding="utf-8")
        gone = verify(open_workspace(ws.settings.root), kept.number).changes[0]
        assert (gone.kind, gone.name, gone.after) == ("rule", "R1", None)

    def test_the_law_is_that_of_the_day_a_study_goes_by(
        self, ws: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        on = Parameter("on", "day", "", WORDS, WORDS)
        study = register(monkeypatch, parameters=(*PARAMETERS, on))
        write_plan(ws, until="2026-01-31")
        ws = open_workspace(ws.settings.root)
        then = save(ws, study(ws, on="2026-01-31"), who="Lan")
        later = save(ws, study(ws, on="2026-02-01"), who="Lan")
        assert "legal_rule wells_2025" in then.bases
        assert "legal_rule wells_2025" not in later.bases
        assert changes_since(ws, then) == changes_since(ws, later) == ()

    def test_other_files_of_the_plan_and_descriptions_changed(
        self, ws: Workspace, study: Study
    ) -> None:
        kept = save(ws, study(ws), who="Lan")
        edit(ws.settings.root / "plan" / "projects.toml", "Xây dựng", "Đào")
        edit(ws.settings.root / "layers" / "wells.toml", "Tốt", "Khá")
        edit(ws.settings.root / "layers" / "roads.toml", "order = ", "order = 1")
        found = changes_since(open_workspace(ws.settings.root), kept)
        assert [(each.kind, each.name) for each in found] == [
            ("plan", "projects"),
            ("description", "wells"),
        ]

    def test_how_a_layer_is_shown_changes_no_result(self, ws: Workspace, study: Study) -> None:
        kept = save(ws, study(ws), who="Lan")
        edit(ws.settings.root / "layers" / "wells.toml", "visible = true", "visible = false")
        assert changes_since(open_workspace(ws.settings.root), kept) == ()

    def test_settings_that_are_gone_or_new(
        self, ws: Workspace, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = save(ws, study(ws, site="{}"), who="Lan").number
        fresh = Parameter("least_users", "number", 5.0, WORDS, WORDS)
        register(monkeypatch, parameters=(*PARAMETERS[:2], fresh))
        found = verify(ws, number)
        assert found.outcome == "same_figures"
        assert [(each.name, each.before, each.after) for each in found.changes] == [
            ("site", "{}", None),
            ("least_users", None, "5"),
        ]

    def test_a_setting_that_is_refused_now(
        self, ws: Workspace, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = save(ws, study(ws), who="Lan").number
        deeper = replace(PARAMETERS[1], default=20.0, least=20.0)
        register(monkeypatch, parameters=(PARAMETERS[0], deeper, PARAMETERS[2]))
        found = verify(ws, number)
        assert (found.outcome, found.problem) == (
            "impossible",
            "least_depth_m: found '10'; expected a number from 20 to inf",
        )

    def test_a_study_that_is_gone(
        self, ws: Workspace, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept = save(ws, study(ws), who="Lan")
        register(monkeypatch, name="deep-holes")
        monkeypatch.delitem(saved.find_study.__globals__["STUDIES"], "deep-wells")
        found = verify(ws, kept.number)
        assert found.outcome == "impossible"
        assert "no study 'deep-wells'" in str(found.problem)
        assert restore(ws, kept).totals["wells"] == 2

    def test_another_program(
        self, ws: Workspace, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = save(ws, study(ws), who="Lan").number
        monkeypatch.setattr("geo_app.studies.bases.__version__", "9.9.9")
        (change,) = verify(ws, number).changes
        assert (change.kind, change.before, change.after) == ("program", "0.1.0", "9.9.9")

    def test_a_program_that_computes_otherwise(
        self, ws: Workspace, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = save(ws, study(ws), who="Lan").number

        def doubled(run: object) -> Result:
            result = compute(run)  # type: ignore[arg-type]
            rows = pd.DataFrame({CODE.name: ["W9"]})
            table = replace(result.tables[0], name="new", fields=(CODE,), rows=rows)
            return replace(
                result, tables=(*result.tables, table), totals={"wells": 4, "depth_m": 1}
            )

        register(monkeypatch, compute=doubled)
        found = verify(ws, number)
        assert found.outcome == "different"
        assert found.changes == ()
        assert [each.after for each in found.totals] == [4, 1]
        assert found.rows == {"new": 1}

    def test_a_record_someone_altered(self, ws: Workspace, study: Study) -> None:
        number = save(ws, study(ws), who="Lan").number
        with closing(sqlite3.connect(ws.settings.records_file)) as opened, opened:
            opened.execute("UPDATE checks SET result = replace(result, '52.5', '62.5')")
        found = verify(ws, number)
        assert [each.kind for each in found.changes] == ["record"]
        assert saved_check(ws, number).result["totals"]["depth_m"] == 62.5
        assert [(each.before, each.after) for each in found.totals] == [(62.5, 52.5)]


class TestOverrides:
    def test_what_was_set_aside_since_is_told(self, ws: Workspace, study: Study) -> None:
        kept = save(ws, study(ws, site="{}"), who="Lan")
        elsewhere = save(ws, study(ws, site="[]"), who="Lan")
        until = date.today() + timedelta(days=30)
        site = site_digest("{}")
        made = add_override(ws, "wells", reason="đã lấp", who="Lan", until=until, site=site)
        (change,) = changes_since(ws, kept)
        assert (change.kind, change.name, change.title.vi) == ("override", "1", "đã lấp")
        assert (change.before, change.after) == (None, until.isoformat())
        assert changes_since(ws, elsewhere) == ()
        later = save(ws, study(ws, site="{}"), who="Lan")
        assert changes_since(ws, later) == ()
        end_override(ws, made.id, who="Minh")
        (change,) = changes_since(ws, later)
        assert (change.before, change.after) == (until.isoformat(), None)
        assert changes_since(ws, kept) == ()

    def test_what_expired_since_is_told(
        self, ws: Workspace, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        until = date.today() + timedelta(days=2)
        add_override(ws, "wells", reason="đã lấp", who="Lan", until=until)
        kept = save(ws, study(ws, site="{}"), who="Lan")
        monkeypatch.setattr("geo_app.studies.bases.today", lambda _: until + timedelta(days=1))
        (change,) = changes_since(ws, kept)
        assert (change.before, change.after) == (until.isoformat(), None)

    def test_a_study_that_looks_at_no_site_minds_none(
        self, ws: Workspace, study: Study, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bare = register(monkeypatch, parameters=PARAMETERS[:2])
        kept = save(ws, bare(ws), who="Lan")
        add_override(ws, "wells", reason="đã lấp", who="Lan", until=date(2999, 1, 1))
        assert changes_since(ws, kept) == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["forest-series", "suitability"])
def test_real_studies_are_saved_and_verified(
    name: str, province: Workspace, tmp_path: Path
) -> None:
    elsewhere = replace(province.settings, records_url=f"sqlite:///{tmp_path}/records.sqlite")
    ws = replace(province, settings=elsewhere)
    kept = save(ws, find_study(name)(ws), who="Lan")
    assert restore(ws, kept).hash == kept.hash
    assert verify(ws, kept.number).outcome == "same"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
