"""Ways a file's coordinates may be meant: a CRS, and what must be put right before it."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo_app.domain.text import Bilingual
from geo_app.domain.vn2000 import (
    GEOGRAPHIC,
    best_operation,
    datum_shift,
    transverse_mercator,
    zone,
    zones,
)
from geo_app.errors import CrsError

_UNSHIFTED = "unshifted"
_SCALE = "k=0.9996"
_NORTHING_LOST_M = 2_000_000.0
_HN72_PREFIX_M = 18_000_000.0
_NAME = re.compile(
    r"(?P<code>[A-Za-z]+:\d+)(?P<recipe> unshifted| k=0\.9996)?(?P<swapped> swapped)?"
    r"(?P<east> \+E\d+)?(?P<north> \+N\d+)?"
)


@dataclass(frozen=True)
class Placement:
    """
    One way to read coordinates.

    The axes are swapped first, then `add_east_m` and `add_north_m` are added, then they are taken
    to be in `code` (with its `recipe`: "unshifted" has no datum shift, "k=0.9996" the scale of a
    6° zone on a 3° meridian).
    """

    code: str
    recipe: str = ""
    swapped: bool = False
    add_east_m: float = 0.0
    add_north_m: float = 0.0

    @property
    def name(self) -> str:
        """How it is written after ``--crs``."""
        parts = [self.code, self.recipe, "swapped" if self.swapped else ""]
        parts += [f"+E{self.add_east_m:.0f}" if self.add_east_m else ""]
        parts += [f"+N{self.add_north_m:.0f}" if self.add_north_m else ""]
        return " ".join(part for part in parts if part)

    @property
    def crs(self) -> CRS:
        """The CRS the coordinates are in once put right."""
        return _recipe_crs(self.code, self.recipe)

    @property
    def title(self) -> Bilingual:
        """What it means in an office's words."""
        found = zone(self.code)
        if self.recipe == _UNSHIFTED:
            vi, en = "bỏ qua phép chuyển VN-2000–WGS 84", "without the shift VN-2000–WGS 84"
        elif self.recipe == _SCALE:
            vi, en = "hệ số tỷ lệ 0,9996 thay cho 0,9999", "scale 0.9996 instead of 0.9999"
        else:
            vi = en = ""
        name = found.title if found else Bilingual(*[CRS(self.code).name] * 2)
        join = Bilingual(
            f"{name.vi}, {vi}" if vi else name.vi, f"{name.en}, {en}" if en else name.en
        )
        if self.swapped:
            join = Bilingual(f"{join.vi}, đổi trục", f"{join.en}, axes swapped")
        if self.add_north_m:
            join = Bilingual(
                f"{join.vi}, cộng 2.000.000 m vào hướng bắc", f"{join.en}, northing + 2,000,000 m"
            )
        return join

    @property
    def shift(self) -> str:
        """The operation that leads to WGS 84: "EPSG:6960", "none"."""
        return "none" if self.recipe == _UNSHIFTED else datum_shift(self.code, "EPSG:4326")

    def put_right(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return coordinates, shape (n, 2), as easting and northing of `crs`."""
        ordered = points[:, ::-1] if self.swapped else points
        right: NDArray[np.float64] = ordered + np.array([self.add_east_m, self.add_north_m])
        return right

    def to(self, target: str, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return coordinates, shape (n, 2), in `target`; infinite where they lead nowhere."""
        given = self.put_right(points)
        try:
            for transformer in _steps(self.code, self.recipe, target):
                given = np.column_stack(transformer.transform(given[:, 0], given[:, 1]))
        except ProjError:
            return np.full_like(given, np.inf)
        return given


def placement_named(text: str) -> Placement:
    """
    Read what is written after ``--crs``.

    >>> placement_named("EPSG:9214 swapped +N2000000").add_north_m
    2000000.0

    Raises
    ------
    CrsError
        If it is no code of a known CRS, or followed by something else.
    """
    found = _NAME.fullmatch(text.strip())
    if found is None:
        message = (
            f"--crs: found {text!r}; expected a code such as EPSG:9215, followed where needed by "
            "'unshifted' or 'k=0.9996', 'swapped', '+E…' or '+N…', as `geo-app inspect` writes it"
        )
        raise CrsError(message)
    try:
        CRS(found["code"])
    except CRSError as error:
        message = f"--crs: {found['code']}: no such coordinate system: {error}"
        raise CrsError(message) from None
    return Placement(
        found["code"].upper(),
        (found["recipe"] or "").strip(),
        bool(found["swapped"]),
        float((found["east"] or " +E0")[3:]),
        float((found["north"] or " +N0")[3:]),
    )


def possible(home: str, *, recipes: bool) -> Iterator[Placement]:
    """
    Yield every way that coordinates in Vietnam are found written, the likeliest first.

    `recipes` adds the wrong ways of making a file in the province's own zone, which numbers
    cannot tell from the right one.
    """
    codes = [home, "EPSG:3405", "EPSG:3406", *(each.code for each in zones())]
    plain = [Placement(code) for code in dict.fromkeys(codes)]
    plain += [Placement(code) for code in ("EPSG:32648", "EPSG:32649", "EPSG:4326", GEOGRAPHIC)]
    plain += [Placement(code) for code in ("EPSG:2044", "EPSG:2045", "EPSG:3148")]
    plain += [Placement("EPSG:2044", add_east_m=_HN72_PREFIX_M)]
    if recipes:
        plain[1:1] = [Placement(home, _UNSHIFTED), Placement(home, _SCALE)]
    for each in plain:
        yield each
        yield Placement(each.code, each.recipe, True, each.add_east_m, each.add_north_m)
    for code in (home, "EPSG:3405"):
        for swapped in (False, True):
            yield Placement(code, "", swapped, 0.0, _NORTHING_LOST_M)


@lru_cache(maxsize=128)
def _recipe_crs(code: str, recipe: str) -> CRS:
    crs = CRS(code)
    if not recipe:
        return crs
    mercator = transverse_mercator(crs)
    if mercator is None:
        message = f"{code} {recipe}: {code} is no transverse Mercator zone"
        raise CrsError(message)
    meridian, scale = mercator
    if recipe == _UNSHIFTED:
        return CRS(f"+proj=tmerc +lon_0={meridian} +k={scale} +x_0=500000 +datum=WGS84 +units=m")
    about = crs.to_json_dict()
    for parameter in about["conversion"]["parameters"]:
        if math.isclose(parameter["value"], scale):
            parameter["value"] = 0.9996
    about["conversion"].pop("id", None)
    about.pop("id", None)
    return CRS.from_json_dict(about | {"name": f"{crs.name}, k = 0.9996"})


@lru_cache(maxsize=256)
def _steps(code: str, recipe: str, target: str) -> tuple[Transformer, ...]:
    """Return the way to `target`: by WGS 84 where the registry knows no direct one."""
    source, wanted, degrees = _recipe_crs(code, recipe), CRS(target), CRS("EPSG:4326")
    direct = best_operation(source, wanted)
    if direct is not None:
        return (direct,)
    both = best_operation(source, degrees), best_operation(degrees, wanted)
    return tuple(step for step in both if step is not None)
