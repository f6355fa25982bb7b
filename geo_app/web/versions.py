"""One version of a layer: from which file, treated how, with what found and changed."""

from flask import Blueprint, render_template

from geo_app.domain.finding import RESPONSIBLES, SEVERITY_TITLES
from geo_app.web.province import workspace
from geo_app.workspace.history import finding_rows, version_of

blueprint = Blueprint("versions", __name__)


@blueprint.get("/layers/<layer>/versions/<version>")
def show(layer: str, version: str) -> str:
    """Show where a version comes from; what was found row by row is for those who publish."""
    ws = workspace()
    found = version_of(ws, layer, version)
    return render_template(
        "layers/version.html",
        layer=ws.catalogue.layer(layer),
        version=found,
        given=found.provenance,
        served=ws.published.versions.get(layer) == version,
        findings=finding_rows(found),
        severities=SEVERITY_TITLES,
        responsibles=RESPONSIBLES,
    )
