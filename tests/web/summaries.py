"""What the tests of the staff's summary share: its form filled in and read, and an event to tell of."""

from uuid import uuid4

from kiosk.domain.entry import mint_id
from tests.web.page import Page

OFFICE = "呼和浩特市科学技术协会办公室"


def fields(**changes: str) -> list[tuple[str, str]]:
    good = {"id": str(uuid4()), "begun_by": "", "replaces": "", "signed_by": "新城区科学技术协会", "recipient": OFFICE}
    return [(name, value) for name, value in {**good, **changes}.items() if value is not None]


def of_form(page: Page) -> dict[str, str]:
    (form,) = [one for one in page.forms() if one.action.split("?")[0] == "/staff/summary"]
    return dict(form.fields)


def text_of(page: Page, name: str) -> str:
    (box,) = [one for one in page.all("textarea") if one.get("name") == f"text.{name}"]
    return (box.text or "").removeprefix("\n")


def newest(kiosk):
    return kiosk.log.summaries.newest(kiosk.event.id, ("",))


def check_in(kiosk, size: int = 1, **answers) -> str:
    entry_id = mint_id()
    kiosk.log.append(kiosk.draft(entry_id, "check_in", "touch", party_size=size, answers=answers))
    return entry_id
