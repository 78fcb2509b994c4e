"""The entries as staff choose among them: by day, kind, stop, booth and source."""

from kiosk.actions.open_day import choose_stop
from tests.web.conftest import PASSWORD


def test_entries_are_chosen_by_day_kind_stop_booth_and_source(staff, kiosk, at_kiosk, form, clock):
    choose_stop(kiosk, "saihan")
    at_kiosk.post("/check-in", form())
    clock.forward(86_400_000)
    choose_stop(kiosk, "togtoh")
    at_kiosk.post("/check-in", form())
    staff.sign_in(PASSWORD)  # after a day

    def seen(query: str) -> list[str]:
        return staff.get(f"/staff/entries{query}").carries("data-kind")

    assert seen("") == ["check_in", "opening", "check_in", "opening"]
    assert seen("?kind=check_in") == ["check_in"] * 2
    assert seen("?day=2027-05-31") == ["check_in", "opening"]
    assert seen("?kind=check_in&stop=saihan") == ["check_in"]
    assert seen("?source=touch&day=2027-05-30") == ["check_in"]
    assert seen("?kind=quiz") == []
    assert "没有符合的记录" in staff.get("/staff/entries?kind=quiz").text
    for nonsense in ("?kind=x", "?day=yesterday", "?stop=%00", "?before=-1", "?station=x&source=y"):
        assert len(seen(nonsense)) == 4


def test_what_was_chosen_stays_on_the_way_to_older_entries(staff, kiosk, at_kiosk, form):
    for _ in range(60):
        at_kiosk.post("/check-in", form())
    page = staff.get("/staff/entries?kind=check_in&source=touch")
    assert len(page.carries("data-entry-id")) == 50
    older = staff.tap(page, "更早的")
    assert len(older.carries("data-entry-id")) == 10
    assert older.carries("data-kind") == ["check_in"] * 10
