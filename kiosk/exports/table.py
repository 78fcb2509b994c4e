"""The log as a table: CSV, NDJSON and XLSX from the rows of the log. One order of columns for all three.

Gets rows as tuples in the order of `domain.entry.FIELDS` with `answers` and `details` as JSON text; memory does not
grow with their number.
"""

import codecs
import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import xlsxwriter

from kiosk.domain.entry import FIELDS

# A spreadsheet runs a cell that begins with one of these; the last four are what East Asian input methods type.
_RUNNABLE = frozenset("=+-@\t\r\n＝＋－＠")
_ANSWERS = FIELDS.index("answers")
_DETAILS = FIELDS.index("details")
_KIND = FIELDS.index("kind")
_HEAD = FIELDS[:_ANSWERS]
_TAIL = FIELDS[_ANSWERS + 1 :]

# Excel's own limit, one row of it for the headings.
SHEET_ROWS = 1_048_575


@dataclass(frozen=True)
class Labels:
    """The words: for a question's option, a suggestion, a stop, a station."""

    options: dict[str, dict[str, str]] = field(default_factory=dict)
    suggestions: dict[str, str] = field(default_factory=dict)
    stops: dict[str, str] = field(default_factory=dict)
    stations: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Columns:
    """Which columns the table has: the entry's fields, a column per question, and with `labels` their words."""

    questions: tuple[str, ...]
    labels: Labels | None = None

    def names(self) -> list[str]:
        """Return the names in the first line, in order."""
        answers = []
        for question in self.questions:
            answers.append(f"answers.{question}")
            if self.labels:
                answers.append(f"answers.{question}.label")
        names = [*_HEAD, *answers, *_TAIL]
        return [*names, "stop.label", "station.label", "suggestions.label"] if self.labels else names


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


def _table(rows: Iterable[tuple], columns: Columns) -> Iterator[tuple]:
    """Yield the cells of each row: text made safe, None for an empty one."""
    spread, labels = _Spread(columns), columns.labels
    stop, station = FIELDS.index("stop"), FIELDS.index("station")
    after = _ANSWERS + 1
    for row in rows:
        # Looked at first and changed only where needed: a million rows pass here and hardly one has such a cell.
        for cell in row:
            if type(cell) is str and cell[:1] in _RUNNABLE:
                row = tuple(safe_cell(cell) if type(cell) is str else cell for cell in row)
                break
        cells = row[:_ANSWERS] + spread(row[_ANSWERS]) + row[after:]
        if labels:
            places = (safe_cell(labels.stops.get(row[stop], "")), safe_cell(labels.stations.get(row[station], "")))
            cells += (*places, _suggested(row, labels) if row[_KIND] == "feedback" else "")
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
    writer.writerows(_table(rows, columns))
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


def write_xlsx(
    rows: Iterable[tuple],
    columns: Columns,
    file: BinaryIO,
    *,
    heading: Callable[[str], str] = str,
    sheet_name: str = "log",
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """Write a workbook; `heading` gives a column name's words. More rows than a sheet holds go on in further sheets."""
    sink = _Sink(file)
    book = xlsxwriter.Workbook(
        sink,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    names = columns.names()
    sheet, at, number = None, 0, 0
    for row in _table(rows, columns):
        if sheet is None or at > sheet_rows:
            number += 1
            sheet, at = _sheet(book, sheet_name, number, names, heading, bold), 1
        for column, cell in enumerate(row):
            if type(cell) is int:
                sheet.write_number(at, column, cell)
            elif cell:
                sheet.write_string(at, column, cell)
        at += 1
    if sheet is None:
        _sheet(book, sheet_name, 1, names, heading, bold)
    try:
        book.close()
    except BaseException:
        sink.give_up()
        raise


class _Sink:
    """The workbook's file until writing fails; then nowhere: its half-made archive tries to finish itself once more."""

    def __init__(self, file: BinaryIO):
        self._file: BinaryIO = file

    def give_up(self) -> None:
        self._file = io.BytesIO()

    def __getattr__(self, name: str):
        return getattr(self._file, name)


def _sheet(book, name: str, number: int, names: list[str], heading: Callable[[str], str], bold):
    sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 1, 38)
    sheet.set_column(2, len(names) - 1, 14)
    for column, one in enumerate(names):
        sheet.write_string(0, column, heading(one), bold)
    return sheet


FORMATS = {"csv": write_csv, "ndjson": write_ndjson, "xlsx": write_xlsx}
