"""The application database: made on first use, shared by processes, a sentence if damaged."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from geo_app.config import Settings, read_settings
from geo_app.domain.override import Override
from geo_app.domain.post import FieldPost
from geo_app.domain.saved import Saved, Verification
from geo_app.domain.submission import Line, State, Submission
from geo_app.errors import SettingsError, StoreError, UnknownError
from geo_app.storage.records import SCHEMA, Records

COMPLETE = 'title_vi = "Tỉnh Nhỏ"\ntitle_en = "Small Province"\ncrs = "EPSG:9210"\n'
NOON = datetime(2026, 6, 1, 5, 30, 15, 123456, tzinfo=UTC)
LEVELS = ("public", "staff", "restricted")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "geo_app.toml").write_text(COMPLETE, encoding="utf-8")
    return read_settings(tmp_path, {})


@pytest.fixture
def records(settings: Settings) -> Records:
    return Records(settings)


def check(**given: object) -> Saved:
    values: dict[str, object] = {
        "number": "",
        "study": "forest-cover",
        "note": "Cầu Kỳ Lừa",
        "who": "Lan",
        "account": "owner",
        "made": NOON,
        "access": "public",
        "marks": ("synthetic",),
        "verification": None,
        "settings": {"zones": "communes"},
        "clearance": "public",
        "generation": 3,
        "bases": {"rule R1": "ab"},
        "program": "0.1.0",
        "hash": "f" * 64,
        "result": {"totals": {"cover_pct": 12.5, "số": None}},
    }
    return Saved(**{**values, **given})  # type: ignore[arg-type]


def override(**given: object) -> Override:
    values = (0, "roads", None, None, "đã khảo sát", "Lan", NOON, date(2026, 12, 31), "d1")
    return replace(Override(*values), **given)


def post() -> FieldPost:
    return FieldPost(0, "QL4B", 18_300.0, 106.9, 21.8, 4.5, "Minh", "anonymous", NOON, "cột mới")


def form() -> Submission:
    line = Line("target", "t_paved", date(2026, 3, 31), value=64.5)
    return Submission(0, "so_xd", "2026-Q1", (line,), "Lan", "owner", NOON, "d1")


class TestFirstUse:
    def test_reading_makes_nothing(self, settings: Settings, records: Records) -> None:
        assert records.checks(LEVELS, limit=9, offset=0) == ()
        assert records.overrides() == records.posts() == ()
        assert records.count_checks(LEVELS) == records.count_since(NOON, "owner") == 0
        with pytest.raises(UnknownError, match="2026-0001"):
            records.check("2026-0001")
        assert not settings.store_folder.exists()

    def test_writing_makes_a_file_in_wal_mode(self, settings: Settings, records: Records) -> None:
        records.add_override(override())
        with closing(sqlite3.connect(settings.records_file)) as opened:
            assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert opened.execute("SELECT version FROM schema_version").fetchall() == [(SCHEMA,)]

    def test_an_empty_file_is_begun(self, settings: Settings, records: Records) -> None:
        """What a process killed at the very first moment leaves."""
        settings.store_folder.mkdir(parents=True)
        settings.records_file.touch()
        assert records.overrides() == ()
        records.add_override(override())
        assert len(records.overrides()) == 1

    @pytest.mark.parametrize("reading_first", [True, False])
    def test_one_of_an_older_program_gets_the_tables_it_lacks(
        self, settings: Settings, records: Records, reading_first: bool
    ) -> None:
        records.add_override(override())
        with closing(sqlite3.connect(settings.records_file)) as opened, opened:
            opened.execute("DROP TABLE submissions")
            opened.execute("UPDATE schema_version SET version = 1")
        if reading_first:
            assert records.submissions() == ()
        assert records.add_submission(form()).id == 1
        assert len(records.overrides()) == 1
        with closing(sqlite3.connect(settings.records_file)) as opened:
            assert opened.execute("SELECT version FROM schema_version").fetchall() == [(SCHEMA,)]


class TestChecks:
    def test_what_is_kept_is_read_again(self, records: Records) -> None:
        kept = records.add_check(check(), 2026)
        assert kept == check(number="2026-0001")
        assert records.check("2026-0001") == kept
        (entry,) = records.checks(LEVELS, limit=9, offset=0)
        assert entry.to_json() == {
            "id": "2026-0001",
            "study": "forest-cover",
            "note": "Cầu Kỳ Lừa",
            "who": "Lan",
            "account": "owner",
            "made": "2026-06-01T05:30:15.123456+00:00",
            "access": "public",
            "marks": ["synthetic"],
            "outcome": None,
            "verified": None,
        }

    def test_each_year_counts_from_one_and_past_9999(self, records: Records) -> None:
        numbers = [records.add_check(check(), year).number for year in (2026, 2027, 2026)]
        assert numbers == ["2026-0001", "2027-0001", "2026-0002"]
        with records._database.writing() as connection:
            connection.exec_driver_sql("UPDATE checks SET serial = 9999 WHERE serial = 2")
        assert records.add_check(check(), 2026).number == "2026-10000"
        assert records.check("2026-10000").study == "forest-cover"

    def test_the_list_is_newest_first_by_pages_and_by_clearance(self, records: Records) -> None:
        for access in ("public", "restricted", "public", "staff"):
            records.add_check(check(access=access), 2026)
        public = records.checks(("public",), limit=9, offset=0)
        assert [each.number for each in public] == ["2026-0003", "2026-0001"]
        page = records.checks(LEVELS, limit=2, offset=1)
        assert [each.number for each in page] == ["2026-0003", "2026-0002"]
        assert records.count_checks(("public",)) == 2
        assert records.count_checks(LEVELS) == 4

    def test_the_last_verification_is_kept(self, records: Records) -> None:
        number = records.add_check(check(), 2026).number
        said = Verification("different", "same", (), (), {"zones": 2}, None, 5, "0.2.0", NOON)
        records.keep_verification(number, said)
        assert records.check(number).verification == said
        assert records.checks(LEVELS, limit=1, offset=0)[0].verification == said

    @pytest.mark.parametrize(
        "number", ["", "2026", "2026-1", "2026-0001x", "x-0001", "９９９９-0001"]
    )
    def test_what_is_no_number_is_unknown(self, records: Records, number: str) -> None:
        records.add_check(check(), 2026)
        with pytest.raises(UnknownError, match="2026-0001"):
            records.check(number)

    def test_what_an_account_added_is_counted(self, records: Records) -> None:
        records.add_check(check(account="anonymous"), 2026)
        records.add_check(check(account="anonymous", made=NOON - timedelta(days=1)), 2026)
        records.add_check(check(), 2026)
        records.add_post(post())
        assert records.count_since(NOON, "anonymous") == 2
        assert records.count_since(NOON - timedelta(days=2), "anonymous") == 3


class TestOverrides:
    def test_one_is_kept_and_taken_back_once(self, records: Records) -> None:
        first = records.add_override(override())
        second = records.add_override(override(feature="R1", site="s"))
        assert (first.id, second.id) == (1, 2)
        assert records.overrides() == (first, second)
        records.end_override(2, when=NOON, by="Lan")
        records.end_override(2, when=NOON + timedelta(days=1), by="Minh")
        assert records.overrides()[1] == replace(second, ended=NOON, ended_by="Lan")
        assert records.overrides()[0].ended is None


class TestPosts:
    def test_one_waits_and_is_settled(self, records: Records) -> None:
        kept = records.add_post(post())
        assert records.posts("pending") == (kept,)
        records.settle_post(kept.id, "returned", "lệch tuyến")
        assert records.posts("pending") == ()
        assert records.posts() == (replace(kept, state="returned", remark="lệch tuyến"),)


class TestSubmissions:
    def test_what_was_found_stays_with_a_form(self, records: Records) -> None:
        told = {"code": "form_leap", "row": 10, "done": "nothing", "values": {"cell": "H10"}}
        kept = records.add_submission(replace(form(), findings=(told,)))
        assert records.submissions() == (kept,)
        assert records.submissions()[0].findings == (told,)

    def test_a_file_of_an_older_shape_is_told(self, settings: Settings, records: Records) -> None:
        records.add_submission(form())
        with closing(sqlite3.connect(settings.records_file)) as opened, opened:
            opened.execute("ALTER TABLE submissions DROP COLUMN findings")
        with pytest.raises(StoreError, match="the records cannot be used: no such column"):
            records.submissions()

    def test_all_are_decided_or_none(self, records: Records) -> None:
        for digest in ("d1", "d2", "d3"):
            records.add_submission(replace(form(), digest=digest))
        assert records.last_decided() == (0, None)
        assert records.decide_submissions({1: ("accepted", "")}, when=NOON, by="Hoa")
        both: dict[int, tuple[State, str]] = {1: ("returned", "x"), 2: ("accepted", "")}
        assert not records.decide_submissions(both, when=NOON, by="Hoa")
        assert [each.state for each in records.submissions()] == ["accepted", "pending", "pending"]
        assert records.last_decided() == (1, NOON)
        assert [each.id for each in records.submissions(state="pending")] == [2, 3]


def save_ten(settings: Settings) -> list[str]:
    return [Records(settings).add_check(check(), 2026).number for _ in range(10)]


def test_processes_that_begin_and_save_at_once_get_numbers_of_their_own(
    settings: Settings,
) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        found = [number for each in pool.map(save_ten, [settings] * 4) for number in each]
    assert sorted(found) == [f"2026-{serial:04d}" for serial in range(1, 41)]
    assert Records(settings).count_checks(LEVELS) == 40


class TestBroken:
    USES = pytest.mark.parametrize(
        "use",
        [
            lambda records: records.overrides(),
            lambda records: records.check("2026-0001"),
            lambda records: records.add_override(override()),
            lambda records: records.add_check(check(), 2026),
        ],
        ids=["overrides", "check", "add_override", "add_check"],
    )

    @USES
    @pytest.mark.parametrize("content", [b"rubbish" * 999, b"SQLite format 3\0" + b"\1" * 9999])
    def test_a_damaged_file_is_a_sentence(
        self, settings: Settings, records: Records, use: Callable[[Records], object], content: bytes
    ) -> None:
        settings.store_folder.mkdir(parents=True)
        settings.records_file.write_bytes(content)
        with pytest.raises(StoreError) as caught:
            use(records)
        words = ("records.sqlite", "cannot be used", "backup", "do not depend")
        assert [word for word in words if word not in str(caught.value)] == []
        assert settings.records_file.read_bytes() == content

    @USES
    def test_one_of_a_newer_program_is_left_alone(
        self, settings: Settings, records: Records, use: Callable[[Records], object]
    ) -> None:
        records.add_override(override())
        with closing(sqlite3.connect(settings.records_file)) as opened, opened:
            opened.execute("UPDATE schema_version SET version = 99")
        with pytest.raises(
            StoreError, match=rf"newer program \(schema 99; this one knows {SCHEMA}\)"
        ):
            use(records)

    def test_a_folder_that_cannot_be_written_to(self, settings: Settings, records: Records) -> None:
        settings.store_folder.parent.mkdir(parents=True)
        settings.store_folder.write_text("a file stands where the folder would")
        with pytest.raises(StoreError, match="cannot be used"):
            records.add_override(override())


class TestAddress:
    def test_another_database_by_url(self, settings: Settings, tmp_path: Path) -> None:
        elsewhere = replace(settings, records_url=f"sqlite:///{tmp_path}/far.sqlite")
        Records(elsewhere).add_override(override())
        assert (tmp_path / "far.sqlite").exists()
        assert not settings.records_file.exists()

    @pytest.mark.parametrize("url", ["nonsense", "nonsense://host/name"])
    def test_no_url_of_a_database(self, settings: Settings, url: str) -> None:
        with pytest.raises(SettingsError, match=r"records_url.*postgresql\+psycopg"):
            Records(replace(settings, records_url=url))

    def test_a_driver_that_is_not_here(self, settings: Settings) -> None:
        with pytest.raises(SettingsError, match=r"records_url.*driver.*cx_Oracle"):
            Records(replace(settings, records_url="oracle+cx_oracle://host/name"))

    def test_a_password_is_never_shown(self, settings: Settings) -> None:
        url = "mysql+mysqldb://lan:bimat@127.0.0.1/x"
        given = replace(settings, records_url=url)
        with pytest.raises(SettingsError) as caught:
            Records(given)
        assert "bimat" not in str(caught.value) + repr(given)
