"""A preset: what the columns of a usual kind of file mean for a layer."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from geo_app.domain.text import Bilingual, plain

Condition = Mapping[str, tuple[str, ...]]
"""Column → the values it may have, as text; "" is an empty cell."""


@dataclass(frozen=True)
class PresetColumn:
    """
    One column of such files.

    `names` are all its spellings; `unit` is what its numbers are in, where that is not the
    field's; `codes` are the file's codes and the field's.
    """

    field: str
    names: tuple[str, ...]
    unit: str | None = None
    codes: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """A value that follows from others: `field` is `value` where `when` holds."""

    field: str
    value: str
    when: Condition


@dataclass(frozen=True)
class Omission:
    """Rows that are not the layer's, and why."""

    when: Condition
    reason: Bilingual


@dataclass(frozen=True)
class Preset:
    """
    What the columns of a usual kind of file mean.

    Parameters
    ----------
    layers
        Ids of the layers such a file becomes; none: any.
    columns
        What becomes a field.
    compose
        Field → the columns whose values, joined by "-", make it where no column gives it.
    constant
        Field → the value of every row, where no column gives the field.
    derive
        Values that follow from several columns; the first rule that holds counts.
    leave_out
        Rows that do not belong into the layer.
    personal
        Columns that hold personal data: they reach no public field.
    north, east
        Headings of coordinate columns beside those always known.
    """

    id: str
    title: Bilingual
    layers: tuple[str, ...] = ()
    columns: tuple[PresetColumn, ...] = ()
    compose: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    constant: Mapping[str, str] = dataclasses.field(default_factory=dict)
    derive: tuple[Rule, ...] = ()
    leave_out: tuple[Omission, ...] = ()
    personal: tuple[str, ...] = ()
    north: tuple[str, ...] = ()
    east: tuple[str, ...] = ()

    @property
    def signature(self) -> frozenset[str]:
        """
        The folded names of the columns by which a file is known to be its.

        A column for what is put together from others counts as one of those.
        """
        return frozenset(
            folded(name)
            for name in (
                *(each.names[0] for each in self.columns if each.field not in self.compose),
                *(part for parts in self.compose.values() for part in parts),
                *self.personal,
            )
        )


def folded(name: str) -> str:
    """
    Fold a column's name for comparison: as `plain`, and _ is a space.

    >>> folded("Mã_Xã") == folded("ma xa")
    True
    """
    return plain(name.replace("_", " "))
