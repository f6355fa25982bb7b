"""A report on 100 targets, 300 tasks and five years: 60 pages, asked for on a page, as a job."""

import io
import shutil
import time
from pathlib import Path
from typing import Any

import ground
import requests
from pypdf import PdfReader

import plan

OUTLINE = Path(__file__).parents[1] / "plan" / "reports" / "yearly.toml"
PAGES, REPORT_S = 60, 10.0
_LOOK_S = 0.1


def measure(folder: Path) -> list[dict[str, Any]]:
    """Time the province's own yearly report, from the form to the file, as Word and as PDF."""
    ws = plan.make_plan(folder / "plan_report")
    reports = ws.settings.root / "plan" / "reports"
    reports.mkdir()
    shutil.copy(OUTLINE, reports)
    rows = []
    with ground.server(ws.settings.root) as address, requests.Session() as session:
        for form in ("pdf", "docx"):
            start = time.perf_counter()
            content = _made(session, address, form)
            spent_s = time.perf_counter() - start
            if form == "pdf":
                pages = len(PdfReader(io.BytesIO(content)).pages)
                assert pages >= PAGES, f"{pages} pages"
            rows.append(
                {
                    "work": f"a yearly report of {pages} pages as a job, {form}",
                    "ours": f"{spent_s:.1f} s",
                    "peer": f"{REPORT_S:.0f} s (allowed, 60 pages)",
                    "ratio": spent_s / REPORT_S,
                    "bar": 1.0,
                }
            )
    return rows


def _made(session: requests.Session, address: str, form: str) -> bytes:
    asked = {"outline": OUTLINE.stem, "period": "", "form": form, "language": "vi"}
    sent = session.post(f"{address}/plan/report", data=asked, allow_redirects=False, timeout=60)
    sent.raise_for_status()
    job = sent.headers["Location"].partition("?")[0]
    while True:
        told = session.get(f"{address}/api{job}", timeout=60).json()
        if told["state"] != "running":
            break
        time.sleep(_LOOK_S)
    answer = session.get(f"{address}{job}/file", timeout=60)
    answer.raise_for_status()
    return answer.content
