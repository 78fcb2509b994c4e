"""The office's workbook: a summary first, a sheet for each table with a chart beside it, and the log itself last.

Values in, XLSX out; what stands in the tables is not decided here. Every text is written as a text, so nothing in it
runs. The log's rows pass through one by one, and memory does not grow with their number.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

from kiosk.exports.table import Columns, table

# Excel's own limit, one row of it for the headings.
SHEET_ROWS = 1_048_575

LONGEST_NAME = 31  # of a sheet, in UTF-16 units as Excel counts

Cell = str | int | float | date | None
"""Numbers with a fraction are shares, shown as percentages."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f￾￿]")
_RESERVED = {"history"}  # Excel's own sheet of tracked changes
_FRONT_WIDTHS = (24, 78)
_HEAD_ROW = 2  # above it the title and a line of explanation
_PALETTE = ("#0C4A5A", "#F4A836", "#8A2C1B", "#1D5636")
_LONGEST = {"bar": 24, "column": 92}  # categories beyond these could not be told apart on paper


@dataclass(frozen=True)
class Chart:
    """A native chart of some of a table's columns, by its first one: bars for words, columns along time."""

    columns: tuple[int, ...]
    kind: str = "bar"
    shares: bool = False  # of 100 percent
    rows: int | None = None  # only of so many


@dataclass(frozen=True)
class Table:
    """One sheet: `widths` in characters, one a heading; `total` is its last line; `note` says what is counted."""

    name: str
    title: str
    note: str
    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: list[tuple[Cell, ...]]
    total: tuple[Cell, ...] | None = None
    chart: Chart | None = None


Lines = Iterable[tuple[str, Cell]]
"""(words, value) of the summary; a heading has None for a value."""


@dataclass(frozen=True)
class Book:
    """What stands before the log. `ending` gives the summary's last lines once the log is written, from the names of
    its sheets.
    """

    name: str
    title: str
    lines: list[tuple[str, Cell]]
    tables: list[Table]
    ending: Callable[[list[str]], Lines]
    log_name: str
    log_rows: int = SHEET_ROWS


class Names:
    """Names of sheets that every spreadsheet takes, each given once."""

    def __init__(self):
        self._taken = set(_RESERVED)

    def __call__(self, wanted: str) -> str:
        """Return a name as close to the one wanted as can be."""
        plain = _FORBIDDEN.sub(" ", wanted).strip().strip("'").strip() or "_"
        number, ending = 1, ""
        while (name := _short(plain, LONGEST_NAME - len(ending)) + ending).casefold() in self._taken:
            number += 1
            ending = f" ({number})"
        self._taken.add(name.casefold())
        return name


def _short(text: str, most: int) -> str:
    cut = text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")
    return cut if cut == text else cut.rstrip().rstrip("'")


class _Formats:
    """The looks of cells in one workbook."""

    def __init__(self, book: xlsxwriter.Workbook):
        line = {"border": 1, "border_color": "#D3CBB6", "valign": "vcenter"}
        head = {"bold": True, "text_wrap": True, "bg_color": "#E3EBE9", **line}
        self.title = book.add_format({"bold": True, "font_size": 16, "font_color": "#0D3A53"})
        self.note = book.add_format({"font_color": "#2F4454", "valign": "vcenter"})
        self.section = book.add_format({"bold": True, "font_size": 12, "font_color": "#0D3A53", "bottom": 1})
        self.label = book.add_format({"valign": "top", "text_wrap": True, "font_color": "#2F4454"})
        self.value = book.add_format({"valign": "top", "text_wrap": True, "align": "left", "num_format": "#,##0"})
        self.log_head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.head = book.add_format(head)
        self.number_head = book.add_format({**head, "align": "right"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._of_cells = {
            (kind, is_total): book.add_format({**line, **look, **({"bold": True, "top": 2} if is_total else {})})
            for kind, look in {
                str: {"text_wrap": True},
                int: {"num_format": "#,##0"},
                float: {"num_format": "0.0%"},
                date: {"num_format": "yyyy-mm-dd", "align": "left"},
                type(None): {},
            }.items()
            for is_total in (False, True)
        }

    def of(self, cell: Cell, is_total: bool):
        return self._of_cells[type(cell), is_total]


def write_figures(book: Book, file: BinaryIO) -> None:
    """Write a workbook of what `book` says alone, without the log: what may be passed on."""
    write_xlsx(None, None, file, book=book)


def write_xlsx(
    rows: Iterable[tuple] | None,
    columns: Columns | None,
    file: BinaryIO,
    *,
    heading: Callable[[str], str] = str,
    book: Book | None = None,
    sheet_name: str = "log",
    sheet_rows: int = SHEET_ROWS,
    scratch: Path | None = None,
) -> None:
    """Write a workbook: what `book` says, then the log; `heading` gives a column name's words. More rows than a sheet
    holds go on in further sheets; None for no log at all. `scratch`: where the sheets wait to be packed, six times as
    large as the log.
    """
    sink = _Sink(file)
    out = xlsxwriter.Workbook(
        sink,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": scratch,
            # Only where it is needed: a full sheet of long entries is larger than the old format of archives can say.
            "use_zip64": True,
        },
    )
    try:
        formats, names = _Formats(out), Names()
        front = None
        if book:
            sheet_name, sheet_rows = book.log_name, book.log_rows
            front = _Front(out.add_worksheet(names(book.name)), formats, book)
        log_name = names(sheet_name) if rows is not None else ""
        if book:
            for one in book.tables:
                _add_table(out, names(one.name), one, formats)
        if rows is not None:
            log_names = list(_log_sheets(out, log_name, names, sheet_rows, rows, columns, heading, formats))
            if front:
                front.lines(book.ending(log_names))
        out.close()
    except BaseException:
        sink.give_up()
        _let_go(out)
        raise


class _Sink:
    """The workbook's file until writing fails; then nowhere: its half-made archive tries to finish itself once more."""

    def __init__(self, file: BinaryIO):
        self._file: BinaryIO = file

    def give_up(self) -> None:
        self._file = io.BytesIO()

    def __getattr__(self, name: str):
        return getattr(self._file, name)


def _let_go(out: xlsxwriter.Workbook) -> None:
    """Close the files in which the sheets of a workbook that failed wait, so that they take no more room."""
    for sheet in out.worksheets():
        waiting = getattr(sheet, "row_data_fh", None)
        if waiting:
            with suppress(OSError):
                waiting.close()


class _Front:
    """The summary's sheet. It stays open while the others are written, so that its last lines can tell of them."""

    def __init__(self, sheet, formats: _Formats, book: Book):
        self._sheet, self._formats, self._at = sheet, formats, 1
        _for_paper(sheet, book.title, is_landscape=False)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, _FRONT_WIDTHS[0])
        sheet.set_column(1, 1, _FRONT_WIDTHS[1])
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, book.title, formats.title)
        self.lines(book.lines)

    def lines(self, lines: Lines) -> None:
        for words, value in lines:
            if value is None:
                self._at += 1
                self._sheet.set_row(self._at, 20)
                self._sheet.write_string(self._at, 0, words, self._formats.section)
                self._sheet.write_blank(self._at, 1, None, self._formats.section)
            else:
                self._sheet.set_row(self._at, _height(_FRONT_WIDTHS, (words, value)))
                self._sheet.write_string(self._at, 0, words, self._formats.label)
                _write(self._sheet, self._at, 1, value, self._formats.value)
            self._at += 1


def _add_table(out: xlsxwriter.Workbook, name: str, one: Table, formats: _Formats) -> None:
    sheet = out.add_worksheet(name)
    _for_paper(sheet, one.title)
    sheet.repeat_rows(0, _HEAD_ROW)
    sheet.freeze_panes(_HEAD_ROW + 1, 1)
    for column, width in enumerate(one.widths):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 26)
    sheet.write_string(0, 0, one.title, formats.title)
    sheet.set_row(1, 20)
    sheet.write_string(1, 0, one.note, formats.note)
    sheet.set_row(_HEAD_ROW, max(22, _height(one.widths, one.head)))
    filled = [type(next((row[at] for row in one.rows if row[at] is not None), "")) for at in range(len(one.head))]
    for column, words in enumerate(one.head):
        is_number = filled[column] in (int, float)
        sheet.write_string(_HEAD_ROW, column, words, formats.number_head if is_number else formats.head)
    for at, row in enumerate([*one.rows, *([one.total] if one.total else [])], _HEAD_ROW + 1):
        is_total = at > _HEAD_ROW + len(one.rows)
        sheet.set_row(at, _height(one.widths, row))
        for column, cell in enumerate(row):
            _write(sheet, at, column, cell, formats.of(cell, is_total))
    if one.chart and one.rows and one.chart.rows != 0:
        sheet.insert_chart(_HEAD_ROW + 1, len(one.head) + 1, _chart(out, name, one))


def _height(widths: tuple[int, ...], cells: tuple[Cell, ...]) -> float:
    """Return the height of a row in which every text is seen to its end: not every program finds it by itself."""
    lines = (
        sum(ceil(max(1, sum(2 if ord(one) > 0x2E7F else 1 for one in part)) / (width - 2)) for part in cell.split("\n"))
        for width, cell in zip(widths, cells, strict=True)
        if isinstance(cell, str)
    )
    return min(4 + 15 * max(lines, default=1), 400)


def _write(sheet, row: int, column: int, cell: Cell, look) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell, look)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, look)
    elif cell is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, cell, look)


def _chart(out: xlsxwriter.Workbook, name: str, one: Table):
    """Return the chart of a table's first rows. Words are named by their cells: as text they could be a formula."""
    wanted = one.chart
    shown = one.rows[: min(_LONGEST[wanted.kind], wanted.rows or len(one.rows))]
    chart = out.add_chart({"type": wanted.kind})
    first, last = _HEAD_ROW + 1, _HEAD_ROW + len(shown)
    for number, column in enumerate(wanted.columns):
        # Viewers that do not calculate show what is kept with the chart; XlsxWriter has forgotten the cells by then.
        chart.add_series(
            {
                "name": [name, _HEAD_ROW, column],
                "name_data": [one.head[column]],
                "categories": [name, first, 0, last, 0],
                "categories_data": [_plain(row[0]) for row in shown],
                "values": [name, first, column, last, column],
                "values_data": [row[column] for row in shown],
                "fill": {"color": _PALETTE[number % len(_PALETTE)]},
                "gap": 60,
                # No 0 over every hour of the night.
                "data_labels": {"value": True, "num_format": "0%" if wanted.shares else "#,##0;-#,##0;"},
            }
        )
    chart.set_title({"name": [name, 0, 0], "data": [one.title], "name_font": {"size": 13}, "overlay": False})
    if len(wanted.columns) > 1:
        chart.set_legend({"position": "bottom"})
    else:
        chart.set_legend({"none": True})
    most = max((row[column] for row in shown for column in wanted.columns), default=0)
    scale = {"min": 0, "num_format": "0%" if wanted.shares else "#,##0", "major_gridlines": {"visible": False}}
    scale |= {"max": 1} if wanted.shares else {}
    scale |= {"major_unit": 1} if not wanted.shares and most < 5 else {}
    along = {"num_format": "m-d", "text_axis": True} if isinstance(shown[0][0], date) else {}
    if wanted.kind == "bar":
        # Otherwise the first row stands at the bottom.
        chart.set_x_axis(scale | {"visible": False})
        chart.set_y_axis({"reverse": True, "major_gridlines": {"visible": False}})
    else:
        chart.set_x_axis(along)
        chart.set_y_axis(scale)
    tall = 120 + 34 * len(shown) * len(wanted.columns) if wanted.kind == "bar" else 380
    chart.set_size({"width": 620, "height": min(max(tall, 260), 900)})
    return chart


def _plain(cell: Cell) -> str | int | float:
    return cell.isoformat() if isinstance(cell, date) else cell


def _for_paper(sheet, title: str, is_landscape: bool = True) -> None:
    """Set a sheet up for A4: as wide as the paper and as long as it is."""
    sheet.set_paper(9)
    if is_landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    # An ampersand begins a code there, and there is room for 255 characters.
    sheet.set_footer("&L " + title[:100].replace("&", "&&") + "&R&P / &N")


def _log_sheets(
    out: xlsxwriter.Workbook,
    first_name: str,
    names: Names,
    sheet_rows: int,
    rows: Iterable[tuple],
    columns: Columns,
    heading: Callable[[str], str],
    formats: _Formats,
) -> Iterator[str]:
    """Write the log and yield the names of its sheets."""
    heads = {name: heading(name) for name in columns.names()}
    sheet, at, number = _log_sheet(out, first_name, heads, formats), 1, 1
    yield first_name
    moment = formats.moment
    for row in table(rows, columns):
        if at > sheet_rows:
            sheet.autofilter(0, 0, at - 1, len(heads) - 1)
            number += 1
            name = names(f"{first_name} {number}")
            sheet, at = _log_sheet(out, name, heads, formats), 1
            yield name
        for column, cell in enumerate(row):
            kind = type(cell)
            if kind is int:
                sheet.write_number(at, column, cell)
            elif kind is float:
                sheet.write_number(at, column, cell, moment)
            elif cell:
                sheet.write_string(at, column, cell)
        at += 1
    sheet.autofilter(0, 0, at - 1, len(heads) - 1)


def _log_sheet(out: xlsxwriter.Workbook, name: str, heads: dict[str, str], formats: _Formats):
    sheet = out.add_worksheet(name)
    _for_paper(sheet, name)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 1, 38)
    sheet.set_column(2, len(heads) - 1, 14)
    sheet.set_row(0, 36)
    for column, (field, words) in enumerate(heads.items()):
        if field == "local_time":
            sheet.set_column(column, column, 20)  # a narrower one shows ######
        sheet.write_string(0, column, words, formats.log_head)
    return sheet
