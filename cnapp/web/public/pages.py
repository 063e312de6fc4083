"""The pages of plain information that every public site owes its readers."""

from flask import Blueprint, render_template

bp = Blueprint("pages", __name__)


@bp.get('/<any("aide", "plan-du-site", "accessibilite", "donnees-personnelles", "mentions-legales"):page>')
def show(page: str) -> str:
    return render_template(f"public/pages/{page}.html")
