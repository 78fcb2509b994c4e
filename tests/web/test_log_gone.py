"""The log cannot be read: every page that needs it says so in a sentence, and the ones that don't go on working."""

import threading

import pytest

from tests.web.page import Visitor


@pytest.fixture
def entry_id(at_kiosk, form) -> str:
    fields = form()
    at_kiosk.post("/check-in", fields)
    return dict(fields)["id"]


@pytest.fixture
def log_gone(kiosk, entry_id):
    kiosk.database.drop_reader()
    kiosk.database.path.rename(kiosk.data / "elsewhere.db")
    yield
    (kiosk.data / "elsewhere.db").rename(kiosk.database.path)


def test_reading_answers_with_a_sentence_from_any_thread(app, log_gone, entry_id):
    answers = []
    for _ in range(5):
        one = threading.Thread(target=lambda: answers.append(Visitor(app).open(f"/check-in/{entry_id}")))
        one.start()
        one.join()
    assert [answer.status_code for answer in answers] == [503] * 5
    assert "现在查不到" in answers[0].get_data(as_text=True)


def test_taking_back_says_that_it_was_not_recorded(at_kiosk, log_gone, entry_id):
    assert "没有记上" in at_kiosk.post(f"/check-in/{entry_id}/undo", [], 503).html


def test_a_result_says_that_it_cannot_be_looked_up(at_kiosk, log_gone, entry_id):
    at_kiosk.get(f"/quiz/{entry_id}/0", 503)


def test_content_goes_on_and_health_fails(at_kiosk, kiosk, log_gone):
    assert at_kiosk.get("/scientists").heading == "走近科学家"
    assert at_kiosk.open("/healthz").get_json()["status"] in ("failing", "ok")
    kiosk.log.try_writing()
    assert at_kiosk.open("/healthz").status_code == 503


def test_it_works_again_when_the_log_is_back(at_kiosk, kiosk, entry_id):
    kiosk.database.drop_reader()
    kiosk.database.path.rename(kiosk.data / "elsewhere.db")
    at_kiosk.get(f"/check-in/{entry_id}", 503)
    (kiosk.data / "elsewhere.db").rename(kiosk.database.path)
    assert at_kiosk.get(f"/check-in/{entry_id}").status == 200
