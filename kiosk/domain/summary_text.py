"""The official summary as a document: what was counted, noted and written put into the sections that offices expect.

Owns the order of sections, paragraphs, charts and photos. Its Chinese is `summary_words`; its numbers are `numbers`: it
counts nothing. The same values give the same document.
"""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.domain import summary_words as say
from kiosk.domain.document import Block, Chart, Document, Heading, Paragraph, Picture
from kiosk.domain.event import ROLES, CheckInQuestion, Event
from kiosk.domain.numbers import FEWEST_FOR_SHARES, Number, day_key
from kiosk.domain.punctuation import as_quoted_in
from kiosk.domain.statistics import MISSED_BY_MANY
from kiosk.domain.summary_annex import attachments
from kiosk.domain.summary_told import Told
from kiosk.domain.tables import Speech, ranked
from kiosk.domain.text import on_one_line


def document(told: Told) -> Document:
    """Return the summary as a document: the four sections of the notice always, the other two where staff wrote any."""
    texts = told.summary.texts
    sections = {
        "course": _course(told),
        "results": _results(told),
        "experience": _words(texts.get("experience")),
        "problems": _words(texts.get("problems")),
        "advice": _advice(told),
        "plans": _words(texts.get("plans")),
    }
    blocks: list[Block] = []
    for name, words in say.SECTIONS.items():
        if sections[name] or name not in ("problems", "plans"):
            blocks += [Heading(words), *sections[name]]
    summary = told.summary
    return Document(
        title=summary.title or title_of(told.event, told.speech, summary.signed_by),
        recipient=summary.recipient,
        blocks=tuple(_numbered(blocks)),
        attachments=attachments(told, blocks),
        signed_by=summary.signed_by,
        day=say.day_words(summary.day) if summary.day else "",
        whole=told.event.theme.unbroken,
    )


def without_words(told: Told) -> dict[str, list[Block]]:
    """Return what stands in the document beside what staff write, by the text that it stands beside."""
    alone = replace(told, summary=replace(told.summary, texts={}))
    found = {"opening": _basics, "practice": _practice, "results": _results, "advice": _advice}
    return {text: blocks for text, part in found.items() if (blocks := part(alone))}


def title_of(event: Event, speech: Speech, signed_by: str) -> str:
    """Return what the summary is called where staff gave it no title of their own: after who signs it, since the title
    of the event may be that of a higher body; after the event alone as long as nobody signs.
    """
    title = speech.pick(event.title)
    if signed_by:
        title = f"{signed_by}{as_quoted_in(title, speech.pick(event.short_title))}"
    return f"{title}总结" if title.endswith("活动") else f"{title}活动总结"


def _words(text: str | None) -> list[Block]:
    """Return what staff wrote, a paragraph for each line."""
    return [Paragraph(line.strip()) for line in (text or "").split("\n") if line.strip()]


def _told(*sentences: tuple[str, Sequence[str]]) -> list[Block]:
    """Return one paragraph of the sentences that say anything, each with the keys of its numbers."""
    said = [(text, keys) for text, keys in sentences if text]
    text = "".join(text for text, _ in said)
    return [Paragraph(text, tuple(dict.fromkeys(key for _, keys in said for key in keys)))] if text else []


def _keys(numbers: Sequence[Number]) -> list[str]:
    return [one.key for one in numbers]


def _numbered(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with the pictures numbered as they come, drawn ones and photos alike."""
    found: list[Block] = []
    number = 0
    for block in blocks:
        if isinstance(block, Chart | Picture):
            number += 1
            block = replace(block, caption=f"图{number} {block.caption}")
        found.append(block)
    return found


# 开展情况


def _course(told: Told) -> list[Block]:
    basics, practice = _basics(told), _practice(told)
    if basics and practice:
        return [Heading(say.BASICS, 2), *basics, Heading(say.PRACTICE, 2), *practice]
    return basics or practice


def _basics(told: Told) -> list[Block]:
    event, pick, summary = told.event, told.speech.pick, told.summary
    organisers = {role: [pick(one.name) for one in event.organisers if one.role == role] for role in ROLES}
    held = [pick(one.title) for one in event.programme if one.id in summary.activities]
    days = told.overview.event_days
    stops, stations = _stops(told), _stations(told)
    return [
        *_words(summary.texts.get("opening")),
        *_told(
            (say.theme(on_one_line(event.theme.text_in("zh"), "zh"), organisers), ()),
            (say.days(days) if days else "", ("days",)),
            (say.places(*stops, *stations), ("stops", "stations")),
        ),
        *_told((say.activities(held), ()), (say.put_in(summary.quantities), ())),
    ]


def _stops(told: Told) -> tuple[list[str], int]:
    """Return the names of the stops with visits, by the day of the first ones, and how many more the pack no longer
    has.
    """
    visited = told.overview.whole.stops_visited
    by_first_day = dict.fromkeys(
        stop.id
        for figures in (*told.overview.days.values(), told.overview.whole)
        for stop in told.event.stops
        if stop.id in figures.stops_visited & visited
    )
    names = {stop.id: told.speech.pick(stop.name) for stop in told.event.stops}
    return [names[one] for one in by_first_day], len(visited - set(names))


def _stations(told: Told) -> tuple[list[str], int]:
    """Return the names of the booths where anything was recorded, in the pack's order, and how many more the pack no
    longer has.
    """
    at_work = told.overview.whole.booths_at_work
    names = {one.id: told.speech.pick(one.name) for one in told.event.stations}
    return [words for one, words in names.items() if one in at_work], len(at_work - set(names))


def _practice(told: Told) -> list[Block]:
    found = _words(told.summary.texts.get("practice"))
    chosen = set(told.summary.photos)
    for number, note in enumerate(told.notes, 1):
        keys = (f"notes.{note.about}",)
        said = say.note(note, told.year, number if len(told.notes) > 1 else None)
        found += [Paragraph(text, keys if at == 0 else ()) for at, text in enumerate(said)]
        for photo in note.photos:
            if photo.digest in chosen:
                chosen.discard(photo.digest)  # of two notes that show it, the first
                found.append(Picture(photo.digest, photo.caption or note.title or say.ABOUT[note.about]))
    return found


# 工作成效


def _results(told: Told) -> list[Block]:
    count = told.count
    found = _told(
        (say.visits(count("visits"), count("by_hand")), ("visits", "by_hand")),
        (say.by_day(told.days, count(day_key(None))), _keys(told.family("visits.day"))),
        (_by_stop(told), _keys(told.family("visits.stop"))),
    )
    rows = [(say.day_words(day, told.year), count) for day, count in told.days]
    found += _chart("各日参与人次", "columns", "人次", rows, _keys(told.family("visits.day")))
    asked = [_question(told, question) for question in told.event.check_in.questions]
    found += _told((say.answers([part for part, _, _ in asked]), [key for _, keys, _ in asked for key in keys]))
    found += [chart for _, _, charts in asked for chart in charts]
    found += _quiz(told)
    found += _voices(told)
    quantities = told.summary.quantities
    return [*found, *_told((say.came_of_it(quantities), ())), *_words(told.summary.texts.get("results"))]


def _by_stop(told: Told) -> str:
    return say.by_stop([(one.of or say.OTHER_PLACES, one.value) for one in told.family("visits.stop")])


def _question(told: Told, question: CheckInQuestion) -> tuple[str, Sequence[str], list[Block]]:
    """Return what visitors answered to one question: a part of a sentence, the keys of its numbers, and its picture."""
    found = told.family("answers", f"answers.{question.id}.")
    rows = [(one.of, one.value) for one in found]
    ordered = rows if question.id in say.IN_OWN_ORDER else ranked(rows)
    words = say.question_words(question.id, told.speech.pick(question.label))
    answered = int(told.count(f"answered.{question.id}"))
    keys = (f"answered.{question.id}", *_keys(found))
    text = say.by_answer(question.id, words, ordered, answered, int(told.count("visits")))
    return text, keys, _chart(f"参与人次（按{words}）", "bars", "人次", ordered, keys)


def _chart(
    caption: str, kind: str, unit: str, rows: Sequence[tuple[str, int | float]], keys: Sequence[str]
) -> list[Block]:
    """Return a picture of the rows where it shows more than their sentence does: of many rows, or of many people."""
    many = unit == "%" or sum(count for _, count in rows) >= FEWEST_FOR_SHARES
    return [Chart(caption, kind, unit, tuple(rows), tuple(keys))] if len(rows) > (1 if many else say.FEW) else []


def _quiz(told: Told) -> list[Block]:
    topics = told.family("quiz.topic")
    rows = ranked([(one.of or say.OTHER_TOPIC, one.value) for one in topics])
    questions = {question.id: told.speech.pick(question.text) for question in told.pack.questions}
    missed = [one for one in told.family("quiz.question") if one.value <= MISSED_BY_MANY and one.of in questions]
    rights = [(questions[one.of], one.value) for one in missed]
    return _told(
        (say.quiz(told.count("quiz.rounds"), told.count("quiz.players")), ("quiz.rounds", "quiz.players")),
        (say.topics(rows), _keys(topics)),
        (say.hardest(rights), _keys(missed)),
    ) + _chart("各主题答题正确率", "bars", "%", rows, _keys(topics))


def _voices(told: Told) -> list[Block]:
    count, cards = told.count, told.event.cards
    steps = told.family("satisfaction")
    levels = {one.key.partition(".")[2]: one.value for one in steps}
    rows = [(words, levels[level]) for level, words in say.SATISFACTION.items() if level in levels]
    souvenir = told.speech.pick(cards.souvenir) if cards.souvenir else ""
    satisfied = count("satisfied") or None
    share = ("satisfied",) if say.tells_share(rows, satisfied) else ()
    return _told(
        (say.tributes(count("tributes")), ("tributes",)),
        (say.cards(count("stamps"), count("souvenirs"), souvenir), ("stamps", "souvenirs")),
        (say.satisfaction(count("feedback"), rows, satisfied), ("feedback", *_keys(steps), *share)),
    ) + _chart("观众满意度", "bars", "份", rows, _keys(steps))


# 意见建议


def _advice(told: Told) -> list[Block]:
    found = told.family("suggestions")
    sentence = say.suggestions(ranked((one.of, one.value) for one in found))
    return [*_words(told.summary.texts.get("advice")), *_told((sentence, _keys(found)))]
