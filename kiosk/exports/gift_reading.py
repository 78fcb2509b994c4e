"""Reads Moodle's GIFT text, written by anyone: a foreign bank is untrusted input.

Every fault has its line. What GIFT can ask and the kiosk cannot (essays, numbers, several right answers) is no fault:
it is left out, and said. Nothing here decides whether a question is good; the pack's models and `domain/quiz_check` do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pydantic_core import PydanticCustomError

from kiosk.domain.errors import N_, Sentence
from kiosk.domain.quiz import LETTERS
from kiosk.domain.text import visible
from kiosk.exports.gift import AUDIENCE, CONTROLS, LEVEL, LOCAL

LARGEST_GIFT_BYTES = 4 * 1024 * 1024
MOST_GIFT_QUESTIONS = 5_000
LONGEST_TEXT = 4_000
LONGEST_MARKED_UP = 2 * LONGEST_TEXT

# Escaped characters step aside into Unicode's private area while the others are looked at; a text that comes with such
# characters of its own is refused, as it is everywhere in a pack.
_ASIDE = {f"\\{one}": chr(0xE000 + at) for at, one in enumerate(CONTROLS)}
_BACK = {ord(aside): escape[1] for escape, aside in _ASIDE.items()} | {0xE0FF: "\n"}
_ESCAPE = re.compile(r"\\([\\~=#{}:n])")
_PRIVATE = re.compile("[\ue000-\uf8ff]")

_CATEGORY = re.compile(r"\$CATEGORY:\s*(.*)", re.IGNORECASE)
_REMARK = re.compile(r"\[(id|tag):([^\[\]\\]{0,200})\]")
_NAME = re.compile(r"::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,7})?)%")
_TAG = re.compile(r"</?(?:p|br|b|i|u|em|strong|span|div|sub|sup|ul|ol|li|img)\b[^<>]*>", re.IGNORECASE)
_TRUE, _FALSE = frozenset({"T", "TRUE"}), frozenset({"F", "FALSE"})


@dataclass(frozen=True)
class Remark:
    """Something to be told about a file: the line it is about, and what."""

    line: int
    what: Sentence


@dataclass(frozen=True)
class GiftQuestion:
    """One question that the kiosk can ask. `key` is True or False, or the place of the right option from 0.

    `category` is the last part of the path; `level`, `audiences` and `local` come from tags, None and empty without.
    """

    line: int
    id: str
    category: str
    text: str
    options: tuple[str, ...]
    key: bool | int
    explanation: str
    level: int | None = None
    audiences: tuple[str, ...] = ()
    local: bool = False


@dataclass
class GiftFile:
    """What a file holds: the questions, what is wrong, what was left out of it and what a question had to lose."""

    questions: list[GiftQuestion] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)
    left_out: list[Remark] = field(default_factory=list)
    lost: list[Remark] = field(default_factory=list)


class _Fault(Exception):
    """The question cannot be understood."""

    def __init__(self, text: str, /, **values: object):
        self.sentence = Sentence(text, values)


class _LeftOut(_Fault):
    """The question can be understood, but not asked here."""


@dataclass
class _Block:
    """The lines of one question, and what was said before it."""

    line: int
    category: str
    remarks: list[tuple[str, str]]
    lines: list[str]


def read_gift(content: bytes) -> GiftFile:
    """Return what a file holds; with faults its questions are not all there."""
    found = GiftFile()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found.faults.append(Remark(content[: error.start].count(b"\n") + 1, Sentence(N_("is not UTF-8 text"))))
        return found
    for number, block in enumerate(_blocks(text)):
        if number >= MOST_GIFT_QUESTIONS:
            found.faults.append(
                Remark(block.line, Sentence(N_("more than %(most)s questions"), {"most": MOST_GIFT_QUESTIONS}))
            )
            break
        try:
            found.questions.append(_read(block, found.lost))
        except _LeftOut as reason:
            found.left_out.append(Remark(block.line, reason.sentence))
        except _Fault as reason:
            found.faults.append(Remark(block.line, reason.sentence))
    return found


def _blocks(text: str) -> Iterator[_Block]:
    """Yield what stands between empty lines; comments are no part of it, but may carry an id and tags."""
    category, remarks, lines, first = "", [], [], 0
    # Not splitlines(): a form feed or a line separator inside a text is no new line to GIFT.
    for number, line in enumerate([*re.split(r"\r\n|\r|\n", text), ""], 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            if not lines:
                remarks += _REMARK.findall(stripped)
        elif not stripped:
            if lines:
                yield _Block(first, category, remarks, lines)
            remarks, lines = [], []
        elif not lines and (found := _CATEGORY.match(stripped)):
            category, remarks = found[1].strip().rsplit("/", 1)[-1], []
        else:
            first = first if lines else number
            lines.append(stripped)


def _read(block: _Block, lost: list[Remark]) -> GiftQuestion:
    text = "\n".join(block.lines)
    if found := _PRIVATE.search(text):
        character = f"U+{ord(found[0]):04X}"
        raise _Fault(N_("the text holds an invisible character, %(character)s"), character=character)
    text = _ESCAPE.sub(lambda found: "\ue0ff" if found[1] == "n" else _ASIDE[found[0]], text)
    before, inside, after = _parts(text)
    name = _NAME.match(before)
    before = before[name.end() :] if name else before
    stem, is_html = _formatted(before.strip())
    if after.strip():  # a gap in the middle of a sentence
        stem = f"{stem} ____ {after.strip()}"
    answers, _, general = inside.partition("####")
    kind = _kind(answers.strip())
    if kind == "true_false":
        options, key, hints = (), *_true_or_false(answers)
    else:
        options, key, hints = _choices(answers, is_html)

    def tell(what: str) -> None:
        lost.append(Remark(block.line, Sentence(what)))

    if general.strip():
        explanation = _plain(*_formatted(general.strip(), is_html))
        if any(hints):
            tell(N_("the feedback to single answers is left out"))
    else:
        explanation = _plain(hints[0], is_html)
        if any(hints[1:]):
            tell(N_("the feedback to wrong answers is left out"))
    tags = dict.fromkeys(value.strip() for what, value in block.remarks if what == "tag")
    level = next((int(tag[len(LEVEL) :]) for tag in tags if tag in (f"{LEVEL}1", f"{LEVEL}2", f"{LEVEL}3")), None)
    said_id = next((value.strip() for what, value in block.remarks if what == "id"), "")
    return GiftQuestion(
        line=block.line,
        id=said_id or _back(name[1].strip() if name else ""),
        category=block.category,
        text=_checked(_plain(stem, is_html)),
        options=tuple(_checked(option) for option in options),
        key=key,
        explanation=_checked(explanation) if explanation else "",
        level=level,
        audiences=tuple(tag[len(AUDIENCE) :] for tag in tags if tag.startswith(AUDIENCE)),
        local=LOCAL in tags,
    )


def _parts(text: str) -> tuple[str, str, str]:
    """Return what stands before, in and behind the braces."""
    opened, closed = text.count("{"), text.count("}")
    if not opened and not closed:
        raise _LeftOut(N_("a text that asks nothing"))
    if opened != 1 or closed != 1 or text.index("}") < text.index("{"):
        raise _Fault(N_("the braces { } do not match; those that mean themselves need a backslash before them"))
    before, rest = text.split("{")
    inside, after = rest.split("}")
    return before, inside, after


def _kind(answers: str) -> str:
    """Return `true_false` or `single_choice`, told as Moodle tells them. Raises `_LeftOut` for what is neither."""
    if answers.startswith("#"):
        raise _LeftOut(N_("a question for a number"))
    if "~" in answers:
        return "single_choice"
    if "->" in answers and "=" in answers:
        raise _LeftOut(N_("a question for pairs"))
    if answers.partition("#")[0].strip().upper() in _TRUE | _FALSE:
        return "true_false"
    if "=" in answers:
        raise _LeftOut(N_("a question for a word to be typed"))
    if not answers:
        raise _LeftOut(N_("a question for an essay"))
    raise _Fault(N_("no answer is marked: right ones begin with =, wrong ones with ~"))


def _true_or_false(answers: str) -> tuple[bool, list[str]]:
    """Return the key and the feedback, that of the right answer first; GIFT has that of the wrong one first."""
    said, *feedback = answers.split("#")
    wrong, right = ([part.strip() for part in feedback] + ["", ""])[:2]
    return said.strip().upper() in _TRUE, [right, wrong]


def _choices(answers: str, is_html: bool | None) -> tuple[list[str], int, list[str]]:
    """Return the options, the place of the right one, and the feedback, that of the right option first."""
    first, *rest = answers.replace("=", "~=").split("~")
    if first.strip():
        raise _Fault(N_("there is text before the first answer: %(text)s"), text=_shown(first.strip()))
    options, feedback, right = [], [], []
    for one in (part.strip() for part in rest):
        if not one:
            continue
        is_right = one.startswith("=")
        said, _, hint = one.removeprefix("=").partition("#")
        said = said.strip()
        weight = _WEIGHT.match(said)
        if weight:
            said, is_right = said[weight.end() :], float(weight[1]) == 100
            if 0 < float(weight[1]) < 100:
                raise _LeftOut(N_("a question with several answers that are right in part"))
        if is_right:
            right.append(len(options))
        options.append(_plain(*_formatted(said.strip(), is_html)))
        feedback.append(hint.strip())
    if not right:
        raise _Fault(N_("no answer is right"))
    if len(right) > 1:
        raise _LeftOut(N_("a question with several right answers"))
    if len(options) > len(LETTERS):
        raise _LeftOut(N_("a question with more than %(most)s answers"), most=len(LETTERS))
    if len(options) < 2:
        raise _Fault(N_("a choice needs two options at least"))
    if len(set(options)) < len(options):
        raise _Fault(N_("two options are the same"))
    (key,) = right
    return options, key, [feedback[key], *feedback[:key], *feedback[key + 1 :]]


def _formatted(text: str, inherited: bool | None = None) -> tuple[str, bool | None]:
    """Return a text without the mark of its format, and whether it is HTML: as it says, else as the question says that
    it is in, None where neither does.
    """
    found = _FORMAT.match(text)
    if not found:
        return text, inherited
    return text[found.end() :].strip(), found[1].lower() in ("html", "moodle")


def _shown(text: str) -> str:
    """Return the beginning of a text as a terminal may be given it."""
    return "".join(one if one.isprintable() else "�" for one in _back(text)[:40])


def _back(text: str) -> str:
    return text.translate(_BACK)


def _plain(text: str, is_html: bool | None) -> str:
    text = _back(text)
    if len(text) > LONGEST_MARKED_UP:  # before anything looks through it: some texts take a parser minutes
        raise _Fault(N_("the text is too long"))
    if _TAG.search(text) if is_html is None else is_html:
        reader = _Html()
        try:
            reader.feed(text)
            reader.close()
        except (AssertionError, ValueError):  # what the library says to declarations and numbers that cannot be
            raise _Fault(N_("the HTML cannot be read")) from None
        text = "".join(reader.said)
    return re.sub(r"[^\S\n]*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", text)).strip()


def _checked(text: str) -> str:
    if not text:
        raise _Fault(N_("the text is empty"))
    if len(text) > LONGEST_TEXT:
        raise _Fault(N_("the text is too long"))
    try:
        return visible(text)
    except PydanticCustomError as error:
        raise _Fault(error.message_template, **(error.context or {})) from None


class _Html(HTMLParser):
    """The words of HTML. A picture, a sound or a script says more than words can: such a question is left out."""

    _MORE_THAN_WORDS = frozenset(
        {"img", "audio", "video", "iframe", "object", "embed", "script", "style", "svg", "math"}
    )
    _NEW_LINE = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4"})

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attributes) -> None:
        if tag in self._MORE_THAN_WORDS:
            raise _LeftOut(N_("a question with a picture, sound or formula"))
        if tag in self._NEW_LINE:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        self.said.append(data)
