"""The office's workbook: names that no pack can spoil, texts that stay texts, charts on the right cells, a log that
goes on in further sheets and says so.
"""

import io
import re
import zipfile
from datetime import date
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import clock
from kiosk.domain.entry import FIELDS
from kiosk.exports.table import Columns, Counting
from kiosk.exports.workbook import Book, Chart, Names, Table, write_figures, write_xlsx

HOSTILE = [
    "=1+1",
    "[a]*?/\\:b",
    "'quoted'",
    "History",
    "history",
    "",
    "  ",
    "'",
    "原始记录",
    "汇总",
    "汇 总" * 30,
    "😀" * 40,
]
HOSTILE += ["\x00\x1f\ufffe", "&A &P", "a'!$A$1", '"', "<b>&amp;", '=HYPERLINK("http://x.example")', "+1", "@SUM(1)"]


def entry(**changes) -> tuple:
    values = dict.fromkeys(FIELDS) | {"id": "i", "device": "d", "seq": 1, "answers": "{}", "details": "{}"}
    values |= {"kind": "check_in", "event": "e", "party_size": 2, "wall_ms": 0, "boottime_ms": 5, "clock": "ntp"}
    values |= {"voided": 0} | changes
    return tuple(values[name] for name in (*FIELDS, "voided"))


def counting(**changes) -> Columns:
    given = {"event": "e", "zone": ZoneInfo("Asia/Shanghai"), "kinds": {"check_in": "签到"}, "yes": "已作废"} | changes
    return Columns((), counting=Counting(**given))


def book_of(*tables: Table, **changes) -> Book:
    given = {"name": "汇总", "title": "活动", "lines": [("人次", 3)], "tables": list(tables), "log_name": "原始记录"}
    return Book(**given | {"ending": lambda sheets: [("工作表", "、".join(sheets))]} | changes)


def table(name="按站点", title="按站点", rows=(("甲", 2, 0.4), ("乙", 3, 0.6)), **changes) -> Table:
    given = {"note": "设备记录。", "head": ("站点", "人次", "占比"), "widths": (30, 12, 12), "chart": Chart((1,))}
    return Table(name, title, **given | {"rows": list(rows), "total": ("合计", 5, 1.0)} | changes)


def written(book: Book | None, rows=(), columns: Columns | None = None) -> io.BytesIO:
    file = io.BytesIO()
    write_xlsx(rows, columns or counting(), file, book=book)
    return file


def read(file: io.BytesIO) -> openpyxl.Workbook:
    return openpyxl.load_workbook(file)


@given(st.lists(st.text(max_size=40) | st.sampled_from(HOSTILE), max_size=12))
def test_every_wanted_name_becomes_one_that_spreadsheets_take(wanted):
    names = Names()
    given_out = [names(one) for one in wanted]
    assert len({one.casefold() for one in given_out}) == len(given_out)
    for one in given_out:
        assert 0 < len(one.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", one)
        assert not (one.startswith("'") or one.endswith("'"))
        assert one.casefold() != "history"


def test_a_good_name_stays_as_it_is():
    assert Names()("您从哪里来") == "您从哪里来"


def test_whatever_a_pack_calls_things_the_file_opens_and_nothing_in_it_runs():
    tables = [table(one, one, [(one, 2, 0.5), ("乙", 3, 0.5)], head=(one, one, one)) for one in HOSTILE]
    file = written(book_of(*tables, title="=1+1", lines=[(one, one) for one in HOSTILE]), [entry(reason="=1+1")])
    book = read(file)
    assert len(book.worksheets) == len(HOSTILE) + 2
    for sheet in book.worksheets:
        assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"n", "s", "d"}
    for sheet, one in zip(book.worksheets[1:-1], HOSTILE, strict=True):
        assert (sheet["A4"].value or "") == (one if "\x00" not in one else sheet["A4"].value)
    parts = zipfile.ZipFile(file)
    for name in parts.namelist():
        text = parts.read(name).decode()
        assert "<f>" not in text, name
        # A chart's references lead to cells of this file's own sheets, never to what a word of the pack says.
        for reference in re.findall(r"<c:f>(.*?)</c:f>", text):
            assert re.fullmatch(r".+!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", reference), reference
            assert "1+1" not in reference.rpartition("!")[2]


def chart_of(file: io.BytesIO, number: int = 1) -> str:
    return zipfile.ZipFile(file).read(f"xl/charts/chart{number}.xml").decode()


def test_a_chart_shows_the_rows_of_its_table_and_keeps_them_for_viewers_that_do_not_calculate():
    rows = [("甲", 2, 0.4), ("乙", 3, 0.6)]
    file = written(book_of(table(rows=rows)))
    sheet, chart = read(file)["按站点"], chart_of(file)
    assert re.findall(r"<c:f>(.*?)</c:f>", chart) == [
        "按站点!$A$1",
        "按站点!$B$3",
        "按站点!$A$4:$A$5",
        "按站点!$B$4:$B$5",
    ]
    assert [(line[0].value, line[1].value) for line in sheet["A4:B5"]] == [("甲", 2), ("乙", 3)]
    assert re.findall(r"<c:v>(.*?)</c:v>", chart) == ["按站点", "人次", "甲", "乙", "2", "3"]
    assert "<c:barChart>" in chart
    assert "pieChart" not in chart


def test_a_table_without_rows_has_no_chart():
    file = written(book_of(table(rows=[]), table("时间不详", rows=[("时间不详", 1, 1.0)], chart=Chart((1,), rows=0))))
    assert not [name for name in zipfile.ZipFile(file).namelist() if "chart" in name]


def test_a_long_chart_ends_where_nobody_could_read_on():
    file = written(book_of(table(rows=[(f"第{number}题", number, 0.5) for number in range(200)])))
    assert "$B$4:$B$27" in chart_of(file)


def test_days_are_dates_shares_are_percentages_and_headings_stay_in_sight():
    file = written(book_of(table(rows=[(date(2027, 5, 30), 2, 0.4)])))
    sheet = read(file)["按站点"]
    assert sheet["A4"].is_date
    assert sheet["C4"].number_format == "0.0%"
    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$1:$3"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    # As wide as the paper, which is what a file says that says nothing, and as long as it is.
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_a_time_is_wide_enough_to_be_read():
    sheet = read(written(None, [entry()])).active
    (at,) = [cell.column_letter for cell in sheet[1] if cell.value == "local_time"]
    assert sheet.column_dimensions[at].width >= 20


def test_a_row_is_as_high_as_its_text():
    long = "一" * 140
    file = written(book_of(table(rows=[(long, 1, 1.0)]), lines=[("活动主题", long), ("人次", 3)]))
    book = read(file)
    assert book["按站点"].row_dimensions[4].height >= 15 * 10
    assert book["汇总"].row_dimensions[2].height >= 15 * 4
    assert book["汇总"].row_dimensions[3].height < 30


def test_the_log_goes_on_in_further_sheets_and_the_summary_says_so():
    rows = [entry(seq=number) for number in range(1, 8)]
    book = read(written(book_of(table("原始记录 2"), log_rows=3), rows))
    assert book.sheetnames == ["汇总", "原始记录 2", "原始记录", "原始记录 2 (2)", "原始记录 3"]
    logs = [list(book[name].iter_rows(values_only=True)) for name in book.sheetnames[2:]]
    assert [line[2] for lines in logs for line in lines[1:]] == list(range(1, 8))
    assert [len(lines) - 1 for lines in logs] == [3, 3, 1]
    assert len({lines[0] for lines in logs}) == 1
    assert [book[name].auto_filter.ref[-1] for name in book.sheetnames[2:]] == ["4", "4", "2"]
    assert list(book["汇总"].iter_rows(values_only=True))[-1] == ("工作表", "原始记录、原始记录 2 (2)、原始记录 3")


def cells_of(columns: Columns, *rows: tuple) -> list[dict]:
    head, *lines = list(read(written(None, rows, columns)).active.iter_rows(values_only=True))
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_without_the_log_there_are_the_figures_and_not_a_word_of_it():
    file = io.BytesIO()
    write_figures(book_of(table()), file)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["汇总", "按站点"]
    assert [row[1] for row in book["按站点"].iter_rows(min_row=4, values_only=True)][:3] == [2, 3, 5]
    assert not any("工作表" in str(cell) for row in book["汇总"].values for cell in row)


def test_only_what_counts_is_in_the_columns_to_be_added_up():
    found = cells_of(
        counting(),
        entry(party_size=46),
        entry(party_size=46, voided=1),
        entry(party_size=46, event="another"),
        entry(kind="tally", party_size=9),
        entry(kind="tally_less", party_size=2),
        entry(kind="void"),
        entry(kind="opening"),
    )
    assert [(one["visits"], one["by_hand"], one["voided"]) for one in found] == [
        (46, None, None),
        (None, None, "已作废"),
        (None, None, None),
        (None, 9, None),
        (None, -2, None),
        (None, None, None),
        (None, None, None),
    ]
    assert [one["kind.label"] for one in found[:4]] == ["签到", "签到", "签到", "tally"]
    assert list(found[0])[-5:] == ["local_time", "kind.label", "voided", "visits", "by_hand"]


@pytest.mark.parametrize("trust", ["restored", "unknown"])
def test_a_time_is_told_only_where_the_clock_was_known(trust):
    (found,) = cells_of(counting(), entry(wall_ms=1_811_635_200_000, clock=trust))
    assert found["local_time"] is None
    (found,) = cells_of(counting(zone=None), entry(wall_ms=1_811_635_200_000))
    assert found["local_time"] is None


@settings(max_examples=25)
@given(st.integers(0, 4_000_000_000_000), st.sampled_from(["Asia/Shanghai", "Asia/Kathmandu", "America/New_York"]))
def test_the_local_time_is_the_second_in_which_it_was(wall_ms, zone):
    (found,) = cells_of(counting(zone=ZoneInfo(zone)), entry(wall_ms=wall_ms))
    expected = clock.local(wall_ms, ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)
    assert found["local_time"] == expected
