"""The plan as data: every row of the plan is there, and a wrong file says what is wrong."""

import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import pyogrio

from geo_app.domain.plan import LayerLink, Plan, Stretch
from geo_app.domain.road_check import RoadCheck
from geo_app.errors import CatalogueError
from geo_app.storage.catalogue import read_catalogue
from geo_app.storage.instruments import check_links, read_plan

PLAN = Path(__file__).parents[2] / "plan"


def ids(text: str) -> list[str]:
    return text.split()


ROADS = ids("""
ct_huu_nghi_chi_lang ct_dong_dang_tra_linh_gd1 ql4b_km3700_km18 ql4b_km18_km80 ct_tien_yen_lang_son
ql31 ql3b ql4a_tranh_na_sam ql4a_deo_bo_cung ql1a ql1b ql4a ql279 dt_all dt_khu_dan_cu
dt_cua_khau_kcn lt_thai_nguyen lt_cao_bang lt_bac_kan lt_bac_giang lt_quang_ninh dtbg_gd2
dtbg_duong_nhanh dtbg_kiem_tra_moc duong_ra_bien_gioi duong_ra_cua_khau dh_all gtnt duong_noi_thi
vanh_dai_tpls hl_hn_bg_ls_cb hl_hn_ls tuyen_ket_noi_ngang
""")
ECONOMY = ids("""
ds_hn_ls cang_can kv_logistics cang_hai_phong cang_quang_ninh kktck_dong_dang_lang_son ck_huu_nghi
ck_chi_ma cac_cua_khau kcn ccn kcn_dt_dv_huu_lung cho_nong_thon tttm cho_dau_moi tt_hoi_cho nltt
kktqp_mau_son
""")
URBAN = ids("""
dt_lang_son mo_rong_tpls dt_huu_lung dt_loc_binh dt_bac_le_tan_thanh dt_chi_ma dt_tan_thanh
dt_van_linh dt_nga_hai dt_khac kdt_moi
""")
SOCIETY = ids("""
dl_mau_son dt_chi_lang dl_emer_hill dl_cong_dong cvdc_lang_son dl_bien_gioi di_tich_atk
klh_the_thao xa_bien_gioi xa_kho_khan h_van_quan h_binh_gia rung_sx_tn_ngheo vung_chuyen_canh
dau_nguon quan_trac_mt khoang_san csdl_dat_dai truong_tram moc_gioi don_bp ke_bien_gioi
kv_phong_thu kv_bien_gioi neighbours
""")
TARGETS = ids("""
t_grdp_growth t_struct_agri t_struct_ind t_struct_serv t_struct_tax t_grdp_pc t_thu_noi_dia
t_xk_dia_phuong t_khach_dl t_do_thi_hoa t_kinh_te_so t_ntm_xa t_ntm_nc t_ntm_huyen t_thon_duong_100
t_thon_duong_80 t_xa_duong_100 t_truong_cqg t_nha_van_hoa t_ld_dao_tao t_bang_cap t_ngheo t_van_quan
t_binh_gia t_giuong t_bac_si t_tram_y_te t_bhyt t_che_phu_rung t_nuoc_hvs t_nuoc_sach t_ctnh
t_ctnh_y_te t_ctnh_do_thi t_kcn_nuoc_thai t_cau_yeu t_ct_hncl t_ct_ddtl1 t_ql4b_km3700_km18
t_ql4b_km18_km80 t_dt_cap5 t_dh_cap56 t_dothi_lang_son t_dothi_lang_son_thong_minh t_dothi_huu_lung
t_dothi_huu_lung_thi_xa t_dothi_loc_binh t_dothi_loc_binh_thi_xa t_dothi_bac_le_tan_thanh
t_dothi_chi_ma t_dothi_tan_thanh t_dothi_van_linh t_dothi_nga_hai t_cvdc t_csdl_dat
""")
AGENCIES = ids("""
so_khdt so_tc so_gtvt so_xd so_nv bql_kktck so_nnptnt vp_dp_ntm so_ct so_vhttdl so_khcn so_tttt
so_tnmt so_gddt so_ldtbxh so_yt bch_qs ca_tinh bch_bdbp so_ngv cuc_hq ubnd_huyen bo_qp bo_gtvt
bo_khdt
""")
TODAY = ids("so_nnmt ubnd_xa ubnd_tinh hdnd_tinh cckl bo_xd bo_tc bo_ca bo_ng")
PRESENT = ids("""
province_outline communes_2025 commune_centres districts_2023 border_line commune_mergers places
rivers
national_roads expressways planned_roads railway provincial_roads district_roads rural_roads
bridges calibration_points expressway_junctions dry_ports patrol_road villages settlements markets
hospitals industrial_zones economic_zone urban_areas forest forest_2008 forest_2015 border_gates
clearance_routes tourism_sites geopark road_events
""")
AWAITED = ids("""
land_use_plan cadastre minerals hazard_areas crop_areas schools health_stations village_halls
headwaters monitoring_network
""")
RECORD_ONLY = {"kv_phong_thu", "moc_gioi", "don_bp", "ke_bien_gioi", "kktqp_mau_son"}
RESTRICTED_ROADS = {"dtbg_gd2", "dtbg_duong_nhanh", "dtbg_kiem_tra_moc", "duong_ra_bien_gioi"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(PLAN)


def test_every_object_of_the_plan_is_a_project(plan: Plan) -> None:
    assert (len(ROADS), len(ECONOMY), len(URBAN), len(SOCIETY)) == (33, 18, 11, 25)
    assert set(plan.projects) == {*ROADS, *ECONOMY, *URBAN, *SOCIETY}


def test_every_measurable_value_of_the_plan_is_a_target(plan: Plan) -> None:
    assert set(plan.targets) == set(TARGETS)
    assert len(TARGETS) == 55


def test_every_rule_and_agency_of_the_plan_is_there(plan: Plan) -> None:
    assert list(plan.rules) == [f"R{number}" for number in range(1, 15)]
    assert {*AGENCIES, *TODAY} <= set(plan.agencies)


def test_the_links_of_the_plan_are_layers(plan: Plan) -> None:
    check_links(plan, {*PRESENT, *AWAITED})


@pytest.mark.parametrize(
    ("target", "comparator", "numbers", "year"),
    [
        ("t_grdp_growth", "yearly_average", (None, 8, 9), 2030),
        ("t_ngheo", "points_per_year", (None, 2, 3), None),
        ("t_bang_cap", "range", (None, 35, 40), 2030),
        ("t_khach_dl", "about", (6, None, None), 2030),
        ("t_bhyt", "more_than", (95, None, None), 2030),
        ("t_ntm_huyen", "at_least", (3, None, None), 2030),
        ("t_che_phu_rung", "reach", (67, None, None), 2030),
        ("t_thon_duong_80", "reach", (80, None, None), 2025),
        ("t_giuong", "reach", (36.9, None, None), 2030),
        ("t_cau_yeu", "basically", (None, None, None), 2030),
        ("t_dt_cap5", "all", (None, None, None), None),
        ("t_ct_hncl", "done", (None, None, None), 2024),
    ],
)
def test_targets_have_the_values_of_the_plan(
    plan: Plan, target: str, comparator: str, numbers: tuple[float | None, ...], year: int | None
) -> None:
    found = plan.target(target)
    assert found.comparator == comparator
    assert (found.value, found.minimum, found.maximum) == numbers
    assert found.year == year


@pytest.mark.parametrize(
    ("rule", "grade"), [("R1", "V"), ("R2", "IV"), ("R3", "III"), ("R4", "VI"), ("R5", "III")]
)
def test_road_rules_name_the_worst_grade_allowed(plan: Plan, rule: str, grade: str) -> None:
    assert plan.rules[rule].worst_grade == grade


def test_only_r3_to_r5_are_lists_of_roads(plan: Plan) -> None:
    assert {rule.id for rule in plan.rules.values() if rule.listed} == {"R3", "R4", "R5"}


def test_a_rule_says_how_it_is_judged_on_roads(plan: Plan) -> None:
    checks = {rule.id: rule.check for rule in plan.rules.values() if rule.check}
    assert list(checks) == ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R10"]
    assert checks["R2"] == RoadCheck(
        judge="grade_or_roadbed",
        roads={"road_class_2023": ("tinh",), "road_class_now": ("tinh",)},
        within="settlements",
        widths="road_sections",
    )
    assert checks["R3"].roads == {}
    assert checks["R7"].weak == {"condition": ("weak",)}


def test_roads_are_taken_by_codes_that_the_layers_know(plan: Plan) -> None:
    catalogue = read_catalogue(PLAN.parent / "layers")
    for rule in plan.rules.values():
        layers = [catalogue.layer(name) for name in rule.layers]
        for choices in (rule.check.roads, rule.check.weak) if rule.check else ():
            for name, values in choices.items():
                known = [layer.fields[name].values for layer in layers if name in layer.fields]
                assert known, (rule.id, name)
                assert set(values) <= set().union(*known), (rule.id, name)


def test_what_concerns_defence_has_no_public_geometry(plan: Plan) -> None:
    restricted = {p.id for p in plan.projects.values() if p.access == "restricted"}
    assert restricted == RECORD_ONLY | RESTRICTED_ROADS
    assert all(not plan.projects[name].geometry for name in RECORD_ONLY)
    assert {k.layer for name in RESTRICTED_ROADS for k in plan.projects[name].layers} == {
        "patrol_road"
    }
    notes = [plan.projects[name].note for name in restricted]
    assert all(note and "hình học hạn chế" in note.vi.lower() for note in notes)


def test_the_ministries_answer_in_20_days_since_decree_299(plan: Plan) -> None:
    before = plan.legal_rule_on("belt_opinion", date(2025, 11, 16))
    since = plan.legal_rule_on("belt_opinion", date(2025, 11, 17))
    assert before is not None
    assert since is not None
    assert (before.days, since.days) == (30, 20)
    assert since.bodies == ("bo_qp", "bo_ca", "bo_ng")


def test_notice_is_counted_in_working_days(plan: Plan) -> None:
    notice = plan.legal_rule_on("belt_notice", date(2026, 11, 23))
    assert notice is not None
    assert (notice.days, notice.working_days) == (3, True)


def test_legal_figures(plan: Plan) -> None:
    rules = plan.legal_rules
    assert rules["border_belt_width"].values == {"width_min_m": 100, "width_max_m": 1000}
    assert rules["forest_definition_2017"].values["area_min_ha"] == 0.3
    assert rules["forest_definition_2017"].values["canopy_min_ratio"] == 0.1
    assert rules["urban_classes_2026"].classes["IV"] == "III"
    corridor = rules["road_safety_corridor"]
    assert (corridor.verified, corridor.values["iii_corridor_m"]) == (False, 13)
    assert rules["railway_safety_corridor"].values == {}


def test_the_plan_says_what_its_copy_lacks(plan: Plan) -> None:
    assert plan.main is not None
    assert plan.main.gap is not None
    assert plan.main.number == "23/KH-UBND"
    assert "Phụ lục 1 và 2" in plan.main.gap.vi


@pytest.mark.parametrize(
    ("named", "today"),
    [
        ("so_khdt", "so_tc"),
        ("so_gtvt", "so_xd"),
        ("so_nnptnt", "so_nnmt"),
        ("so_tnmt", "so_nnmt"),
        ("so_tttt", "so_khcn"),
        ("so_ldtbxh", "so_nv"),
        ("bch_bdbp", "bch_qs"),
        ("ubnd_huyen", "ubnd_xa"),
        ("bo_gtvt", "bo_xd"),
        ("so_ct", "so_ct"),
    ],
)
def test_agencies_have_the_successors_of_2025(plan: Plan, named: str, today: str) -> None:
    assert plan.agency_today(named).id == today


def test_nothing_from_memory_is_verified(plan: Plan) -> None:
    records: list[Any] = [*plan.instruments.values(), *plan.agencies.values()]
    records += [*plan.targets.values(), *plan.projects.values(), *plan.rules.values()]
    records += plan.legal_rules.values()
    dated = [*plan.projects.values(), *plan.targets.values()]
    records += [fact for record in dated for fact in record.facts]
    records += [one.succession for one in plan.agencies.values() if one.succession]
    unseen = [r for r in records if re.match("ghi nhớ|chưa có địa chỉ nguồn", r.source)]
    assert unseen
    assert all(not record.verified for record in unseen)


def test_a_road_stretch_is_given_by_chainage(plan: Plan) -> None:
    stretch = plan.project("ql4b_km3700_km18").stretch
    assert stretch == Stretch("ql4b", "Km3+700", "Km18")


def test_the_features_linked_are_keys_of_the_sample(plan: Plan) -> None:
    catalogue = read_catalogue(PLAN.parent / "layers")
    links = {k for project in plan.projects.values() for k in project.layers if k.feature}
    assert LayerLink("border_gates", "ck_huu_nghi") in links
    for layer_id in {link.layer for link in links}:
        layer = catalogue.layer(layer_id)
        assert layer.sample is not None, layer_id
        rows = pyogrio.read_dataframe(PLAN.parent / layer.sample.path, read_geometry=False)
        keys = set(rows[layer.field(layer.key[0]).source_field])
        assert {link.feature for link in links if link.layer == layer_id} <= keys, layer_id


@pytest.mark.parametrize("path", sorted(PLAN.glob("*.toml")), ids=lambda path: path.name)
def test_text_is_composed_unicode(path: Path) -> None:
    assert unicodedata.is_normalized("NFC", path.read_text(encoding="utf-8"))


def test_a_province_that_starts_has_an_empty_plan(tmp_path: Path) -> None:
    assert read_plan(tmp_path) == Plan()
    assert read_plan(tmp_path / "nowhere") == Plan()


BASE = 'title = {vi = "a", en = "b"}\nverified = true\nsource = "s"\n'
TARGET = (
    '[[targets]]\nid = "t"\nsection = "II"\nsentence = "c"\nspatial = "no"\nunit = "pct"\n' + BASE
)
PROJECT = (
    '[[projects]]\nid = "p"\nsection = "II"\nkind = "road"\naction = {vi = "a", en = "b"}\n' + BASE
)
RULE = (
    '[[rules]]\nid = "R1"\nsection = "II"\nsentence = "c"\n'
    'applies_to = {vi = "a", en = "b"}\ntest = {vi = "a", en = "b"}\n' + BASE
)
LEGAL = (
    '[[legal_rules]]\nid = "{}"\ntopic = "x"\ntext = {{vi = "a", en = "b"}}\n'
    "checked_on = 2026-01-01\n" + BASE.replace("{", "{{").replace("}", "}}")
)
AGENCY = '[[agencies]]\nid = "{}"\n' + BASE.replace("{", "{{").replace("}", "}}")
HEIR = 'succession = {{until = "2025", successors = ["{}"], verified = true, source = "s"}}\n'
REACH = 'comparator = "reach"\nvalue = 5\n'
FACT = '[[targets.facts]]\ntopic = "status"\n' + BASE.replace("title", "text")
MEASURE = '[[targets.measures]]\nstudy = "road-rules"\ntotal = "r1_pass_pct"\nlayer = "bridges"\n'

WRONG = [
    ("targets", TARGET + REACH + "valeu = 3\n", "targets t: valeu: is not known here"),
    (
        "targets",
        TARGET + 'comparator = "exactly"\n',
        "comparator: found 'exactly'; expected one of",
    ),
    ("targets", TARGET + 'comparator = "range"\nvalue = 5\n', "value: does not go with comparator"),
    ("targets", TARGET + 'comparator = "range"\nminimum = 5\n', "maximum: is missing"),
    (
        "targets",
        TARGET + 'comparator = "range"\nminimum = 5\nmaximum = 4\n',
        "maximum: found 4.0; it stands before minimum = 5.0",
    ),
    (
        "targets",
        TARGET.replace('unit = "pct"\n', "") + REACH,
        "unit: is missing; expected one of pct",
    ),
    (
        "targets",
        TARGET + REACH + "since = 2030\nyear = 2025\n",
        "year: found 2025; it stands before",
    ),
    (
        "targets",
        TARGET + REACH + 'agency = "so_x"\n',
        "agency: found 'so_x'; there is no such agency",
    ),
    ("targets", TARGET + REACH + 'rules = ["R99"]\n', "rules: found 'R99'; there is no such rule"),
    (
        "targets",
        TARGET + REACH + 'changed_by = ["qd"]\nchange = {vi = "a", en = "b"}\n',
        "changed_by: found 'qd'; there is no such instrument",
    ),
    (
        "targets",
        TARGET + REACH + 'change = {vi = "a", en = "b"}\n',
        "change: `changed_by` and `change`",
    ),
    ("targets", TARGET + REACH + 'title = {vi = "a"}\n', "not valid TOML"),
    ("targets", TARGET.replace(', en = "b"', "") + REACH, "title: en: is missing; expected text"),
    ("targets", (TARGET + REACH) * 2, "targets.toml: id 't' stands twice"),
    ("targets", TARGET + REACH + "baseline = {value = 1}\n", "baseline: year: is missing"),
    ("targets", TARGET + REACH + "or_more = true\n", "or_more: does not go with comparator"),
    (
        "targets",
        TARGET + REACH + "changed_on = 2026-01-01\n",
        "changed_on: expected with plan_status superseded, reclassified, void only",
    ),
    (
        "targets",
        TARGET + REACH + FACT + 'progress = "done"\n',
        "day: is missing; `progress` needs the day",
    ),
    (
        "targets",
        TARGET + REACH + FACT + 'day = "2025-13"\n',
        "day: found '2025-13'; expected 2025, 2025-06 or 2025-12-31",
    ),
    ("targets", TARGET + REACH + MEASURE, "official: is missing"),
    (
        "targets",
        TARGET + REACH + MEASURE + 'official = true\nunknown = ["a", "b", "c"]\n',
        "unknown: found ['a', 'b', 'c']; expected a share, or part and whole",
    ),
    (
        "targets",
        TARGET + REACH + MEASURE + 'official = true\nrow = ["others"]\n',
        "row: found ['others']; expected a table, its column and the value there",
    ),
    (
        "targets",
        TARGET + REACH + MEASURE + 'official = true\nfeatures = {table = "missed", key = "k"}\n',
        "features: name: is missing",
    ),
    ("projects", PROJECT.replace('"road"', '"raod"'), "kind: found 'raod'; expected one of"),
    (
        "projects",
        PROJECT + 'geometry = ["area"]\n',
        "geometry: found 'area'; expected some of point",
    ),
    ("projects", PROJECT + 'layers = [{layer = "forest"}]\n', "layers: links to a layer, but"),
    (
        "projects",
        PROJECT + 'access = "restricted"\n',
        "note: is missing; geometry that is restricted",
    ),
    (
        "projects",
        PROJECT + 'stretch = {route = "ql4b", start = "Km18", end = "Km3+700"}\n',
        "stretch: end: found 3700; it stands before start = 18000",
    ),
    (
        "projects",
        PROJECT + 'stretch = {route = "ql4b", start = "18", end = "Km20"}\n',
        "start: found '18'; expected Km18 or Km3+700",
    ),
    (
        "projects",
        PROJECT
        + '[[projects.facts]]\ntopic = "area"\ntext = {vi = "a", en = "b"}\nvalue = 3\n'
        + 'verified = true\nsource = "s"\n',
        "unit: a value has a unit",
    ),
    ("projects", PROJECT + 'with_agencies = ["so_x"]\n', "with_agencies: found 'so_x'"),
    ("rules", RULE.replace('"R1"', '"one"'), "id: found 'one'; expected the form"),
    ("rules", RULE + 'worst_grade = "VII"\n', "worst_grade: found 'VII'; expected one of I, II"),
    ("rules", RULE + "values = {share = 80}\n", "values: share: names no unit"),
    (
        "rules",
        RULE + 'check = {judge = "colour"}\n',
        "check: judge: found 'colour'; expected one of",
    ),
    (
        "rules",
        RULE + 'check = {judge = "grade"}\n',
        "worst_grade: is missing; judge 'grade' needs it",
    ),
    ("rules", RULE + 'check = {judge = "maintained", road = {}}\n', "check: road: is not known"),
    (
        "rules",
        RULE + 'check = {judge = "bridges", weak = {state = ["x"]}}\n',
        "check: bridges: is missing; judge 'bridges' needs it",
    ),
    (
        "rules",
        RULE + 'worst_grade = "V"\ncheck = {judge = "grade", within = "towns"}\n',
        "check: within: found 'towns'; expected one of the rule's `layers`",
    ),
    ("legal_rules", LEGAL.format("a") + 'bodies = ["so_x"]\n', "bodies: found 'so_x'"),
    ("legal_rules", LEGAL.format("a") + 'valid_from = "2025"\n', "found '2025'; expected a date"),
    (
        "legal_rules",
        LEGAL.format("a") + "valid_from = 2026-01-01\nvalid_to = 2025-01-01\n",
        "valid_to: found 2025-01-01; it stands before valid_from = 2026-01-01",
    ),
    (
        "legal_rules",
        LEGAL.format("a") + LEGAL.format("b") + "valid_from = 2026-01-01\n",
        "legal_rules b: valid_from: a, also on 'x', is in force on 2026-01-01",
    ),
    ("agencies", AGENCY.format("a") + HEIR.format("b"), "successors: found 'b'; there is no such"),
    (
        "agencies",
        AGENCY.format("a") + HEIR.format("b") + AGENCY.format("b") + HEIR.format("a"),
        "agencies a: successors: found 'b', which has ended",
    ),
    (
        "agencies",
        AGENCY.format("a") + HEIR.format("a").replace('"2025"', '"March"'),
        "succession: until: found 'March'; expected 2025, 2025-03 or 2025-07-01",
    ),
    (
        "instruments",
        '[[instruments]]\nid = "i"\nnumber = "1"\nissued = 2025-02-01\nin_force = 2025-01-01\n'
        + BASE,
        "in_force: found 2025-01-01; it stands before issued = 2025-02-01",
    ),
]


@pytest.mark.parametrize(("kind", "text", "words"), WRONG, ids=[row[2][:40] for row in WRONG])
def test_a_wrong_file_is_refused_with_its_place(
    tmp_path: Path, kind: str, text: str, words: str
) -> None:
    (tmp_path / f"{kind}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=re.escape(words)) as caught:
        read_plan(tmp_path)
    assert f"{kind}.toml" in str(caught.value)


def test_the_rows_are_right_before_they_are_broken(tmp_path: Path) -> None:
    for kind, text in [
        ("targets", TARGET + REACH),
        ("projects", PROJECT),
        ("rules", RULE),
        ("legal_rules", LEGAL.format("a")),
        ("agencies", AGENCY.format("a") + HEIR.format("b") + AGENCY.format("b")),
    ]:
        (tmp_path / f"{kind}.toml").write_text(text, encoding="utf-8")
    plan = read_plan(tmp_path)
    assert plan.target("t").value == 5
    assert plan.agency_today("a").id == "b"


def test_broken_links_are_listed_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text(
        TARGET + REACH + 'layers = ["forest", "woods"]\n', encoding="utf-8"
    )
    (tmp_path / "projects.toml").write_text(
        PROJECT + 'geometry = ["line"]\nlayers = [{layer = "lanes"}]\n', encoding="utf-8"
    )
    words = "targets.toml: t: 'woods'; projects.toml: p: 'lanes'"
    with pytest.raises(CatalogueError, match=re.escape(words)):
        check_links(read_plan(tmp_path), {"forest"})
