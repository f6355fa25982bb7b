"""A small plan to report on: the targets and tasks of two departments, one heir to a third."""

from geo_app.workspace import Workspace, open_workspace

AGENCIES = """
[[agencies]]
id = "so_xd"
title = {vi = "Sở Xây dựng", en = "Department of Construction"}
verified = true
source = "bịa cho thử nghiệm"

[[agencies]]
id = "so_gtvt"
title = {vi = "Sở Giao thông vận tải", en = "Department of Transport"}
succession = {until = "2025-03", successors = ["so_xd"], verified = true, source = "bịa"}
verified = true
source = "bịa cho thử nghiệm"
"""

_TARGET = """
[[targets]]
id = "{id}"
section = "II.1"
title = {{vi = "{vi}", en = "{en}"}}
sentence = "{vi}"
spatial = "no"
agency = "{agency}"
verified = true
source = "bịa cho thử nghiệm"
{more}
"""
TARGETS = "".join(
    _TARGET.format(id=name, vi=vi, en=en, agency=agency, more=more)
    for name, vi, en, agency, more in (
        (
            "t_paved",
            "Tỷ lệ đường được cứng hóa",
            "Share of roads that are hardened",
            "so_gtvt",
            'comparator = "reach"\nunit = "pct"\nvalue = 80\nyear = 2030\n'
            'baseline = {value = 60, year = 2020, verified = true, source = "bịa"}',
        ),
        (
            "t_schools",
            "Trường đạt chuẩn",
            "Schools of the standard",
            "so_nv",
            'comparator = "reach"\nunit = "schools"\nvalue = 40\nyear = 2030',
        ),
        (
            "t_town",
            "Thị trấn Hòa Bình",
            "Hòa Bình town",
            "so_xd",
            'comparator = "grade"\ngrade = "IV"\nyear = 2030',
        ),
    )
)
PROJECTS = """
[[projects]]
id = "ring_road"
section = "II.2"
title = {vi = "Đường vành đai", en = "Ring road"}
kind = "road"
action = {vi = "Hoàn thành", en = "Complete"}
agency = "so_gtvt"
year = 2027
verified = true
source = "bịa cho thử nghiệm"
"""


def with_plan(ws: Workspace) -> Workspace:
    """
    Give a small province of a test's own the plan, and open it again.

    so_xd reports on t_paved, t_town and ring_road; so_nv on t_schools and, as it consolidates, on
    well_programme, which names no agency.
    """
    root = ws.settings.root
    for name, text in (("agencies", AGENCIES), ("targets", TARGETS), ("projects", PROJECTS)):
        path = root / "plan" / f"{name}.toml"
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + text, encoding="utf-8")
    settings = root / "geo_app.toml"
    text = settings.read_text(encoding="utf-8") + '\nfocal_agency = "so_nv"\n'
    settings.write_text(text, encoding="utf-8")
    return open_workspace(root)
