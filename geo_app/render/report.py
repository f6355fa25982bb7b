"""What a study found as a workbook, a table of text or one page; every one carries its marks."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from geo_app.domain.layer import Field
from geo_app.domain.result import Comparison, Findings, Table, plain_value
from geo_app.domain.text import Bilingual, defused
from geo_app.render.template import fill_template, put_on_top
from geo_app.render.values import MARK_TITLES, show_date, show_number, show_value, unit_symbol
from geo_app.render.words import WORDS

ILLUSTRATIVE = Bilingual(
    "MINH HỌA: kết quả dựa trên dữ liệu giả lập hoặc sơ đồ, không phải số liệu thật và không dùng "
    "để đánh giá chỉ tiêu.",
    "ILLUSTRATION: the figures rest on synthetic or schematic data; they are not real and say "
    "nothing about the plan's targets.",
)
SHEETS = {
    "totals": Bilingual("Tổng hợp", "Totals"),
    "definition": Bilingual("Định nghĩa", "Definition"),
    "inputs": Bilingual("Số liệu đầu vào", "Inputs"),
    "warnings": Bilingual("Lưu ý", "Warnings"),
    "official": Bilingual("So với số chính thức", "Against official"),
}
INPUT_TITLES = (
    Bilingual("Lớp", "Layer"),
    Bilingual("Tên", "Title"),
    Bilingual("Phiên bản", "Version"),
    Bilingual("Ngày số liệu", "Date of data"),
    Bilingual("Độ chính xác", "Accuracy"),
    Bilingual("Tính chất", "Marks"),
    Bilingual("Nguồn", "Source"),
)
OFFICIAL_TITLES = (
    Bilingual("Chỉ số", "Figure"),
    Bilingual("Kết quả ở đây", "This result"),
    Bilingual("Số chính thức", "Official"),
    Bilingual("Chênh lệch", "Difference"),
    Bilingual("Đơn vị", "Unit"),
    Bilingual("Nguồn", "Source"),
)
_RED = "B3261E"
_NUMBER = Bilingual("Số {number}", "No. {number}")
_HTML_ROWS = 200
_DECIMALS = "#,##0.00"


def identity(findings: Findings, language: str) -> str:
    """Return what tells a result from any other: its number where it is saved, and its hash."""
    number = [_NUMBER.filled(number=findings.number).get(language)] if findings.number else []
    return " · ".join([*number, f"SHA-256 {findings.hash}"])


def header(field: Field, language: str) -> str:
    """Return a column's title with its unit: "Diện tích (ha)"."""
    unit = unit_symbol(field.unit, language)
    return field.title.get(language) + (f" ({unit})" if unit else "")


def write_xlsx(
    findings: Findings, path: Path, *, language: str, template: Path | None = None
) -> None:
    """
    Write a workbook: a sheet per table, totals, definition, inputs, warnings, official figures.

    The first lines of every sheet say what it is and, where it is one, that it is an illustration.

    Parameters
    ----------
    template
        A workbook of the user's design, whose filled sheets come first.
    """
    book = _started(findings, template, language)
    for table in findings.tables:
        _append_table(book, findings, table, language)
    _append_rows(book, findings, "totals", language, [], _total_lines(findings, language))
    _append_rows(book, findings, "definition", language, [], _definition_lines(findings, language))
    heads = [title.get(language) for title in INPUT_TITLES]
    _append_rows(book, findings, "inputs", language, heads, input_lines(findings, language))
    notices = [[each.code, each.text.get(language)] for each in findings.warnings]
    _append_rows(book, findings, "warnings", language, [], notices)
    heads = [title.get(language) for title in OFFICIAL_TITLES]
    lines = [comparison_line(each, language) for each in findings.comparisons]
    _append_rows(book, findings, "official", language, heads, lines)
    book.save(path)


def _started(findings: Findings, template: Path | None, language: str) -> Workbook:
    """Return a workbook without sheets, or with those of the template; all of them marked."""
    if template is None:
        book = Workbook()
        book.remove(book.active)
        return book
    texts = {
        "title": findings.title.get(language),
        "definition": findings.definition.get(language),
        "explanation": findings.explanation.get(language),
        "illustration": ILLUSTRATIVE.get(language) if findings.illustrative else "",
        "notice": WORDS["notice"].get(language),
        "inputs": "; ".join(
            f"{each.title.get(language)} {each.version}" for each in findings.inputs
        ),
        "hash": findings.hash,
    }
    book = fill_template(template, findings, texts, language=language)
    for sheet in book.worksheets:
        held = {cell for row in sheet.iter_rows(values_only=True) for cell in row}
        for text in (texts["notice"], texts["illustration"]):
            if text and text not in held:
                put_on_top(sheet, text, _RED)
    return book


def csv_text(findings: Findings, *, language: str) -> str:
    """Return the main table as CSV that Excel opens as UTF-8; the last columns say what it is."""
    table = findings.tables[0]
    content = {each.name: [_plain_cell(v) for v in _column(table, each)] for each in table.fields}
    frame = pd.DataFrame(content, dtype=object)
    frame["all_marks" if "marks" in frame else "marks"] = "; ".join(findings.marks)
    frame["illustration"] = WORDS["illustration"].get(language) if findings.illustrative else ""
    frame["inputs"] = "; ".join(f"{each.layer} {each.version}" for each in findings.inputs)
    frame["hash"] = findings.hash
    return "\ufeff" + str(frame.to_csv(index=False, lineterminator="\r\n"))


def to_html(findings: Findings, pictures: Sequence[bytes], *, language: str, whole: bool) -> str:
    """
    Write one page that opens without a network.

    Parameters
    ----------
    pictures
        PNG of the map and the charts.
    whole
        A page of its own; otherwise only what stands between its body's tags.
    """
    body = "\n".join(_html_parts(findings, pictures, language))
    if not whole:
        return body
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(findings.title.get(language))}</title>\n<style>{_STYLE}</style>\n"
        f"</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


_STYLE = (
    "body{font:16px/1.5 system-ui,'Segoe UI','Noto Sans',Arial,sans-serif;color:#1f2a2e;"
    "margin:1.5rem auto;max-width:70rem;padding:0 1rem}table{border-collapse:collapse;"
    "font-size:.9rem}td,th{border:1px solid #d5d9d3;padding:.2rem .5rem;text-align:left}"
    "td.n{text-align:right}.w{color:#b3261e;font-weight:600}.s{overflow-x:auto}img{max-width:100%}"
)


def _html_parts(findings: Findings, pictures: Sequence[bytes], language: str) -> Iterator[str]:
    yield f"<h1>{escape(findings.title.get(language))}</h1>"
    if findings.illustrative:
        yield f'<p class="w">{escape(ILLUSTRATIVE.get(language))}</p>'
    yield f"<p>{escape(findings.explanation.get(language))}</p>"
    for image in pictures:
        data = b64encode(image).decode()
        title = escape(findings.title.get(language))
        yield f'<p><img alt="{title}" src="data:image/png;base64,{data}"></p>'
    yield from _html_lines(SHEETS["totals"].get(language), [], _total_lines(findings, language))
    for table in findings.tables:
        heads = [header(each, language) for each in table.fields]
        shown = table.rows.head(_HTML_ROWS)
        cells = [
            [show_value(value, each, language) for value in shown[each.name].tolist()]
            for each in table.fields
        ]
        lines = [list(row) for row in zip(*cells, strict=True)]
        yield from _html_lines(table.title.get(language), heads, lines)
        if len(table.rows) > _HTML_ROWS:
            rest = Bilingual("… còn {n:,} dòng nữa", "… {n:,} more rows")
            yield f"<p>{escape(rest.filled(n=len(table.rows) - _HTML_ROWS).get(language))}</p>"
    heads = [title.get(language) for title in OFFICIAL_TITLES]
    official = [comparison_line(each, language) for each in findings.comparisons]
    yield from _html_lines(SHEETS["official"].get(language), heads, official)
    yield f"<h2>{escape(SHEETS['definition'].get(language))}</h2>"
    yield f"<p>{escape(findings.definition.get(language))}</p>"
    for notice in findings.warnings:
        yield f'<p class="w">{escape(notice.text.get(language))}</p>'
    heads = [title.get(language) for title in INPUT_TITLES]
    yield from _html_lines(SHEETS["inputs"].get(language), heads, input_lines(findings, language))
    yield f"<p>{escape(identity(findings, language))}</p>"
    yield f"<p>{escape(WORDS['notice'].get(language))}</p>"


def _html_lines(title: str, heads: Sequence[str], lines: Sequence[Sequence[Any]]) -> Iterator[str]:
    if not lines:
        return
    yield f'<h2>{escape(title)}</h2><div class="s"><table>'
    if heads:
        yield "<tr>" + "".join(f'<th scope="col">{escape(head)}</th>' for head in heads) + "</tr>"
    for line in lines:
        cells = "".join(f"<td>{escape('' if cell is None else str(cell))}</td>" for cell in line)
        yield f"<tr>{cells}</tr>"
    yield "</table></div>"


def _plain_cell(value: Any) -> Any:
    return defused("; ".join(map(str, value)) if isinstance(value, list) else value)


def _column(table: Table, field: Field) -> list[Any]:
    return [plain_value(value) for value in table.rows[field.name].tolist()]


def _append_table(book: Workbook, findings: Findings, table: Table, language: str) -> None:
    heads = [header(each, language) for each in table.fields]
    columns = [
        [
            show_value(v, each, language) if each.values and v is not None else v
            for v in _column(table, each)
        ]
        for each in table.fields
    ]
    lines = [list(row) for row in zip(*columns, strict=True)]
    sheet = _sheet(book, table.title.get(language))
    _fill(sheet, findings, table.title.get(language), heads, lines, language)


def _append_rows(
    book: Workbook,
    findings: Findings,
    name: str,
    language: str,
    heads: Sequence[str],
    lines: Sequence[Sequence[Any]],
) -> None:
    title = SHEETS[name].get(language)
    _fill(_sheet(book, title), findings, title, heads, lines, language)


def _sheet(book: Workbook, title: str) -> Any:
    """Add a sheet; Excel takes 31 characters, without some signs, and no name twice."""
    name = "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:28].strip("' ")
    taken = sum(each == name or each.startswith(f"{name} ") for each in book.sheetnames)
    return book.create_sheet(f"{name} {taken + 1}" if taken else name)


def _fill(
    sheet: Any,
    findings: Findings,
    title: str,
    heads: Sequence[str],
    lines: Sequence[Sequence[Any]],
    language: str,
) -> None:
    sheet.append([_safe(f"{findings.title.get(language)} – {title}")])
    sheet["A1"].font = Font(bold=True, size=13)
    if findings.illustrative:
        sheet.append([ILLUSTRATIVE.get(language)])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True, color=_RED)
    sheet.append([WORDS["notice"].get(language)])
    sheet.append([])
    if heads:
        sheet.append([_safe(head) for head in heads])
        top = sheet.max_row
        for cell in sheet[top]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = sheet.cell(top + 1, 1)
    for line in lines:
        sheet.append([_safe(value) for value in line])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, float):
                cell.number_format = _DECIMALS
    width = max([len(heads), *(len(line) for line in lines), 1])
    for number in range(1, width + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 24 if number < 3 else 16


def _safe(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    return defused(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value


def _total_lines(findings: Findings, language: str) -> list[list[Any]]:
    return [
        [header(each, language), _shown(findings.totals[each.name], each, language)]
        for each in findings.total_fields
    ]


def _shown(value: Any, field: Field, language: str) -> Any:
    plain = plain_value(value)
    return show_value(plain, field, language) if field.values and plain is not None else plain


def _definition_lines(findings: Findings, language: str) -> list[list[Any]]:
    lines = [[findings.definition.get(language)], [findings.explanation.get(language)]]
    lines += [[f"{name} = {plain_value(value)}"] for name, value in findings.settings.items()]
    return [*lines, [identity(findings, language)]]


def input_lines(findings: Findings, language: str) -> list[list[Any]]:
    """Return a line per input: layer, title, version, date, accuracy, marks, source."""
    return [
        [
            each.layer,
            each.title.get(language),
            each.version,
            show_date(each.date, language) if each.date else None,
            each.accuracy,
            ", ".join(MARK_TITLES[mark].get(language) for mark in each.marks),
            each.source,
        ]
        for each in findings.inputs
    ]


def comparison_line(each: Comparison, language: str) -> list[Any]:
    """Return a figure beside an official one: title, value, reference, difference, unit, source."""
    unit = unit_symbol(each.unit, language)
    numbers = (each.value, each.reference, each.difference)
    shown = [None if n is None else show_number(n, language) for n in numbers]
    return [each.title.get(language), *shown, unit, each.source]
