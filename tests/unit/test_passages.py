"""Everything a pack says, found by walking its models: nothing left out; what is missing; what another pack changes."""

import tomllib
from dataclasses import replace

import pytest

from kiosk.domain.difference import difference
from kiosk.domain.event import Event, short_code
from kiosk.domain.missing import gaps, untranslated
from kiosk.domain.passages import parts
from kiosk.domain.quiz import Bank
from kiosk.domain.recipient import SummaryPlan
from kiosk.domain.scientist import Scientist
from kiosk.domain.text import LOCALES
from kiosk.web.staff.pack_words import FIELDS, SECTIONS
from tests.conftest import SHIPPED

# Texts of the files that no visitor sees, by their keys.
UNSEEN = {
    "id",
    "kind",
    "timezone",
    "locales",
    "topic",
    "network",
    "picture",
    "file",
    "phrases",
    "unbroken",
    "implies",
    "audiences",
    "scientists",
}


def said_by(value: object, key: str = "") -> list[str]:
    """Return every text of a TOML file that visitors see, by the file alone and not by our models."""
    if key in UNSEEN:
        return []
    if isinstance(value, dict):
        return [text for name, one in value.items() for text in said_by(one, name)]
    if isinstance(value, list):
        return [text for one in value for text in said_by(one, key)]
    return [value] if isinstance(value, str) else []


def all_said(pack) -> set[str]:
    found = set()
    for part in parts(pack):
        for passage in part.visible:
            found |= set((passage.words or {}).values()) | ({passage.text} if passage.text else set())
    return found


def test_every_text_of_the_shipped_files_is_found(shipped_pack):
    """Read without the models: a new field of theirs that the walk forgot would show here."""
    told = " ".join(all_said(shipped_pack))
    for path in [SHIPPED / "event.toml", *SHIPPED.glob("*/*.toml")]:
        for text in said_by(tomllib.loads(path.read_text(encoding="utf-8"))):
            assert text.strip() in told, (path.name, text)


def full_pack(shipped_pack):
    """Return a pack that has everything a pack can have, each text different from all others."""
    texts = iter(f"text {number}" for number in range(10_000))

    def words() -> dict:
        return {locale: next(texts) for locale in LOCALES}

    plain, source = lambda: next(texts), lambda: {"title": next(texts), "address": "https://a.example/", "note": "n"}
    event = Event.model_validate(
        {
            "id": "full",
            "title": words(),
            "short_title": words(),
            "theme": {"text": plain(), "language": "zh", "approved": words(), "description": words()},
            "dates": {"day": "2019-05-30", "when": words(), "summary_due": "2019-06-05"},
            "organisers": [{"role": "host", "name": words()}, {"role": "supporter", "name": words()}],
            "locales": LOCALES,
            "timezone": "Asia/Shanghai",
            "about": words(),
            "sources": [source()],
            "programme": [
                {"id": "a", "kind": "tour", "title": words(), "when": words(), "place": words(), "text": words()}
            ],
            "channels": [{"id": "c", "kind": "radio", "name": words(), "owner": words(), "about": words()}],
            "check_in": {
                "max_party": 9,
                "questions": [
                    {
                        "id": "q",
                        "label": words(),
                        "options": [{"id": "a", "label": words()}, {"id": "b", "label": words()}],
                    }
                ],
            },
            "stops": [{"id": "s", "name": words()}],
            "stations": [{"id": "t", "name": words()}],
            "summary": {"units": [{"id": "u", "name": words(), "recipient": words(), "place": words()}]},
            "quiz": {
                "about": words(),
                "official": {"name": words(), "owner": words(), "address": "https://b.example/"},
                "topics": [{"id": "life", "label": words()}],
                "audiences": [{"id": "adult", "label": words()}],
                "literacy": {
                    "text": words(),
                    "survey": words(),
                    "shares": [{"year": 2010, "percent": 3.27}, {"year": 2024, "percent": 15.37}],
                    "sources": [source()],
                },
            },
        },
        strict=False,
    )
    person = Scientist.model_validate(
        {
            "id": "p",
            "names": words(),
            "pinyin": plain(),
            "pronoun": "she",
            "born": "1930",
            "died": "1999-01",
            "area": "life",
            "field": words(),
            "tie": words(),
            "did": words(),
            "text": {"zh": "字" * 90, "en": plain()},
            "honours": [{"year": 1999, "name": words()}],
            "quotation": {"text": plain(), "language": "zh", "source": words(), "translation": {"en": plain()}},
            "portrait": {"file": "pictures/p.png", "author": plain(), "licence": plain(), "source": plain()},
            "hard_words": {"呦": "yōu"},
            "link": "https://c.example/",
            "sources": [source()],
        }
    )
    question = {
        "id": "one",
        "topic": "life",
        "text": words(),
        "key": True,
        "explanation": words(),
        "source": {"title": words(), "fact": plain()},
        "reasoning": words(),
    }
    choice = question | {
        "id": "two",
        "kind": "single_choice",
        "classic": words(),
        "options": [words(), words()],
        "key": "B",
        "text": words(),
        "explanation": words(),
        "source": {"title": words(), "fact": plain()},
        "reasoning": words(),
    }
    bank = Bank.model_validate({"id": "b", "title": words(), "about": words(), "questions": [question, choice]})
    return replace(shipped_pack, event=event, scientists=(person,), banks=(bank,)), int(next(texts).split()[1])


def test_of_a_pack_with_everything_no_text_is_left_out(shipped_pack):
    pack, count = full_pack(shipped_pack)
    told = all_said(pack)
    assert {f"text {number}" for number in range(count)} <= told
    facts = {"host", "supporter", "https://a.example/", "https://b.example/", "https://c.example/", "1930", "1999-01"}
    assert facts | {"1999", "2010", "3.27", "True", "B", "呦 yōu", "2019-05-30", "2019-06-05", "she", "life"} <= told
    assert gaps(pack) == gaps(pack)
    there = {"portrait", "quotation", "link", "activity_when", "activity_place", "summary_recipient", "summary_due"}
    assert not (there | {"summary_place"}) & {gap.kind for gap in gaps(pack)}
    assert untranslated(pack) == []


def test_every_passage_stands_once(shipped_pack):
    for pack in (shipped_pack, full_pack(shipped_pack)[0]):
        keys = [(part.section, part.id, passage.path) for part in parts(pack) for passage in part.passages]
        assert len(keys) == len(set(keys))


def test_everything_that_is_shown_has_a_name_for_staff(shipped_pack):
    for pack in (shipped_pack, full_pack(shipped_pack)[0]):
        for part in parts(pack):
            assert part.section in SECTIONS, part.section
            for passage in part.visible:
                assert set(passage.fields) <= FIELDS.keys(), passage.path


def test_people_and_questions_come_in_the_order_of_the_screens(shipped_pack):
    found = [part.id for part in parts(shipped_pack) if part.section == "scientists"]
    assert found == [person.id for person in shipped_pack.scientists]
    sections = list(dict.fromkeys(part.section for part in parts(shipped_pack)))
    assert sections.index("programme") < sections.index("channels") < sections.index("scientists")
    assert sections[-1] == "questions"


def test_what_is_missing_is_said_by_kind(shipped_pack):
    found = {gap.kind: gap for gap in gaps(shipped_pack)}
    assert (len(found["portrait"].names), found["portrait"].total) == (19, 19)
    assert found["quotation"].total == 19
    quoted = [person for person in shipped_pack.scientists if person.quotation]
    assert len(found["quotation"].names) == 19 - len(quoted)
    assert (len(found["activity_when"].names), len(found["channel"].names)) == (16, 7)
    assert "portrait" not in {
        gap.kind
        for gap in gaps(
            replace(
                shipped_pack,
                scientists=tuple(one.model_copy(update={"portrait": 1}) for one in shipped_pack.scientists),
            )
        )
    }


def test_that_nobody_knows_where_the_summary_goes_is_missing_too(shipped_pack):
    event = shipped_pack.event
    dates = event.dates.model_copy(update={"summary_due": None})
    bare = replace(shipped_pack, event=event.model_copy(update={"dates": dates, "summary": SummaryPlan()}))
    found = {gap.kind: gap for gap in gaps(bare)}
    for kind in ("summary_recipient", "summary_due"):
        assert (found[kind].names, found[kind].total) == ((event.title,), 1)
    assert "summary_place" not in found
    # The notice of 2018 names who gets it and until when, but no room to bring it to.
    found = {gap.kind: gap for gap in gaps(shipped_pack)}
    assert not {"summary_recipient", "summary_due"} & found.keys()
    assert [name["zh"] for name in found["summary_place"].names] == [one.name["zh"] for one in event.summary.units]


def test_every_kind_of_unit_is_a_part_that_another_pack_may_change(shipped_pack):
    event = shipped_pack.event
    ids = [part.id for part in parts(shipped_pack) if part.section == "summary.units"]
    assert ids == ["science-associations", "societies", "science-bureaus"]
    assert "summary" not in {part.section for part in parts(shipped_pack)}
    first, *others = event.summary.units
    other = first.model_copy(update={"place": {"zh": "二楼", "en": "Second floor"}})
    new = replace(shipped_pack, event=event.model_copy(update={"summary": SummaryPlan(units=(other, *others[:1]))}))
    found = difference(shipped_pack, new, {}, {})
    assert [(one.part.id, one.fields) for one in found.changed] == [("science-associations", ("place",))]
    assert [part.id for part in found.removed] == ["science-bureaus"]


def test_a_text_that_need_not_be_translated_is_named_with_the_language_it_lacks(shipped_pack):
    (theme,) = untranslated(shipped_pack)
    assert (theme.part.section, theme.passage.path, theme.locales) == ("theme", ("approved",), ("en",))
    tu = shipped_pack.scientist("tu-youyou")
    bare = tu.model_copy(update={"quotation": tu.quotation.model_copy(update={"translation": {}})})
    pack = replace(shipped_pack, scientists=(bare,))
    assert [(one.part.id, one.passage.path) for one in untranslated(pack)][1:] == [
        ("tu-youyou", ("quotation", "translation"))
    ]


def test_the_same_pack_makes_no_difference(shipped_pack):
    assert not difference(shipped_pack, shipped_pack, {"a": "1"}, {"a": "1"})


def test_what_another_pack_brings_takes_away_and_changes(shipped_pack):
    event = shipped_pack.event
    first, second, *rest = event.programme
    other = first.model_copy(update={"place": {"zh": "广场", "en": "The square"}})
    fresh = second.model_copy(update={"id": "fresh"})
    changed = event.model_copy(update={"programme": (fresh, other, *rest), "timezone": "Asia/Urumqi"})
    new = replace(shipped_pack, event=changed, scientists=shipped_pack.scientists[1:])
    found = difference(shipped_pack, new, {"a.png": "1", "b.png": "1"}, {"a.png": "2", "c.png": "1"})
    assert [part.id for part in found.added] == ["fresh"]
    assert [part.id for part in found.removed] == [second.id, shipped_pack.scientists[0].id]
    assert [(one.part.id, one.fields) for one in found.changed] == [("", ("timezone",)), (first.id, ("place",))]
    assert found.pictures == ("a.png", "b.png", "c.png")
    assert found


@pytest.mark.parametrize(("digest", "code"), [("3fa91c20ffffffff", "3fa9-1c20"), ("0" * 16, "0000-0000")])
def test_the_version_is_short_enough_to_be_compared_by_eye(shipped_pack, digest, code):
    assert replace(shipped_pack, digest=digest).code == short_code(digest) == code
