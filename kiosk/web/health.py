"""`/healthz`: whether the kiosk can be trusted, in full for this machine, in one word for others."""

from flask import Blueprint, g, jsonify

from kiosk.actions.health import health
from kiosk.web.access import audience, is_staff
from kiosk.web.current import this_kiosk

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@audience("health")
def healthz():
    facts = health(this_kiosk())
    facts["concerns"] = [str(concern) for concern in facts["concerns"]]
    shown = facts if g.at_kiosk or is_staff() else {"status": facts["status"]}
    return jsonify(shown), 200 if facts["recording"] else 503
