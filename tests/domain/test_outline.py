"""Which rows an outline takes."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from geo_app.domain.ledger import KINDS, STATUSES, Row, Standing
from geo_app.domain.outline import Only
from geo_app.domain.text import Bilingual

NO_WORDS = Bilingual("", "")
ROW = Row(
    kind="target",
    id="t",
    section="II.1",
    title=NO_WORDS,
    sentence="",
    asks=NO_WORDS,
    verified=True,
    source="",
    standing=Standing("no_data", NO_WORDS),
)


def taken(rows: list[Row], **bounds: object) -> list[str]:
    only = Only(**bounds)  # type: ignore[arg-type]
    return [row.id for row in only.rows(rows, year=2026, news=frozenset({"b"}))]


def test_a_section_takes_its_parts_but_not_its_likes() -> None:
    rows = [replace(ROW, id=each, section=each) for each in ("II.1", "II.10", "II", "III.1")]
    assert taken(rows, sections=("II",)) == ["II.1", "II.10", "II"]
    assert taken(rows, sections=("II.1",)) == ["II.1"]


def test_named_rows_come_in_the_order_they_are_named() -> None:
    rows = [replace(ROW, id=each) for each in "abc"]
    assert taken(rows, ids=("c", "a")) == ["c", "a"]
    assert taken(rows, new=True) == ["b"]


def test_due_and_agencies() -> None:
    rows = [
        replace(ROW, id="past", due=2025, agency="so_gtvt", agency_now="so_xd"),
        replace(ROW, id="now", due=2026, agency="so_xd"),
        replace(ROW, id="later", due=2030),
        replace(ROW, id="never", change=Bilingual("đổi", "changed")),
    ]
    assert taken(rows, due_within=0) == ["past", "now"]
    assert taken(rows, due_within=4) == ["past", "now", "later"]
    assert taken(rows, agencies=("so_xd",)) == ["past", "now"]
    assert taken(rows, agencies=("so_gtvt",)) == ["past"]
    assert taken(rows, changed=True) == ["never"]


@given(
    st.lists(st.tuples(st.sampled_from(list(KINDS)), st.sampled_from(list(STATUSES))), max_size=8),
    st.sampled_from(list(STATUSES)),
)
def test_what_one_status_leaves_the_others_take(drawn: list[tuple[str, str]], status: str) -> None:
    rows = [
        replace(ROW, id=str(place), kind=kind, standing=Standing(each, NO_WORDS))  # type: ignore[arg-type]
        for place, (kind, each) in enumerate(drawn)
    ]
    others = tuple(each for each in STATUSES if each != status)
    both = taken(rows, statuses=(status,)) + taken(rows, statuses=others)
    assert sorted(both, key=int) == taken(rows) == [row.id for row in rows]
