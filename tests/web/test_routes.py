"""Every address is closed unless it is named here, and nothing is changed without our own form."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from cnapp.web import csrf
from cnapp.web.application import Application
from tests.factories import give_password, make_staff
from tests.support import sign_in

_ACCOUNT = ("account.sessions.", "account.links.", "account.forgotten.")
PUBLIC = ("static", "health", "public.", "feeds.", "deliveries.", *_ACCOUNT)
"""Endpoints, or areas, that anybody may open. Whatever else is added must stand behind a guard."""
SIGNED = {"deliveries.create"}
"""What another machine posts: without our form's secret, and only with a signature (test_deliveries.py)."""


def is_public(rule: Rule) -> bool:
    return any(rule.endpoint == name or (name.endswith(".") and rule.endpoint.startswith(name)) for name in PUBLIC)


def address_of(rule: Rule) -> str:
    return re.sub(r"<[^>]*>", "x", rule.rule)


def rules(app: Application, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_find_every_other_door_closed(app: Application, client: FlaskClient, method: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for rule in rules(app, method):
            if not is_public(rule):
                answer = client.open(address_of(rule), method=method)
                to_sign_in = answer.status_code == 303 and answer.location.startswith("/connexion")
                assert to_sign_in or answer.status_code in (401, 403), rule.rule
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_no_form_of_somebody_else_changes_anything(app: Application, client: FlaskClient) -> None:
    give_password(make_staff(email="nadia@exemple.fr"))
    sign_in(client, "nadia@exemple.fr")
    for rule in rules(app, "POST"):
        for values in ({}, {"csrf_token": "forged"}):
            refused = 404 if rule.endpoint in SIGNED else 400
            assert client.post(address_of(rule), data=values).status_code == refused, rule.rule


def test_only_what_is_signed_does_without_our_own_form(app: Application) -> None:
    """A town that has set no key for it does not listen at all, as above."""
    exempt = {endpoint for endpoint in app.view_functions if _is_exempt(app, endpoint)}
    assert exempt == SIGNED


def _is_exempt(app: Application, endpoint: str) -> bool:
    view = app.view_functions[endpoint]
    by_name = f"{view.__module__}.{view.__name__}" in csrf._exempt_views
    return by_name or app.blueprints.get(endpoint.rpartition(".")[0]) in csrf._exempt_blueprints


def test_nothing_is_changed_by_a_link(app: Application) -> None:
    writing = ("create", "update", "destroy")
    for rule in rules(app, "GET"):
        assert rule.endpoint.rpartition(".")[2] not in writing, rule.rule
