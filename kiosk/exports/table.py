"""The log as a table: CSV and NDJSON from the rows of the log, and the cells of the workbook. One order of columns
for all three.

Gets rows as tuples in the order of `domain.entry.FIELDS` with `answers` and `details` as JSON text; memory does not
grow with their number.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from kiosk.domain import clock
from kiosk.domain.cell import QUARTER_MS
from kiosk.domain.entry import FIELDS
from kiosk.domain.statistics import counted

# A spreadsheet runs a cell that begins with one of these; the last four are what East Asian input methods type.
_RUNNABLE = frozenset("=+-@\t\r\n＝＋－＠")
_ANSWERS = FIELDS.index("answers")
_DETAILS = FIELDS.index("details")
_KIND = FIELDS.index("kind")
_DEVICE, _SEQ = FIELDS.index("device"), FIELDS.index("seq")
_EVENT, _PARTY, _WALL, _CLOCK = (FIELDS.index(name) for name in ("event", "party_size", "wall_ms", "clock"))
_HEAD = FIELDS[:_ANSWERS]
_TAIL = FIELDS[_ANSWERS + 1 :]


_FIRST_DAY = datetime(1899, 12, 30)  # day 0 of every spreadsheet, as far as dates after 1900 go


@dataclass(frozen=True)
class Labels:
    """The words: for a question's option, a suggestion, a stop, a station."""

    options: dict[str, dict[str, str]] = field(default_factory=dict)
    suggestions: dict[str, str] = field(default_factory=dict)
    stops: dict[str, str] = field(default_factory=dict)
    stations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Counting:
    """What lets a reader add up rows without knowing what each kind of entry means: columns at the table's end.

    `event`: of which entries count, None for all. `zone`: that of local times, None where it is not known. `kinds`: in
    words. `yes`: the word for a row that was voided. `closed`: the last number of each device that counts no more,
    because the event was closed after it.
    """

    event: str | None
    zone: ZoneInfo | None
    kinds: dict[str, str]
    yes: str
    closed: dict[str, int] = field(default_factory=dict)

    NAMES = ("local_time", "kind.label", "voided", "visits", "by_hand")


@dataclass(frozen=True)
class Columns:
    """Which columns the table has: the entry's fields, a column per question, with `labels` their words, and those of
    `counting`, for which a row has one item more: whether it was voided.
    """

    questions: tuple[str, ...]
    labels: Labels | None = None
    counting: Counting | None = None

    def names(self) -> list[str]:
        """Return the names in the first line, in order."""
        answers = []
        for question in self.questions:
            answers.append(f"answers.{question}")
            if self.labels:
                answers.append(f"answers.{question}.label")
        names = [*_HEAD, *answers, *_TAIL]
        names += ["stop.label", "station.label", "suggestions.label"] if self.labels else []
        return names + list(Counting.NAMES) if self.counting else names


def safe_cell(text: str) -> str:
    """Return `text` so that no spreadsheet runs it as a formula."""
    return "'" + text if text and text[0] in _RUNNABLE else text


class _Spread:
    """Spreads an entry's answers over the question columns. The same few texts come again and again."""

    def __init__(self, columns: Columns):
        self._columns = columns
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, text: str) -> tuple[str, ...]:
        known = self._known.get(text)
        if known is None:
            if len(self._known) > 50_000:
                self._known.clear()
            known = self._known[text] = tuple(self._cells(json.loads(text)))
        return known

    def _cells(self, answers: dict[str, dict[str, int]]) -> Iterator[str]:
        labels = self._columns.labels
        for question in self._columns.questions:
            counts = sorted(answers.get(question, {}).items())
            yield safe_cell(";".join(f"{option}:{count}" for option, count in counts))
            if labels:
                words = labels.options.get(question, {})
                yield safe_cell(";".join(f"{words.get(option, option)}:{count}" for option, count in counts))


class _Counted:
    """The cells of `Counting` for a row."""

    def __init__(self, counting: Counting):
        self._event, self._zone, self._yes = counting.event, counting.zone, counting.yes
        self._kinds, self._closed = counting.kinds, counting.closed
        self._quarters: dict[int, float] = {}

    def __call__(self, row: tuple) -> tuple:
        kind, is_voided = row[_KIND], row[-1]
        counts = not is_voided and (self._event is None or row[_EVENT] == self._event)
        counts = counts and row[_SEQ] > self._closed.get(row[_DEVICE], 0)
        visits, by_hand = counted(kind, row[_PARTY]) if counts else (None, None)
        when = self._local(row[_WALL]) if self._zone and clock.is_known(row[_CLOCK]) else None
        return when, self._kinds.get(kind, kind), self._yes if is_voided else None, visits, by_hand

    def _local(self, wall_ms: int) -> float:
        """Return the local time as spreadsheets have it, in days, and as a float even at midnight; to the second and
        never rounded up, so that it is in the hour in which the entry is counted.
        """
        quarter, rest = divmod(wall_ms, QUARTER_MS)
        begin = self._quarters.get(quarter)
        if begin is None:
            if len(self._quarters) > 50_000:
                self._quarters.clear()
            local = clock.local(quarter * QUARTER_MS, self._zone).replace(tzinfo=None)
            begin = self._quarters[quarter] = (local - _FIRST_DAY).total_seconds()
        return (begin + rest // 1000) / 86_400


def table(rows: Iterable[tuple], columns: Columns) -> Iterator[tuple]:
    """Yield the cells of each row: text made safe, None for an empty one, a float for a time."""
    spread, labels = _Spread(columns), columns.labels
    counts = _Counted(columns.counting) if columns.counting else None
    stop, station = FIELDS.index("stop"), FIELDS.index("station")
    after, end = _ANSWERS + 1, len(FIELDS)
    for row in rows:
        # Looked at first and changed only where needed: a million rows pass here and hardly one has such a cell.
        for cell in row:
            if type(cell) is str and cell[:1] in _RUNNABLE:
                row = tuple(safe_cell(cell) if type(cell) is str else cell for cell in row)
                break
        cells = row[:_ANSWERS] + spread(row[_ANSWERS]) + row[after:end]
        if labels:
            places = (safe_cell(labels.stops.get(row[stop], "")), safe_cell(labels.stations.get(row[station], "")))
            cells += (*places, _suggested(row, labels) if row[_KIND] == "feedback" else "")
        if counts:
            cells += counts(row)
        yield cells


def _suggested(row: tuple, labels: Labels) -> str:
    """Return the words of what a row of feedback suggests, the ids of what has none."""
    suggestions = json.loads(row[_DETAILS]).get("suggestions", ())
    return safe_cell(";".join(labels.suggestions.get(one, one) for one in suggestions))


def write_csv(rows: Iterable[tuple], columns: Columns, file: BinaryIO) -> None:
    """Write UTF-8 with a byte order mark, one line per entry under the exact field names."""
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns.names())
    writer.writerows(table(rows, columns))
    text.flush()
    text.detach()


def write_ndjson(rows: Iterable[tuple], columns: Columns, file: BinaryIO) -> None:
    """Write one JSON object a line, exactly the entry's fields; `answers` and `details` are objects."""
    del columns
    for row in rows:
        values = list(row)
        values[_ANSWERS], values[_DETAILS] = json.loads(row[_ANSWERS]), json.loads(row[_DETAILS])
        line = json.dumps(dict(zip(FIELDS, values, strict=True)), ensure_ascii=False, separators=(",", ":"))
        file.write(line.encode() + b"\n")
