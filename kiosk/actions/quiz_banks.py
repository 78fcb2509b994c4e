"""Taking banks of questions in and out, and looking for what is weak in them. A foreign bank is untrusted input."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pydantic import ValidationError

from kiosk.actions.check_pack import check
from kiosk.domain.errors import N_, Fault, FileUnusable, InvalidInput, PackBroken
from kiosk.domain.event import Pack
from kiosk.domain.quiz import LETTERS, Bank
from kiosk.domain.quiz_check import Finding, Worded, findings, worded
from kiosk.domain.text import LOCALES, Id, Model
from kiosk.exports.bank_file import write_bank
from kiosk.exports.gift import write_gift
from kiosk.exports.gift_reading import LARGEST_GIFT_BYTES, GiftFile, GiftQuestion, Remark, read_gift
from kiosk.storage.folder import write_file
from kiosk.storage.packs import LARGEST_TEXT_BYTES, read_bank

LONGEST_ID = 40


@dataclass(frozen=True)
class Defaults:
    """What a question gets that says nothing of it itself (the topic even so); `locale` is the language of the file."""

    locale: str
    topic: str | None = None
    audiences: tuple[str, ...] = ()
    level: int | None = None
    source: str | None = None  # where the bank comes from


@dataclass(frozen=True)
class Imported:
    """What came of a file: how many questions, how many still lack something, and what was left out or lost."""

    questions: int
    incomplete: int
    left_out: Sequence[Remark]
    lost: Sequence[Remark]


class _Ids(Model):
    id: Id


def import_gift(file: Path, target: Path, defaults: Defaults, lacking: str) -> Imported:
    """Write the questions of a GIFT file to `target`, a bank that goes into a pack once nothing in it is missing.

    Raises `PackBroken` with every fault (its lines as keys), `FileUnusable`, and `InvalidInput` for what cannot be a
    topic or an audience; nothing is written then. A file that is there is not written over.
    """
    if target.exists():
        raise FileUnusable(N_("%(path)s is there already; choose another name."), path=target)
    for one in (*defaults.audiences, *([defaults.topic] if defaults.topic else [])):
        if not _is_id(one):
            raise InvalidInput(N_("“%(id)s” is no id: small letters, digits, hyphens, underscores."), id=one)
    found = _read(file)
    if found.faults:
        raise PackBroken(str(file), [Fault(file.name, str(one.line), one.what) for one in found.faults])
    if not found.questions:
        raise FileUnusable(N_("There is no question in %(path)s that the kiosk could ask."), path=file)
    ids = _ids(found.questions)
    questions = [_values(one, new_id, defaults) for one, new_id in zip(found.questions, ids, strict=True)]
    missing = [_missing(one) for one in questions]
    content = write_bank({defaults.locale: file.stem}, zip(questions, missing, strict=True), lacking).encode()
    if len(content) > LARGEST_TEXT_BYTES:
        raise FileUnusable(
            N_("That makes a bank of more than %(most)s kB; split %(path)s."),
            most=LARGEST_TEXT_BYTES // 1024,
            path=file,
        )
    write_file(target, lambda out: out.write(content))
    target.chmod(0o644)  # part of a pack: for every user, the service's too
    incomplete = sum(bool(one) for one in missing)
    return Imported(len(questions), incomplete, found.left_out, found.lost)


def _read(file: Path) -> GiftFile:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_GIFT_BYTES + 1)
    except OSError as error:
        raise FileUnusable(
            N_("%(path)s cannot be read: %(cause)s"), path=file, cause=error.strerror or str(error)
        ) from None
    if len(content) > LARGEST_GIFT_BYTES:
        raise FileUnusable(N_("%(path)s is larger than %(most)s kB."), path=file, most=LARGEST_GIFT_BYTES // 1024)
    return read_gift(content)


def _is_id(text: str) -> bool:
    try:
        _Ids(id=text)
    except ValidationError:
        return False
    return True


def _ids(questions: Sequence[GiftQuestion]) -> list[str]:
    """Return an id for each question: its own where it is one, else made from its name or text; none twice."""
    found: dict[str, None] = {}
    for question in questions:
        plain = re.sub(r"[^a-z0-9]+", "-", question.id.lower())[:LONGEST_ID].strip("-")
        # Names in Chinese, or none: the same text gets the same id whenever it is imported.
        digest = hashlib.sha256(f"{question.text}\n{question.options}".encode()).hexdigest()[:10]
        own = next((one for one in (question.id, plain) if _is_id(one)), f"q-{digest}")
        numbered = (f"{own[: LONGEST_ID - 5].rstrip('-_')}-{number}" for number in count(2))
        found[own if own not in found else next(one for one in numbered if one not in found)] = None
    return list(found)


def _values(question: GiftQuestion, new_id: str, defaults: Defaults) -> dict[str, object]:
    """Return a question as the pack's models name it, as far as the file and the defaults say it."""

    def words(text: str) -> dict[str, str]:
        return {defaults.locale: text}

    return {
        "id": new_id,
        "kind": "single_choice" if question.options else "true_false",
        "topic": defaults.topic or (question.category if _is_id(question.category) else None),
        "audiences": tuple(one for one in question.audiences if _is_id(one)) or defaults.audiences,
        "level": question.level or defaults.level,
        "local": question.local or None,
        "text": words(question.text),
        "options": tuple(words(option) for option in question.options),
        "key": question.key if isinstance(question.key, bool) else LETTERS[question.key],
        "explanation": words(question.explanation) if question.explanation else None,
        "source": {"title": words(defaults.source)} if defaults.source else None,
    }


def _missing(question: dict[str, object]) -> list[str]:
    """Return what a pack will ask for and the question does not have, by the names of the file."""
    lacking = [name for name in ("topic", "explanation") if not question[name]]
    return lacking if question["source"] else [*lacking, "source / reasoning"]


@dataclass(frozen=True)
class Exported:
    """What came of an export: how many questions, and how often each thing that GIFT has no place for was left out."""

    questions: int
    left_out: Counter


def export_gift(pack: Pack, target: Path, *, locale: str, bank: str | None, say: Callable[[str], str]) -> Exported:
    """Write the questions of a pack, or of one of its banks, to `target` in a language, whole or not at all.

    `say` gives the kiosk's own words in it. Raises `InvalidInput`, `FileUnusable`.
    """
    if locale not in pack.event.locales:
        raise InvalidInput(N_("The pack has no texts in language %(locale)s."), locale=locale)
    banks = [one for one in pack.banks if bank in (None, one.id)]
    if not pack.banks:
        raise InvalidInput(N_("There are no practice questions in this event."))
    if not banks:
        names = ", ".join(one.id for one in pack.banks)
        raise InvalidInput(N_("The pack has no bank “%(id)s”; it has: %(all)s."), id=bank, all=names)
    topics = {topic.id: topic.label[locale] for topic in pack.event.quiz.topics}
    questions = [question for one in banks for question in one.questions]
    title = f"{pack.event.title[locale]} · {say(N_('Science quiz'))}"
    text, left_out = write_gift(title, questions, locale, lambda topic: topics.get(topic, topic))
    write_file(target, lambda out: out.write(text.encode()))
    return Exported(len(questions), left_out)


@dataclass(frozen=True)
class Checked:
    """What was looked at and what is weak in it; `files` says in which file a question stands."""

    questions: int
    findings: Sequence[Finding]
    files: dict[str, str]
    left_out: Sequence[Remark] = ()


def check_banks(place: Path, locale: str | None) -> Checked:
    """Return what is weak in a pack (a folder or a zip), in one bank (a TOML file) or in a GIFT file.

    `locale` is the language of a GIFT file (without it Chinese), and of a bank the only one that is looked at. Raises
    `PackBroken` with every fault of what is not even sound.
    """
    if place.is_dir() or place.suffix.lower() == ".zip":
        pack = check(place)
        return _checked(pack.banks, pack.event.locales)
    if place.suffix.lower() == ".toml":
        bank = read_bank(place, [locale] if locale else ())
        return _checked([bank], list(bank.title))
    locale, found = locale or LOCALES[0], _read(place)
    if found.faults:
        raise PackBroken(str(place), [Fault(place.name, str(one.line), one.what) for one in found.faults])
    words = [
        Worded(
            new_id,
            {locale: one.text},
            tuple({locale: option} for option in one.options),
            one.key,
            {locale: one.explanation},
        )
        for new_id, one in zip(_ids(found.questions), found.questions, strict=True)
    ]
    files = {one.id: place.name for one in words}
    return Checked(len(words), findings(words, [locale]), files, found.left_out)


def _checked(banks: Sequence[Bank], locales: Sequence[str]) -> Checked:
    words = [worded(question) for bank in banks for question in bank.questions]
    files = {question.id: f"quiz/{bank.id}.toml" for bank in banks for question in bank.questions}
    return Checked(len(words), findings(words, locales), files)
