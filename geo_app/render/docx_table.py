"""
A table of a Word document, written as XML at once.

Cell by cell through python-docx it takes ten times as long, which long reports feel.
"""

import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from geo_app.render.columns import Column, Grid

CELL_STYLES = {False: "Table cell", True: "Table figure"}
"""Style of a cell, by whether it holds a figure."""
LINK_COLOR = "0F5C63"
_PADDING = Mm(1.2)
_HEAD = "ECEEE8"
_PLACE = re.compile(r"\d+")
_SHADE = f'<w:shd w:val="clear" w:color="auto" w:fill="{_HEAD}"/>'


def table_of(grid: Grid) -> Any:
    """Return the element of a table whose head is repeated and whose rows stay whole."""
    edges = "".join(
        f'<w:{side} w:w="{_PADDING.twips}" w:type="dxa"/>' for side in ("left", "right")
    )
    widths = "".join(f'<w:gridCol w:w="{_twips(each)}"/>' for each in grid.columns)
    head = [_cell(each, _run(each.title, "<w:b/>"), _SHADE) for each in grid.columns]
    rows = [
        "".join(
            _cell(own, _content(own, text)) for own, text in zip(grid.columns, row, strict=True)
        )
        for row in grid.rows
    ]
    return parse_xml(
        f"<w:tbl {nsdecls('w')}>"
        '<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:type="auto" w:w="0"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{edges}</w:tblCellMar>'
        '<w:tblLook w:firstRow="1" w:noHBand="0" w:noVBand="1" w:val="0420"/></w:tblPr>'
        f"<w:tblGrid>{widths}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(head)}</w:tr>"
        + "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr>" for row in rows)
        + "</w:tbl>"
    )


def citations(places: Sequence[object]) -> str:
    """Write links to lines of the list of sources: [3] [14]."""
    color = f'<w:color w:val="{LINK_COLOR}"/>'
    return _run(" ").join(
        f'<w:hyperlink w:anchor="source_{place}">{_run(f"[{place}]", color)}</w:hyperlink>'
        for place in places
    )


def _cell(column: Column, content: str, shade: str = "") -> str:
    style = CELL_STYLES[column.figures].replace(" ", "")
    return (
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{_twips(column)}"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{content}</w:p></w:tc>'
    )


def _content(column: Column, text: str) -> str:
    return citations(_PLACE.findall(text)) if column.cites else _run(text)


def _run(text: str, look: str = "") -> str:
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _twips(column: Column) -> int:
    return int(Mm(column.width_mm).twips)
