"""A form goes out, comes back filled in rightly or wrongly, and is judged row by row."""

import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo_app.domain.finding import Finding
from geo_app.domain.ledger import PROGRESSES
from geo_app.domain.plan_form import (
    APPENDIX,
    COLUMNS,
    HEAD_ROW,
    HIDDEN,
    SHEET,
    Cell,
    Form,
    FormDraft,
    FormRow,
    SentForm,
    place,
    sent_form_from,
)
from geo_app.domain.submission import Addition, Line
from geo_app.errors import DataError
from geo_app.intake.plan_form import judge_form
from geo_app.intake.plan_form_cells import Spot, read_figure
from geo_app.intake.plan_form_file import read_plan_form, read_sent
from geo_app.render.plan_form import write_plan_form

LAST = date(2026, 9, 30)
TODAY = date(2026, 10, 5)
ROWS = (
    FormRow("target", "t_forest", "II.3", "Che phủ rừng", "đạt 67 %", "value", "pct", 64.0, "2025"),
    FormRow(
        "target", "t_income", "II.1", "GRDP/người", "150", "value", "million_vnd", 70.0, "2025"
    ),
    FormRow("project", "p_road", "III.2", "=Đường tránh", "Hoàn thành", "progress"),
    FormRow("target", "t_xa_town", "III.2", "Đô thị Hòa Bình", "loại IV", "grade"),
)
FORM = Form(
    agency="so_xd",
    agency_title="Sở Xây dựng",
    period="2026-Q3",
    period_title="Quý III/2026",
    workspace="Tỉnh Nhỏ – 23/KH-UBND",
    last=LAST,
    due=date(2026, 10, 15),
    day=LAST,
    rows=ROWS,
)
ROW_OF = {row.id: HEAD_ROW + 1 + number for number, row in enumerate(ROWS)}

Fill = Callable[[Worksheet], None]


@pytest.fixture(scope="module")
def gone_out() -> bytes:
    """The form as it went out."""
    content = BytesIO()
    write_plan_form(FORM).save(content)
    return content.getvalue()


@pytest.fixture
def path(gone_out: bytes, tmp_path: Path) -> Path:
    """A file of a test's own."""
    path = tmp_path / FORM.file_name
    path.write_bytes(gone_out)
    return path


def put(sheet: Worksheet, row: str, **cells: Any) -> None:
    """Write cells of a row; a new value has its evidence unless the test says otherwise."""
    evidence = {"evidence": "BC 1/BC-SXD"} if "new" in cells else {}
    for name, value in {**evidence, **cells}.items():
        sheet[place(COLUMNS, name, ROW_OF[row])] = value


def judged(path: Path, fill: Fill, form: Form = FORM, sheet: str = SHEET) -> FormDraft:
    """Fill the form in, send it through the bytes that a job hands back, and judge it."""
    book = load_workbook(path)
    fill(book[sheet])
    book.save(path)
    sent = sent_form_from(json.loads(json.dumps(read_plan_form(path).to_json())))
    return judge_form(sent, form, TODAY)


def codes(draft: FormDraft) -> list[str]:
    return [finding.code for finding in draft.findings]


class TestGoingOut:
    def test_what_is_not_to_be_filled_in_is_locked(self, path: Path) -> None:
        sheet = load_workbook(path)[SHEET]
        assert sheet.protection.sheet
        row = ROW_OF["t_forest"]
        unlocked = {n for n in COLUMNS if not sheet[place(COLUMNS, n, row)].protection.locked}
        assert unlocked == {"new", "day", "evidence", "note"}
        assert sheet["C2"].protection.locked
        assert not sheet["C6"].protection.locked

    def test_it_shows_what_is_known_and_runs_no_formula(self, path: Path) -> None:
        sheet = load_workbook(path)[SHEET]
        row = ROW_OF["t_forest"]
        assert sheet[place(COLUMNS, "last", row)].value == 64
        assert sheet[place(COLUMNS, "unit", row)].value == "%"
        assert sheet[place(COLUMNS, "title", ROW_OF["p_road"])].value == "'=Đường tránh"

    def test_cells_offer_what_may_be_chosen(self, path: Path) -> None:
        book = load_workbook(path)
        rules = book[SHEET].data_validations.dataValidation
        lists = {str(rule.sqref): rule.formula1 for rule in rules if rule.type == "list"}
        progress = place(COLUMNS, "new", ROW_OF["p_road"])
        cells = book[HIDDEN][lists[progress].rpartition("!")[2].replace("$", "")]
        assert [cell.value for (cell,) in cells] == [words.vi for words in PROGRESSES.values()]
        assert book[HIDDEN].sheet_state == "veryHidden"
        assert {rule.type for rule in rules} == {"list", "decimal", "date", "textLength"}

    def test_left_as_it_was_it_says_nothing(self, path: Path) -> None:
        draft = judged(path, lambda _: None)
        assert (draft.lines, draft.additions, draft.findings) == ((), (), ())


class TestComingBack:
    def test_good_rows_become_lines(self, path: Path) -> None:
        def fill(sheet: Worksheet) -> None:
            sheet["C6"] = "Nguyễn Lan"
            put(sheet, "t_forest", new=64.5, evidence="QĐ 12/QĐ-UBND", note="số liệu sơ bộ")
            put(sheet, "p_road", new="Đang thực hiện")
            put(sheet, "t_xa_town", new="IV", day=datetime(2026, 7, 1))

        draft = judged(path, fill)
        assert draft.findings == ()
        assert draft.who == "Nguyễn Lan"
        assert draft.lines == (
            Line("target", "t_forest", LAST, 64.5, None, None, "QĐ 12/QĐ-UBND", "số liệu sơ bộ"),
            Line("project", "p_road", LAST, progress="under_way", evidence="BC 1/BC-SXD"),
            Line("target", "t_xa_town", date(2026, 7, 1), grade="IV", evidence="BC 1/BC-SXD"),
        )

    @pytest.mark.parametrize(
        ("row", "cells", "code"),
        [
            ("t_forest", {"new": "khoảng 64%"}, "form_number_about"),
            ("t_forest", {"new": "63-65"}, "form_number_about"),
            ("t_forest", {"new": ">64"}, "form_number_about"),
            ("t_forest", {"new": "tăng"}, "form_number_unreadable"),
            ("t_forest", {"new": "64 ha"}, "form_unit_wrong"),
            ("t_forest", {"new": 640}, "form_number_impossible"),
            ("t_forest", {"new": -1}, "form_number_impossible"),
            ("t_forest", {"new": "=60+4"}, "form_formula"),
            ("t_forest", {"new": True}, "form_number_unreadable"),
            ("t_forest", {"new": datetime(2026, 5, 1)}, "form_number_is_day"),
            ("t_forest", {"new": 64, "unit": "ha"}, "form_unit_wrong"),
            ("t_income", {"new": "1.234"}, "form_number_ambiguous"),
            ("t_income", {"new": "75 tỷ đồng"}, "form_unit_wrong"),
            ("p_road", {"new": "gần xong"}, "form_choice_unknown"),
            ("t_xa_town", {"new": 4}, "form_choice_unknown"),
            ("t_forest", {"new": 64, "day": "31/02/2026"}, "form_day_unreadable"),
            ("t_forest", {"new": 64, "day": None}, "form_day_unreadable"),
            ("t_forest", {"new": 64, "day": "01/10/2026"}, "form_day_outside"),
            ("t_forest", {"new": 64, "day": "30/09/1026"}, "form_day_outside"),
            ("t_forest", {"new": 64, "day": datetime(1999, 12, 31)}, "form_day_outside"),
            ("t_forest", {"note": "sẽ báo cáo sau"}, "form_new_missing"),
            ("t_forest", {"new": 64, "note": "x" * 501}, "form_text_long"),
            ("t_forest", {"new": 64, "evidence": '=HYPERLINK("x")'}, "form_formula"),
            ("t_forest", {"new": 64, "id": "t_rung"}, "form_row_unknown"),
        ],
    )
    def test_a_bad_row_is_told_and_the_good_are_kept(
        self, path: Path, row: str, cells: dict[str, Any], code: str
    ) -> None:
        good = "p_road" if row != "p_road" else "t_forest"

        def fill(sheet: Worksheet) -> None:
            put(sheet, good, new="hoàn thành" if good == "p_road" else 64.5)
            put(sheet, row, **cells)

        draft = judged(path, fill)
        assert [line.row for line in draft.lines] == [good]
        (found,) = (f for f in draft.findings if f.code != "form_row_missing")
        assert (found.code, found.done, found.row) == (code, "left_out", ROW_OF[row])
        assert not draft.refused
        assert str(ROW_OF[row]) in found.message("vi")
        assert found.message("vi") != found.message("en")

    @pytest.mark.parametrize(
        ("typed", "value"),
        [
            ("64,5", 64.5),
            ("64.5 %", 64.5),
            ("64,5%", 64.5),
            ("64.250", 64.25),  # 64,250 % cannot be
            ("0,125", 0.125),
            ("'64,5", 64.5),
        ],
    )
    def test_text_that_is_one_number_is_read(self, path: Path, typed: str, value: float) -> None:
        draft = judged(path, lambda sheet: put(sheet, "t_forest", new=typed))
        assert [line.value for line in draft.lines] == [value]

    def test_a_cell_formatted_as_a_percentage_is_read_and_told(self, path: Path) -> None:
        def fill(sheet: Worksheet) -> None:
            put(sheet, "t_forest", new=0.645)
            sheet[place(COLUMNS, "new", ROW_OF["t_forest"])].number_format = "0.0%"

        draft = judged(path, fill)
        assert [line.value for line in draft.lines] == [64.5]
        assert codes(draft) == ["form_percent_cell"]

    def test_ten_times_as_much_is_asked_about(self, path: Path) -> None:
        draft = judged(path, lambda sheet: put(sheet, "t_income", new=75_000_000))
        assert [line.value for line in draft.lines] == [75_000_000]
        assert codes(draft) == ["form_leap"]
        assert judged(path, lambda sheet: put(sheet, "t_income", new=75)).findings == ()

    @pytest.mark.parametrize(
        ("value", "asked"), [(0.98, True), (1, True), (1.5, False), (98, False)]
    )
    def test_a_share_in_place_of_a_percentage_is_asked_about(
        self, path: Path, value: float, asked: bool
    ) -> None:
        draft = judged(path, lambda sheet: put(sheet, "t_forest", new=value))
        assert [line.value for line in draft.lines] == [value]
        assert ("form_share" in codes(draft)) == asked
        if value == 0.98:
            assert "0.98 % không, hay là 98 %" in draft.findings[0].message("vi")

    def test_a_small_figure_that_is_no_percentage_is_not(self, path: Path) -> None:
        draft = judged(path, lambda sheet: put(sheet, "t_income", new=0.98))
        assert codes(draft) == ["form_leap"]

    @pytest.mark.parametrize(
        ("row", "new"), [("t_forest", 64.5), ("p_road", "dừng"), ("t_xa_town", "IV")]
    )
    def test_a_value_without_evidence_is_asked_about(self, path: Path, row: str, new: Any) -> None:
        draft = judged(path, lambda sheet: put(sheet, row, new=new, evidence=None))
        assert [line.row for line in draft.lines] == [row]
        (found,) = draft.findings
        assert (found.code, found.done) == ("form_evidence_missing", "nothing")
        assert found.values["cell"] == place(COLUMNS, "evidence", ROW_OF[row])

    def test_the_first_day_that_may_be_told_is_taken(self, path: Path) -> None:
        day = datetime(2000, 1, 1)
        draft = judged(path, lambda sheet: put(sheet, "t_xa_town", new="IV", day=day))
        assert [line.day for line in draft.lines] == [date(2000, 1, 1)]

    def test_an_older_day_is_asked_about(self, path: Path) -> None:
        day = datetime(2025, 6, 30)
        draft = judged(path, lambda sheet: put(sheet, "t_forest", new=64, day=day))
        assert len(draft.lines) == 1
        assert codes(draft) == ["form_older"]

    def test_a_deleted_row_is_told(self, path: Path) -> None:
        def fill(sheet: Worksheet) -> None:
            put(sheet, "p_road", new="dừng")
            sheet.delete_rows(ROW_OF["t_forest"])

        draft = judged(path, fill)
        assert [line.row for line in draft.lines] == ["p_road"]
        assert codes(draft) == ["form_row_missing"]
        assert "t_forest" in draft.findings[0].message("vi")

    def test_a_row_that_stands_twice_is_taken_neither_time(self, path: Path) -> None:
        def fill(sheet: Worksheet) -> None:
            put(sheet, "t_forest", new=64.5)
            put(sheet, "t_income", new=65, id="t_forest", unit="%")

        draft = judged(path, fill)
        assert draft.lines == ()
        assert codes(draft).count("form_row_twice") == 2

    def test_a_row_that_came_to_the_plan_since_is_not_missed(self, path: Path) -> None:
        more = FormRow("project", "p_new", "III.2", "Việc mới", "Hoàn thành", "progress")
        later = Form(**{**vars(FORM), "rows": (*ROWS, more)})
        assert judged(path, lambda _: None, later).findings == ()


class TestOfAnother:
    @pytest.mark.parametrize(
        ("other", "code"),
        [
            ({"agency": "so_nv", "agency_title": "Sở Nội vụ"}, "form_other_agency"),
            ({"period": "2025-Q3", "period_title": "Quý III/2025"}, "form_other_period"),
            ({"workspace": "Tỉnh Khác – 1/KH"}, "form_elsewhere"),
        ],
    )
    def test_nothing_of_it_is_taken(self, path: Path, other: dict[str, str], code: str) -> None:
        asked = Form(**{**vars(FORM), **other})
        draft = judged(path, lambda sheet: put(sheet, "t_forest", new=64), asked)
        assert draft.refused
        assert draft.lines == ()
        assert codes(draft)[0] == code

    @pytest.mark.parametrize("cell", ["C2", "C3", "C4", "H9", "E9"])
    def test_an_edited_head_is_refused(self, path: Path, cell: str) -> None:
        def fill(sheet: Worksheet) -> None:
            put(sheet, "t_forest", new=64)
            sheet[cell] = "khác"

        draft = judged(path, fill)
        assert draft.refused
        assert draft.lines == ()
        assert codes(draft) == ["form_header_edited"]
        assert cell in draft.findings[0].message("en")


class TestAppendix:
    def fill(self, *rows: tuple[Any, ...]) -> Fill:
        def fill(sheet: Worksheet) -> None:
            for number, cells in enumerate(rows, start=5):
                for column, value in enumerate(cells, start=1):
                    sheet.cell(number, column, value)

        return fill

    def test_good_rows_become_additions(self, path: Path) -> None:
        rows = (
            ("PL1", "12a", "Chỉ tiêu", "Số xã đạt chuẩn", "đơn vị", "1.234,5", 2030),
            ("pl2", 3, "nhiệm vụ, dự án", "Xây dựng cầu", None, None, "2027"),
        )
        draft = judged(path, self.fill(*rows), sheet=APPENDIX)
        assert draft.findings == ()
        assert draft.additions == (
            Addition("target", "pl1_12a", "PL1", "Số xã đạt chuẩn", "so_xd", "units", 1234.5, 2030),
            Addition("project", "pl2_3", "PL2", "Xây dựng cầu", "so_xd", due=2027),
        )

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (("PL1", "1", "chỉ tiêu", None), "form_part_missing"),
            (("PL1", "1", "mục tiêu", "Số xã"), "form_choice_unknown"),
            (("PL1", "1", "chỉ tiêu", "Số xã", "gang tay"), "form_choice_unknown"),
            (("PL1", "1", "chỉ tiêu", "Số xã", None, 3), "form_part_missing"),
            (("PL1", "1", "chỉ tiêu", "Số xã", "%", 300), "form_number_impossible"),
            (("PL1", "1", "chỉ tiêu", "Số xã", "%", "khoảng 3"), "form_number_about"),
            (("PL1", "1", "chỉ tiêu", "Số xã", "%", 3, "sớm"), "form_year_unreadable"),
            (("PL1", "1", "chỉ tiêu", "x" * 501), "form_text_long"),
        ],
    )
    def test_a_bad_row_is_told(self, path: Path, row: tuple[Any, ...], code: str) -> None:
        good = ("PL1", "2", "chỉ tiêu", "Số thôn")
        draft = judged(path, self.fill(row, good), sheet=APPENDIX)
        assert [each.id for each in draft.additions] == ["pl1_2"]
        assert codes(draft) == [code]
        assert f"{APPENDIX}!" in draft.findings[0].message("vi")

    def test_a_number_stands_once(self, path: Path) -> None:
        row = ("PL1", "2", "chỉ tiêu", "Số thôn")
        draft = judged(path, self.fill(row, row), sheet=APPENDIX)
        assert len(draft.additions) == 1
        assert codes(draft) == ["form_row_twice"]

    def test_a_number_of_another_agency_is_left_out(self, path: Path) -> None:
        asked = replace(FORM, held={"pl1_1": "Sở Tài chính"})
        rows = [("PL1", number, "chỉ tiêu", "Số thôn") for number in ("1", "2")]
        draft = judged(path, self.fill(*rows), asked, sheet=APPENDIX)
        assert [each.id for each in draft.additions] == ["pl1_2"]
        assert codes(draft) == ["form_id_held"]
        assert "mã pl1_1 đã là của Sở Tài chính." in draft.findings[0].message("vi")
        assert "is a row of Sở Tài chính already" in draft.findings[0].message("en")


class TestHostileFiles:
    def test_another_workbook_is_no_form(self, path: Path) -> None:
        book = load_workbook(path)
        del book[HIDDEN]
        book.save(path)
        with pytest.raises(DataError, match="no form that was written here"):
            read_plan_form(path)

    def test_a_renamed_sheet_is_told(self, path: Path) -> None:
        book = load_workbook(path)
        book[SHEET].title = "Sheet1"
        book.save(path)
        with pytest.raises(DataError, match="has another name"):
            read_plan_form(path)

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("a.xls", b"\xd0\xcf\x11\xe0", "no .xlsx file"),
            ("a.csv", b"a,b", "no .xlsx file"),
            ("a.xlsx", b"PK\x03\x04 broken", "no .xlsx file"),
            ("a.xlsx", b"", "no .xlsx file"),
        ],
    )
    def test_what_is_no_book_is_told(
        self, tmp_path: Path, name: str, content: bytes, words: str
    ) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(DataError, match=words):
            read_plan_form(path)

    def test_a_zip_that_is_no_book_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "no book")
        with pytest.raises(DataError, match="cannot be read as an Excel file"):
            read_plan_form(path)

    @pytest.mark.parametrize("inside", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
    def test_macros_are_refused(self, path: Path, inside: str) -> None:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(inside, "Sub Auto_Open()")
        with pytest.raises(DataError, match="holds macros"):
            read_plan_form(path)

    def test_a_book_with_macros_by_name_is_refused(self, path: Path) -> None:
        renamed = path.rename(path.with_suffix(".xlsm"))
        with pytest.raises(DataError, match="holds macros"):
            read_plan_form(renamed)

    def test_a_bomb_is_refused(self, path: Path) -> None:
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/a.xml", b" " * 20_000_000)
        with pytest.raises(DataError, match="bomb"):
            read_plan_form(path)

    def test_a_bomb_of_entities_is_refused(self, path: Path) -> None:
        names = "abcdefghij"
        nested = "".join(
            f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise(names)
        )
        sheet = (
            f'<!DOCTYPE x [<!ENTITY a "lol">{nested}]><worksheet xmlns="http://schemas.'
            'openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" '
            't="inlineStr"><is><t>&j;</t></is></c></row></sheetData></worksheet>'
        )
        odd = path.with_name("odd.xlsx")
        with zipfile.ZipFile(path) as given, zipfile.ZipFile(odd, "w") as written:
            for name in given.namelist():
                text = sheet if name.endswith("sheet1.xml") else given.read(name)
                written.writestr(name, text)
        with pytest.raises(DataError, match="cannot be read as an Excel file"):
            read_plan_form(odd)

    @given(some.data())
    def test_a_file_with_odd_bytes_is_a_form_or_told(
        self, gone_out: bytes, tmp_path_factory: pytest.TempPathFactory, data: some.DataObject
    ) -> None:
        content = bytearray(gone_out)
        for _ in range(data.draw(some.integers(1, 8))):
            content[data.draw(some.integers(0, len(content) - 1))] = data.draw(
                some.integers(0, 255)
            )
        path = tmp_path_factory.mktemp("odd") / "a.xlsx"
        path.write_bytes(content)
        with suppress(DataError):
            assert isinstance(read_plan_form(path), SentForm)

    def test_rows_far_below_are_not_looked_at(self, path: Path) -> None:
        draft = judged(path, lambda sheet: sheet.__setitem__("A90000", "t_forest"))
        assert draft.findings == ()

    def test_a_job_reads_it_in_its_working_folder(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(path.parent)
        assert sent_form_from(json.loads(json.dumps(read_sent(path.name)))) == read_plan_form(path)


SPOT = Spot(10, "Kết quả mới", "H10")


@given(some.floats(0, 100, allow_nan=False), some.sampled_from([",", "."]))
def test_a_figure_is_read_as_it_was_typed(value: float, sign: str) -> None:
    """One decimal cannot be taken for thousands, whatever sign stands before it."""
    typed = f"{value:.1f}".replace(".", sign)
    assert read_figure(Cell("text", typed), "pct", SPOT) == float(f"{value:.1f}")


@given(some.text(max_size=30))
def test_any_text_is_a_figure_within_its_bounds_or_told(text: str) -> None:
    read = read_figure(Cell("text", text), "pct", SPOT)
    assert isinstance(read, Finding) or 0 <= read <= 100
