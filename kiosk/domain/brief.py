"""The daily brief (当日简报): what the office tells its superiors of a day in one short message, once it is closed.

Text in, text out: the frozen figures, the pack's words, what staff wrote down. Counts nothing, and says nothing of what
did not happen, unless there is nothing else to say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.domain.errors import N_
from kiosk.domain.event import Event
from kiosk.domain.punctuation import enumerated, runs_into_number, within_quotation
from kiosk.domain.tables import Rows, Speech, leading, ranked
from kiosk.domain.voices import SATISFACTION

# What such a message may have. Every character counts as one: a Chinese one, a letter, a digit, a mark, a space.
MOST_CHARACTERS = 300

LONGEST_LIST = 3  # places, kinds of visitors and notes: a message names a few

# What the picture shows, in this order, as far as there were any.
_ROWS = {
    "visits": N_("Visits, recorded by the kiosk"),
    "by_hand": N_("Counted by staff"),
    "check_ins": N_("Check-ins"),
    "quiz_rounds": N_("Quiz rounds"),
    "stamps": N_("Stamps"),
    "souvenirs": N_("Souvenirs"),
    "tributes": N_("Tributes"),
    "feedback": N_("Feedback received"),
}


@dataclass(frozen=True)
class BriefedDay:
    """What a brief is made from: `day` in words, empty where the clock was not known; the frozen `figures` as
    `statistics.plain` gives them; `notes`, what staff wrote down of that day, each in a few words; `undated`, visits
    that may be of that day and are in no figure of it.
    """

    event: Event
    day: str
    figures: dict
    notes: tuple[str, ...] = ()
    undated: int = 0

    def count(self, name: str) -> int:
        """Return a figure, 0 for one that is not there, or is below nothing because more was taken back than given."""
        return _whole(self.figures.get(name))

    def counts(self, name: str, within: str | None = None) -> dict[str, int]:
        """Return the figures of a table that are above nothing, by id; `within`: of one table in that table."""
        found = self.figures.get(name)
        if within is not None:
            found = found.get(within) if isinstance(found, dict) else None
        return {key: _whole(one) for key, one in found.items() if _whole(one)} if isinstance(found, dict) else {}


def brief_locale(event: Event) -> str:
    """Return the language of the brief: the office's, so Chinese wherever the pack has it."""
    return "zh" if "zh" in event.locales else event.locales[0]


def length(text: str) -> int:
    """Return how many characters a brief has, as `MOST_CHARACTERS` counts them."""
    return len(text)


def brief_text(told: BriefedDay, speech: Speech) -> str:
    """Return the brief: whole sentences, never more than `MOST_CHARACTERS` together. The same for the same figures."""
    # From the most to the least important; each gets its place only if those before it left room. Each may be said in
    # several ways, of which the later ones are shorter; in none where there is nothing to say.
    by_importance = [
        _lead(told, speech),
        _undated(told, speech),
        _theme(told, speech),
        _kinds(told, speech),
        _notes(told, speech) if brief_rows(told, speech) else [],
        _quiz(told, speech),
        _feedback(told, speech),
        _cards(told, speech),
        _tributes(told, speech),
    ]
    gap, said = " " if speech.locale == "en" else "", ""
    for variants in by_importance:
        longer = (said + gap * bool(said) + one for one in variants)
        said = next((text for text in longer if length(text) <= MOST_CHARACTERS), said)
    return said


def brief_rows(told: BriefedDay, speech: Speech) -> Rows:
    """Return the day's figures as (words, count), the visits first; nothing that is zero."""
    rows = [(speech.say(words), told.count(name)) for name, words in _ROWS.items()]
    return [(words, count) for words, count in rows if count]


def _lead(told: BriefedDay, speech: Speech) -> list[str]:
    """Return what was when and where, and how many came. With ever less of the names where those are very long."""
    if not brief_rows(told, speech):
        return _lead_without_figures(told, speech)
    counts, alone = _came(told, speech), speech.say(N_("%(clause)s."))
    found = []
    for title in (told.event.title, told.event.short_title):
        for places in dict.fromkeys((_places(told, speech), "")):
            opening = _opening(told, speech, speech.pick(title), places)
            if counts:
                found.append(speech.say(N_("%(opening)s; %(counts)s.")) % {"opening": opening, "counts": counts})
            else:
                found.append(alone % {"clause": opening})
    return [*found, alone % {"clause": counts[0].upper() + counts[1:]}] if counts else found


def _lead_without_figures(told: BriefedDay, speech: Speech) -> list[str]:
    """Return what staff did that day, or, of nothing at all, that there are no figures: an empty message is none."""
    found = []
    for title in map(speech.pick, (told.event.title, told.event.short_title)):
        for titles, is_all in _titles(told, speech):
            if is_all:
                text = N_("%(day)s, for %(title)s: %(titles)s.") if told.day else N_("For %(title)s: %(titles)s.")
            else:
                more = N_("%(day)s, for %(title)s: %(titles)s, and more.")
                text = more if told.day else N_("For %(title)s: %(titles)s, and more.")
            found.append(speech.say(text) % {"day": told.day, "title": title, "titles": titles})
    for title in map(speech.pick, (told.event.title, told.event.short_title)):
        text = N_("%(day)s, %(title)s: no figures.") if told.day else N_("%(title)s: no figures.")
        found.append(speech.say(text) % {"day": told.day, "title": title})
    return [*found, speech.say(N_("No figures."))]


def _opening(told: BriefedDay, speech: Speech, title: str, places: str) -> str:
    values = {"day": told.day, "title": title, "places": places}
    if told.day and places:
        return speech.say(N_("%(day)s, %(title)s: the kiosk stood in %(places)s")) % values
    if told.day:
        return speech.say(N_("%(day)s: %(title)s took place")) % values
    if places:
        return speech.say(N_("%(title)s: the kiosk stood in %(places)s")) % values
    return speech.say(N_("%(title)s took place")) % values


def _places(told: BriefedDay, speech: Speech) -> str:
    """Return the stops with the most visits by name; those that the pack no longer has stay unnamed."""
    visits = told.counts("by_stop")
    gone = set(visits) - {stop.id for stop in told.event.stops} - {""}
    names = _most((speech.pick(stop.name), visits.get(stop.id, 0)) for stop in told.event.stops)
    said = _list([name for name, _ in names[:LONGEST_LIST]], speech)
    return (
        speech.say(N_("%(places)s and elsewhere")) % {"places": said}
        if names and (gone or len(names) > LONGEST_LIST)
        else said
    )


def _came(told: BriefedDay, speech: Speech) -> str:
    """Return how many came: what the kiosk recorded and what staff counted side by side, never added up."""
    visits, people = told.count("visits"), told.count("by_hand")
    recorded = _amount(speech, visits, N_("%(n)s visit"), N_("%(n)s visits"))
    counted = _amount(speech, people, N_("%(n)s person"), N_("%(n)s people"))
    values = {"visits": recorded, "people": counted}
    if visits and people:
        both = N_("the kiosk recorded %(visits)s, and staff counted %(people)s by hand; the two are kept apart")
        that_day = N_(
            "the kiosk recorded %(visits)s that day, and staff counted %(people)s by hand; the two are kept apart"
        )
        return speech.say(that_day if told.day else both) % values
    if visits:
        text = N_("the kiosk recorded %(visits)s that day") if told.day else N_("the kiosk recorded %(visits)s")
        return speech.say(text) % values
    if people:
        text = N_("staff counted %(people)s by hand that day") if told.day else N_("staff counted %(people)s by hand")
        return speech.say(text) % values
    return ""


def _undated(told: BriefedDay, speech: Speech) -> list[str]:
    """Return how many came before the clock was set: else a morning would be missing without a word."""
    if not told.undated:
        return []
    visits = _amount(speech, told.undated, N_("%(n)s visit"), N_("%(n)s visits"))
    return [speech.say(N_("Not in these figures: %(visits)s from before the clock was set.")) % {"visits": visits}]


def _theme(told: BriefedDay, speech: Speech) -> list[str]:
    """Return the theme word for word, in this language only as its organisers approved it."""
    text = told.event.theme.text_in(speech.locale)
    if not text:
        return []
    return [speech.say(N_("Its theme: “%(theme)s”.")) % {"theme": within_quotation(text)}]


def _kinds(told: BriefedDay, speech: Speech) -> list[str]:
    """Return who came, by the pack's first question; whoever left it out is left out here too."""
    question = next(iter(told.event.check_in.questions), None)
    if question is None:
        return []
    counted = told.counts("by_answer", question.id)
    named = [(speech.pick(option.label), counted.get(option.id, 0)) for option in question.options]
    gone = sum(counted.values()) - sum(count for _, count in named)
    rows = _most([*named, (speech.say(N_("choices no longer there")), gone)])
    # Of those that came most often, none that is left out came as often.
    told_of = leading(rows, LONGEST_LIST, LONGEST_LIST)
    items = [_visits_of(words, count, speech) for words, count in told_of]
    all_of_them = len(told_of) == len(rows)
    text = N_("Among the visits: %(rows)s.") if all_of_them else N_("Among the visits, most were: %(rows)s.")
    return [speech.say(text) % {"rows": _list(items, speech)}] if items else []


def _visits_of(words: str, visits: int, speech: Speech) -> str:
    text = N_("%(words)s: %(visits)s") if runs_into_number(words) else N_("%(words)s %(visits)s")
    return speech.say(text) % {"words": words, "visits": visits}


def _notes(told: BriefedDay, speech: Speech) -> list[str]:
    """Return what staff wrote down, no title ever cut: all of it, else the first few and that there was more."""
    found = []
    for titles, is_all in _titles(told, speech):
        text = N_("Also that day: %(titles)s.") if is_all else N_("Also that day: %(titles)s, and more.")
        found.append(speech.say(text) % {"titles": titles})
    return found


def _titles(told: BriefedDay, speech: Speech) -> list[tuple[str, bool]]:
    """Return the notes in ever fewer words, each time with whether these are all of them."""
    titles = [title for title in (one.rstrip("。；;.， ") for one in dict.fromkeys(told.notes)) if title]
    gap = speech.say(N_("; "))
    return [(gap.join(titles[:many]), many == len(titles)) for many in range(min(len(titles), LONGEST_LIST), 0, -1)]


def _quiz(told: BriefedDay, speech: Speech) -> list[str]:
    rounds, players = told.count("quiz_rounds"), told.count("quiz_players")
    values = {
        "rounds": _amount(speech, rounds, N_("%(n)s round"), N_("%(n)s rounds")),
        "people": _amount(speech, players, N_("%(n)s person"), N_("%(n)s people")),
    }
    if not rounds:
        return []
    if not players:
        return [speech.say(N_("Practice quiz: %(rounds)s finished.")) % values]
    return [speech.say(N_("Practice quiz: %(rounds)s finished by %(people)s.")) % values]


def _feedback(told: BriefedDay, speech: Speech) -> list[str]:
    received, steps = told.count("feedback"), told.counts("satisfaction")
    if not received:
        return []
    item, received_only = speech.say(N_("%(words)s %(feedback)s")), speech.say(N_("Feedback from visitors: %(n)s."))
    items = [
        item % {"words": speech.say(words), "feedback": steps[level]}
        for level, words in SATISFACTION.items()
        if level in steps
    ]
    # Of all the steps or of none: to name only the good ones would be another message.
    detailed = speech.say(N_("Feedback from visitors: %(n)s; of these: %(rows)s."))
    values = {"n": received, "rows": _list(items, speech)}
    return [detailed % values, received_only % values] if items else [received_only % values]


def _cards(told: BriefedDay, speech: Speech) -> list[str]:
    values = {"stamps": told.count("stamps"), "souvenirs": told.count("souvenirs")}
    if all(values.values()):
        return [speech.say(N_("Stamps put on cards: %(stamps)s; souvenirs given out: %(souvenirs)s.")) % values]
    if values["stamps"]:
        return [speech.say(N_("Stamps put on cards: %(stamps)s.")) % values]
    return [speech.say(N_("Souvenirs given out: %(souvenirs)s.")) % values] if values["souvenirs"] else []


def _tributes(told: BriefedDay, speech: Speech) -> list[str]:
    paid = told.count("tributes")
    return [speech.say(N_("Tributes paid to scientists: %(n)s.")) % {"n": paid}] if paid else []


def _most(rows: Iterable[tuple[str, int]]) -> Rows:
    """Return the rows above nothing, the largest first; of equal ones the first first."""
    return ranked((words, count) for words, count in rows if count)


def _list(items: Sequence[str], speech: Speech) -> str:
    return enumerated(items, speech.say(N_(", ")))


def _amount(speech: Speech, count: int, one: str, many: str) -> str:
    return speech.say(one if count == 1 else many) % {"n": count}


def _whole(value: object) -> int:
    """Return a figure that is above nothing, else 0; entries of other devices may hold anything."""
    return max(0, value) if isinstance(value, int) and not isinstance(value, bool) else 0
