"""May it be built here: footprints against every layer whose file says how, by the law of a day."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo_app.domain.access import may
from geo_app.domain.layer import Layer
from geo_app.domain.override import Override, site_digest
from geo_app.domain.result import Notice
from geo_app.domain.site import GROUPS
from geo_app.domain.text import Bilingual
from geo_app.errors import StoreError, UnknownError
from geo_app.studies.result import Result
from geo_app.studies.road_place import CALIBRATED_M, UNCALIBRATED
from geo_app.studies.routes import POSTS, ROUTE_LAYERS
from geo_app.studies.site import read_site
from geo_app.studies.site_annex import area_rows, coordinate_rows
from geo_app.studies.site_border import check_border
from geo_app.studies.site_chainage import Chainages
from geo_app.studies.site_corridors import check_corridor
from geo_app.studies.site_near import Near, Site, read_near
from geo_app.studies.site_nearest import check_nearest
from geo_app.studies.site_overlaps import check_overlaps
from geo_app.studies.site_pictures import pictures
from geo_app.studies.site_place import require_inside
from geo_app.studies.site_record import Check, Verdict
from geo_app.studies.site_tables import tables
from geo_app.studies.site_units import check_names, check_units
from geo_app.studies.site_words import AWAITED, CONSULT, NOT_OPEN, TOTAL_FIELDS, VERDICTS
from geo_app.studies.study import Parameter, Run, Study

DEFINITION = Bilingual(
    "Đối chiếu từng khu đất với mọi lớp có khai báo [site], theo pháp luật ngày {on}. Vướng: "
    "chồng lên; ở gần: trong khoảng báo của lớp (mặc định {near:,.0f} m) hoặc trong sai số vị trí; "
    "chưa thấy trong số liệu: chỉ nói về số liệu có ngày ghi bên cạnh; chưa kiểm tra: không có số "
    "liệu, đang chờ, quá cũ hoặc hạn chế, không phải là đạt. Hành lang an toàn đường bộ là ước "
    "tính từ tim đường. Dải {belt:,.0f} m dọc biên giới chỉ để sàng lọc. Diện tích đo trên mặt "
    "phẳng VN-2000.",
    "Each footprint is held against every layer whose file has a [site] table, under the law of "
    "{on}. Conflict: they overlap; near: within the layer's distance ({near:,.0f} m unless it says "
    "otherwise) or within the ± of the positions; nothing found: speaks only of the data whose "
    "date stands beside; not checked: no data, awaited, out of date or restricted, which is no "
    "pass. Road safety corridors are estimated from the centreline. The strip of {belt:,.0f} m "
    "along the border only screens. Areas are measured in the VN-2000 plane.",
)
EXPLANATION = Bilingual(
    "{footprints} khu đất: {conflict} kết luận vướng{names}, {near} ở gần hoặc liên quan, "
    "{nothing_found} chưa thấy trong số liệu, {not_checked} chưa kiểm tra.",
    "Footprints: {footprints}. Conflicts: {conflict}{names}; near or related: {near}; nothing "
    "found in the data: {nothing_found}; not checked: {not_checked}.",
)
NO_TOWNS = Bilingual(
    "Không xét lớp đô thị: mọi hành lang được tính như ngoài đô thị.",
    "No layer of towns is looked at: every corridor is reckoned as outside towns.",
)
UNREVIEWED = Bilingual("Căn cứ chưa rà soát: {rules}.", "Rules not reviewed: {rules}.")
INEXACT = Bilingual(
    "Vị trí của {names} theo lý trình, {error}; tọa độ và khoảng cách chỉ chính xác đến đó.",
    "{names}: placed by chainage, {error}; coordinates and distances are no more exact than that.",
)
KNOWN_ERROR = Bilingual("± {most:,.0f} m", "± {most:,.0f} m")
UNSURE = Bilingual("{error}, {doubt}", "{error}, {doubt}")
UNKNOWN_ERROR = Bilingual("chưa rõ sai số", "of unknown error")
NAMED = 6


def _compute(run: Run) -> Result:
    ws = run.inputs.ws
    if not run["site"]:
        raise UnknownError(
            "site: no footprint is given; draw, type, paste or upload one",
            vi="Chưa có khu đất; hãy vẽ, nhập, dán hoặc tải lên.",
        )
    site = Site(read_site(ws, run["site"]))
    notices = require_inside(run.inputs, site)
    check = Check(run, site)
    notices += _look(check)
    check.rows["areas"] = area_rows(site)
    check.rows["coordinates"] = list(coordinate_rows(site))
    order = list(GROUPS)
    check.verdicts.sort(
        key=lambda each: (
            each.footprint,
            order.index(each.layer.site.group) if each.layer.site else 0,
            ws.layers.index(each.layer),
        )
    )
    overrides = _overrides(check)
    found = tables(check, overrides)
    totals = _totals(check)
    return run.result(
        tables=found,
        totals=totals,
        total_fields=TOTAL_FIELDS,
        definition=DEFINITION.filled(
            on=Bilingual(f"{check.on:%d/%m/%Y}", check.on.isoformat()),
            near=run["near_m"],
            belt=run["belt_m"],
        ),
        explanation=_explanation(check, totals),
        warnings=(*notices, *_notices(check)),
        pictures=pictures(check, found[0]),
    )


def _look(check: Check) -> list[Notice]:
    """Look at every layer that says how, units first, which others ask; say what that lacked."""
    towns = _towns(check)
    chainages = Chainages(check.run, check.on)
    vintages: dict[str, Near] = {}
    layers = [each for each in check.inputs.ws.layers if each.site]
    for layer in sorted(layers, key=_turn):
        if _closed(check, layer):
            continue
        try:
            _look_at(check, layer, vintages, towns, chainages)
        except StoreError:
            check.pass_over(layer, "unreadable")
    return [] if towns else [Notice("towns_unknown", NO_TOWNS)]


def _turn(layer: Layer) -> int:
    """Return when a layer's turn is: shapes of units, their names, then all others."""
    units = layer.site is not None and layer.site.group == "units"
    return 2 if not units else 0 if layer.spatial else 1


def _look_at(
    check: Check,
    layer: Layer,
    vintages: dict[str, Near],
    towns: Near | None,
    chainages: Chainages,
) -> None:
    use = layer.site
    assert use is not None
    if use.group == "units" and layer.spatial:
        vintages[layer.id] = check_units(check, layer)
    elif use.group == "units":
        check_names(check, layer, vintages)
    elif use.group == "corridor":
        check_corridor(check, layer, towns, chainages)
    elif use.group == "nearby":
        check_nearest(check, layer)
    elif use.treat == "near":
        check_border(check, layer, vintages)
    else:
        check_overlaps(check, layer)


def _closed(check: Check, layer: Layer) -> bool:
    """Pass over a layer that cannot be looked at, and say why; nothing else is told of it."""
    ws, use = check.inputs.ws, layer.site
    assert use is not None
    owner = check.agency(layer.owner)
    seen, loaded = may(ws.user, "view", layer.access), layer.id in ws.published.versions
    if layer.access == "restricted" and not (seen and loaded):
        note = check.note(f"consult_{layer.owner}", CONSULT.filled(owner=owner))
        for footprint in range(len(check.site)):
            check.consult(footprint, use.consult)
    elif not loaded and layer.state == "awaited":
        note = check.note(f"awaited_{layer.owner}", AWAITED.filled(owner=owner))
    elif not loaded:
        note = "no_data"
    elif not seen:
        note = check.note(f"ask_{layer.owner}", NOT_OPEN.filled(owner=owner))
    elif layer.id not in ws.versions:
        note = "unreadable"
    else:
        return False
    check.pass_over(layer, note, basis=use.basis)
    return True


def _towns(check: Check) -> Near | None:
    name = check.run["towns"]
    if not check.inputs.available(name):
        return None
    layer = check.inputs.layer(name)
    return read_near(check.inputs, layer, check.site, within_m=0, errors=False)


def _overrides(check: Check) -> Mapping[int, tuple[Override, ...]]:
    """Return what was set aside, by the position of the verdict it speaks of."""
    known = check.inputs.ws.overrides()
    digest = site_digest(check.run["site"])
    found = {}
    for at, each in enumerate(check.verdicts):
        if known and each.verdict != "nothing_found":
            found[at] = tuple(one for one in known if _covers(one, each, digest))
    return found


def _covers(override: Override, verdict: Verdict, digest: str) -> bool:
    return any(override.covers(verdict.layer.id, key, digest) for key in (None, *verdict.keys))


def _totals(check: Check) -> dict[str, Any]:
    counts = pd.Series([each.verdict for each in check.verdicts]).value_counts()
    areal = check.site.dimensions == 2
    return {
        "footprints": len(check.site),
        "area_m2": float(check.site.sizes[areal].sum()) if areal.any() else np.nan,
        **{verdict: int(counts.get(verdict, 0)) for verdict in VERDICTS},
        "on": check.on,
    }


def _explanation(check: Check, totals: Mapping[str, Any]) -> Bilingual:
    titles = dict.fromkeys(
        each.layer.title for each in check.verdicts if each.verdict == "conflict"
    )
    names = Bilingual(
        *(
            f" ({', '.join([title.get(language) for title in titles][:NAMED])})" if titles else ""
            for language in ("vi", "en")
        )
    )
    counts = {name: totals[name] for name in ("footprints", *VERDICTS)}
    return EXPLANATION.filled(names=names, **counts)


def _notices(check: Check) -> list[Notice]:
    notices = []
    old = [rule for rule in check.basis.used.values() if not check.basis.reviewed(rule)]
    if old:
        rules = Bilingual(*("; ".join(r.title.get(lang) for r in old) for lang in ("vi", "en")))
        notices.append(Notice("rules_not_reviewed", UNREVIEWED.filled(rules=rules)))
    inexact = [n for n, e in zip(check.site.names, check.site.error_m, strict=True) if e != 0]
    if inexact:
        most = check.site.error_m.max()  # of unknown error where one of them is
        error = UNKNOWN_ERROR if np.isnan(most) else KNOWN_ERROR.filled(most=most)
        if not most <= CALIBRATED_M:
            error = UNSURE.filled(error=error, doubt=UNCALIBRATED)
        text = INEXACT.filled(names=", ".join(inexact[:NAMED]), error=error)
        notices.append(Notice("site_inexact", text))
    return notices


site_check = Study(
    name="site-check",
    title=Bilingual("Kiểm tra khu đất", "Site check"),
    summary=Bilingual(
        "Khu đất có vướng hành lang an toàn, quy hoạch, rừng, di sản, biên giới không; hỏi ai.",
        "Does a site meet safety corridors, plans, forest, heritage or the border; whom to ask.",
    ),
    parameters=(
        Parameter(
            "site",
            "site",
            "",
            Bilingual("Khu đất", "Site"),
            Bilingual(
                "GeoJSON, WKT, hoặc lý trình như QL4B Km3+700–Km18.",
                "GeoJSON, WKT, or a chainage such as QL4B Km3+700–Km18.",
            ),
        ),
        Parameter(
            "on",
            "day",
            "",
            Bilingual("Ngày áp dụng pháp luật", "Law as of"),
            Bilingual("Để trống: hôm nay.", "Empty: today."),
        ),
        Parameter(
            "near_m",
            "number",
            200.0,
            Bilingual("Ở gần là trong", "Near is within"),
            Bilingual("Lớp có khoảng riêng thì theo lớp.", "A layer's own distance counts first."),
            unit="m",
            least=0,
            most=20_000,
        ),
        Parameter(
            "belt_m",
            "number",
            1_000.0,
            Bilingual("Bề rộng sàng lọc dọc biên giới", "Screening width along the border"),
            Bilingual("Không phải vành đai pháp lý.", "Not the legal belt."),
            unit="m",
            least=0,
            most=100_000,
        ),
        Parameter(
            "corridor_most_m",
            "number",
            100.0,
            Bilingual("Hành lang không rộng quá", "No corridor is wider than"),
            Bilingual(
                "Khi chưa xác định được hành lang: xa tim đường hơn khoảng này là ở ngoài.",
                "Where a corridor cannot be determined, what is farther from the centreline is "
                "outside.",
            ),
            unit="m",
            least=20,
            most=1_000,
        ),
        Parameter(
            "towns",
            "layer",
            "urban_areas",
            Bilingual("Lớp đô thị", "Layer of towns"),
            Bilingual(
                "Trong đô thị không dùng bề rộng hành lang ngoài đô thị.",
                "In towns the widths for outside towns do not count.",
            ),
            geometry=("polygon",),
        ),
        ROUTE_LAYERS,
        POSTS,
    ),
    compute=_compute,
)
