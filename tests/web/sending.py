"""Sending a pack to the kiosk as the script on the staff's page does, and waiting for what it says of it."""

from uuid import uuid4

from werkzeug.test import TestResponse

from kiosk.storage.pieces import LARGEST_PIECE_BYTES
from tests.waiting import PATIENCE
from tests.web.page import Page, Staff


def send_piece(staff: Staff, upload_id: str, at: int, total: int, piece: bytes) -> TestResponse:
    """Send one piece and return the answer as it came."""
    address = f"/staff/pack/pieces/{upload_id}?at={at}&of={total}"
    return staff.open(address, "POST", data=piece, content_type="application/octet-stream")


def send(staff: Staff, content: bytes, upload_id: str | None = None) -> None:
    """Send a whole pack and wait until it was checked."""
    upload_id, at = upload_id or str(uuid4()), 0
    while at < len(content):
        piece = content[at : at + LARGEST_PIECE_BYTES]
        answer = send_piece(staff, upload_id, at, len(content), piece)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        at = answer.json["received"]
    assert staff.app.extensions["kiosk"].incoming.arrival.over.wait(PATIENCE)


def put_up(staff: Staff, content: bytes) -> Page:
    """Send a pack, put it on screen, and return the page that says so."""
    send(staff, content)
    return staff.press(staff.get("/staff/pack/new"), "换上")
