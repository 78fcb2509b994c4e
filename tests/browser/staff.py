"""What the tests of the staff's pages share: a kiosk with known secrets, a morning in its log, signing in."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date

from playwright.sync_api import Page, expect

from kiosk.actions import shifts
from kiosk.actions.correct import void
from kiosk.actions.display import change_display
from kiosk.actions.head_count import count_heads
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.notes import notes_of
from kiosk.actions.open_day import choose_stop
from kiosk.actions.periods import period_of
from kiosk.actions.stamp import Read, stamp
from kiosk.actions.summary import write_summary
from kiosk.domain.display import Change
from kiosk.domain.entry import mint_id
from kiosk.domain.note import KEPT, Note, Photo
from kiosk.exports import picture
from kiosk.storage.notes import beside, details
from tests.browser.served import Served
from tests.conftest import SetClock
from tests.playing import play
from tests.web.photographed import photo

PASSWORD, PIN = "thermos-blue-desk", "482915"


@dataclass
class Desk:
    """A served kiosk whose clock the test moves."""

    served: Served
    clock: SetClock

    @property
    def kiosk(self):
        return self.served.kiosk

    @property
    def touchscreen(self) -> str:
        return self.served.url + "/staff"

    @property
    def elsewhere(self) -> str:
        return self.served.phone_url + "/staff"

    def check_in(self, party_size: int = 1, **answers: dict[str, int]) -> str:
        entry_id = mint_id()
        self.kiosk.log.append(self.kiosk.draft(entry_id, "check_in", "touch", party_size=party_size, answers=answers))
        return entry_id

    def new_secrets(self) -> None:
        for kind, text in (("password", PASSWORD), ("pin", PIN)):
            self.kiosk.accounts.put_secret(kind, text, made=True)


def open_desk(serve) -> Desk:
    """Return a kiosk of its own: what staff do there meets no other test."""
    desk = Desk(serve(), SetClock())
    desk.kiosk.clock = desk.clock
    desk.kiosk.log._now = desk.clock.now
    desk.new_secrets()
    return desk


def tap_pin(page: Page, pin: str = PIN) -> None:
    for digit in pin:
        page.locator(f"[data-key='{digit}']").tap()


def sign_in_at_touchscreen(page: Page, desk: Desk) -> None:
    page.goto(desk.touchscreen + "/pin")
    tap_pin(page)
    expect(page.locator("body")).to_have_attribute("data-screen", "staff-day")


def sign_in_elsewhere(page: Page, desk: Desk, password: str = PASSWORD, at: str = "") -> None:
    page.goto(at or desk.elsewhere)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    expect(page.locator("body")).to_have_attribute("data-screen", "staff-day")


def fill(desk: Desk) -> dict[str, str]:
    """Fill the log with a morning and return the ids that `PAGES` asks for."""
    kiosk = desk.kiosk
    choose_stop(kiosk, "horinger")
    for turn, audience in enumerate((None, "adult", "farmer_herder", "primary_pupil", "secondary_pupil") * 6):
        play(kiosk, audience, is_right=turn % 3 > 0, upto=3 if turn % 7 == 6 else 20, turn=turn % 2)
    for _ in range(3):
        desk.clock.forward(3_600_000)
        for size in (1, 12, 41):
            desk.check_in(
                size,
                visitor_type={"science_worker": size - 1, "official": 1} if size > 1 else {"science_worker": 1},
                age_band={"adult": size},
                district={"elsewhere": size},
            )
    desk.check_in()
    entry, voided = desk.check_in(2, age_band={"senior": 1}), desk.check_in(200, district={"tumed_left": 200})
    correction = void(kiosk.log, voided, reason="有小朋友点着玩" * 6, actor="staff", source="staff").entry.id
    change_display(
        kiosk,
        notice={
            "zh": "因天气原因，室外活动改到室内，请从东门进场，依次参观",
            "en": "Because of the weather, outdoor events move indoors",
        },
        changes={
            activity.id: Change({"zh": "推迟，时间另行通知"}, {"zh": "内蒙古科技馆二楼报告厅"})
            for activity in kiosk.event.programme[:2]
        },
        hours=("00:00", "23:55"),
    )
    _volunteer(kiosk)
    earlier, note = _notes(kiosk)
    summary = _summary(kiosk)
    desk.check_in(3, visitor_type={"teacher": 3})
    for what, subject in (("conflict", entry), ("wrong_pin", None), ("not_allowed", None), ("invalid", None)):
        kiosk.log.refusals.add(what, subject, {}, "touch" if subject else "phone")
    opening = next(one.entry.id for one in kiosk.log.lookup.newest(100).lines if one.entry.kind == "opening")
    return {"entry": entry, "voided": voided, "void": correction, "opening": opening} | {
        "note": note,
        "earlier": earlier,
        "summary": summary,
    }


def _summary(kiosk: Kiosk) -> str:
    """Save a version of the summary with as much to say as it can, and return its id."""
    chosen = [
        photo.digest
        for one in notes_of(kiosk.log, kiosk.event, period_of(kiosk.log, kiosk.pack))
        for photo in one.note.photos
    ][:1]
    fields = {"id": mint_id(), "begun_by": "", "day": "2027-06-04", "signed_by": "呼和浩特市新城区科学技术协会"}
    fields |= {f"text.{one}": "走访慰问基层一线科技工作者，听取意见建议。" * 12 for one in ("practice", "experience")}
    fields |= {"quantity.panels": "9999999", "quantity.media": "0", "activity.symposium": "1"}
    fields |= {f"photo.{one}": "1" for one in chosen}
    return write_summary(kiosk, fields, source="staff").entry.id


def _notes(kiosk: Kiosk) -> tuple[str, str]:
    """Write a few notes; return the ids of one that was corrected and of the one that replaced it, with photos."""
    photos = [picture.photo(photo(colour, size)) for colour, size in (("teal", (1200, 900)), ("peru", (600, 900)))]
    content = {hashlib.sha256(large).hexdigest(): (large, small) for large, small in photos}
    shown = [Photo(one, words, child) for one, words, child in zip(content, ("与老专家座谈", ""), KEPT, strict=True)]
    text = "走访退休科技工作者，送上节日问候，听取对科普工作的意见。" * 6
    said = Note(
        "visit",
        date(2027, 5, 30),
        "走访慰问基层一线科技工作者和退休老专家",
        text,
        14,
        {"guest": 3, "science_worker": 11},
    )
    ids = [mint_id() for _ in range(3)]
    for note_id, note, replaces in (
        (ids[0], Note("group", date(2027, 5, 29), people=46, roles={"pupil": 45}), None),
        (ids[1], said, None),
        (ids[2], replace(said, photos=tuple(shown)), ids[1]),
    ):
        draft = kiosk.draft(note_id, "note", "staff", actor="staff", details=details(note, replaces))
        kiosk.log.append_with(draft, beside(note_id, note, replaces, content))
    return ids[1], ids[2]


def _volunteer(kiosk: Kiosk) -> None:
    """Let volunteers stamp a few cards, count by hand, and one of them go off duty."""
    tokens = [kiosk.cards.new(size) for size in (1, 1, 1, 45)]
    for station in kiosk.event.stations[:3]:
        shift = shifts.shift_of(kiosk, shifts.join(kiosk, shifts.invite(kiosk, station.id), mint_id()))
        for token in (*tokens, "X" * 24):
            stamp(kiosk, shift, Read(mint_id(), token, "camera"))
        fields = {"id": mint_id(), "people": "120", "who": "official"}.items()
        count_heads(kiosk, fields, actor="volunteer", source="phone", station=station.id, shift=shift.id)
    shifts.end_shift(kiosk, shift.id, actor="staff", revoked=True)
    shifts.begin_at_touchscreen(kiosk, kiosk.event.stations[0].id)
