"""What is attached to the official summary: the table of quantities, and by which rules its numbers were counted.

Counts nothing; the rules are told by whoever counts (`statistics.RULES`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from kiosk.domain import summary_words as say
from kiosk.domain.clock import TRUSTS
from kiosk.domain.document import Attachment, Block, Cell, Paragraph, Table
from kiosk.domain.numbers import FAMILIES, GONE, Number
from kiosk.domain.statistics import CARDS_COUNT, RULES, Figures
from kiosk.domain.summary import QUANTITIES
from kiosk.domain.summary_told import Told

# The lines of the table, by number; days and parts of the whole are told elsewhere.
LINES = (
    *("visits", "by_hand", "check_ins", "days", "stops", "stations", "stamps", "souvenirs"),
    *("quiz.rounds", "quiz.players", "tributes", "feedback"),
)
# Of the notes those that are events of their own.
NOTED = ("visit", "round_table", "lecture", "outreach", "award", "group")
DISTRICT = "district"
MOST_COLUMNS = 5


def attachments(told: Told, body: Sequence[Block]) -> tuple[Attachment, ...]:
    """Return what is attached, without what would be empty."""
    table = list(_quantities(told))
    found = []
    if table:
        found.append(Attachment(say.TABLE_TITLE, tuple(table)))
    if rules := _rules(told, [*body, *table]):
        found.append(Attachment(say.RULES_TITLE, tuple(rules)))
    return tuple(found)


def _quantities(told: Told) -> Iterator[Block]:
    rows: list[tuple[Cell, ...]] = []
    keys = [key for key in LINES if key in told.numbers]
    for key in keys:
        number = told.numbers[key]
        name = told.speech.say(FAMILIES[number.family].name)
        rows.append((name, told.speech.say(number.unit), number.value, _source(told, number)))
    for key in (f"notes.{about}" for about in NOTED):
        if key in told.numbers:
            keys.append(key)
            number = told.numbers[key]
            rows.append((say.ABOUT[key.partition(".")[2]], told.speech.say(number.unit), number.value, say.ENTERED))
    for one, item in QUANTITIES.items():
        if quantity := told.summary.quantities.get(one):
            rows.append((told.speech.say(item.name), told.speech.say(item.unit), quantity, say.REPORTED))
    if rows:
        note = say.apart() if {"visits", "by_hand"} <= set(keys) else ""
        yield Table("", say.TABLE_HEAD, tuple(rows), note, tuple(keys))
    if table := _districts(told):
        yield table


def _source(told: Told, number: Number) -> str:
    """Return where a number comes from: from both, where people counted by hand make a part of it."""
    whole = told.overview.whole
    counts = {
        "by_hand": ([], [whole.by_hand.people]),
        "days": (whole.recorded, [whole.by_hand.people]),
        "stations": (whole.cards.by_station.values(), whole.by_hand.by_station.values()),
    }
    sources = zip((say.RECORDED, say.ENTERED), counts.get(number.key, ([1], [])), strict=True)
    return "、".join(source for source, counted in sources if any(count > 0 for count in counted))


def _districts(told: Told) -> Table | None:
    """Return the visits by day and district, None where there is only one of either."""
    question = told.event.check_in.question(DISTRICT)
    days = [(say.day_words(day, told.year), figures) for day, figures in told.overview.days.items() if figures.visits]
    if told.overview.no_day.visits:
        days.append((say.DAY_NOT_KNOWN, told.overview.no_day))
    found = told.family("answers", f"answers.{DISTRICT}.")
    if question is None or len(days) < 2 or len(found) < 2:
        return None
    ids = [one.key.removeprefix(f"answers.{DISTRICT}.") for one in found]
    gone = [one for one in told.overview.whole.visits_by_answer[DISTRICT] if question.option(one) is None]
    columns: list[tuple[str, list[str]]] = [
        (one.of, gone if id_ == GONE else [id_]) for one, id_ in zip(found, ids, strict=True)
    ]
    if len(days) > MOST_COLUMNS and len(columns) > MOST_COLUMNS:
        order = sorted(range(len(found)), key=lambda at: -found[at].value)
        kept = sorted(order[: MOST_COLUMNS - 1])
        rest = [id_ for at, (_, of) in enumerate(columns) if at not in kept for id_ in of]
        columns = [*(columns[at] for at in kept), (say.OTHER_DISTRICTS, rest)]

    def cells(figures: Figures) -> list[int]:
        counted = figures.visits_by_answer.get(DISTRICT, Counter())
        of = [sum(counted.get(one, 0) for one in ids) for _, ids in columns]
        return [*of, figures.visits - sum(of), figures.visits]

    head = [*(words for words, _ in columns), say.NOT_ANSWERED, say.TOTAL]
    lines = [(words, cells(figures)) for words, figures in days]
    lines.append((say.TOTAL, cells(told.overview.whole)))
    first = "日期"
    if len(days) <= MOST_COLUMNS < len(columns):
        # The few stand side by side, the many below each other.
        first, head, lines = (
            "地区",
            [words for words, _ in lines],
            [(words, [numbers[at] for _, numbers in lines]) for at, words in enumerate(head)],
        )
    empty = {at for at in range(len(head)) if not any(numbers[at] for _, numbers in lines)}
    rows = [
        (words, *(number or "—" for at, number in enumerate(numbers) if at not in empty))
        for words, numbers in lines
        if any(numbers)
    ]
    shown = (first, *(words for at, words in enumerate(head) if at not in empty))
    keys = (*(one.key for one in found), *(one.key for one in told.family("visits.day")), "visits")
    return Table("各日各地区参与人次（设备记录）", shown, tuple(rows), "", keys)


def _rules(told: Told, blocks: Sequence[Block]) -> list[Block]:
    """Return the rule of every number that was told, and which entries they rest on."""
    keys = {key for block in blocks for key in getattr(block, "numbers", ())}
    told_families = {told.numbers[key].family for key in keys if key in told.numbers}
    rows = tuple(
        (told.speech.say(family.name), "".join(told.speech.say(sentence) for sentence in _rule(told, name)))
        for name, family in FAMILIES.items()
        if name in told_families
    )
    found: list[Block] = []
    if told.basis and rows:
        found.append(Paragraph(say.BASIS))
        found += [Paragraph(say.basis(one.device[:8], one.first, one.last, one.entries)) for one in told.basis]
        counted = {trust: sum(one.clocks.get(trust, 0) for one in told.basis) for trust in TRUSTS}
        found.append(Paragraph(say.clocks(counted)))
        if told.is_over:
            found.append(Paragraph(say.AFTER_CLOSING))
    if rows:
        found.append(Table("", say.RULES_HEAD, rows))
    return found


def _rule(told: Told, family: str) -> tuple[str, ...]:
    """Return the rule of a family, in sentences of the kiosk's own words."""
    of_cards = family == "visits" and told.event.stations and told.event.cards.counts_visit
    return RULES[family] + (CARDS_COUNT if of_cards else ())
