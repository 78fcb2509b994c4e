"""The log as a table: read back from CSV, NDJSON and XLSX it is what went in, and no cell can run as a formula."""

import codecs
import csv
import io
import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.entry import FIELDS, canonical_json
from kiosk.exports.table import Columns, Labels, safe_cell, write_csv, write_ndjson
from kiosk.exports.workbook import write_xlsx

# What the log can hold: any text without the characters that no text file can carry.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
hostile = st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '"=1"', "a\nb", "a,b;c", "'=1"])
answers = st.dictionaries(
    st.sampled_from(["age", "district"]),
    st.dictionaries(st.sampled_from(["child", "senior", "adult"]), st.integers(1, 99), min_size=1),
)


@st.composite
def rows(draw) -> tuple:
    maybe = st.none() | texts | hostile
    values = dict.fromkeys(FIELDS)
    values |= {
        "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "device": draw(texts | hostile),
        "seq": draw(st.integers(1)),
    }
    values |= {name: draw(maybe) for name in ("stop", "station", "subject", "voids", "actor", "reason")}
    values |= {"event": "e", "kind": "check_in", "party_size": draw(st.integers(1, 200)), "pack": "0" * 16}
    values |= {"answers": canonical_json(draw(answers)), "details": canonical_json({"a": draw(texts)})}
    values |= {"source": "touch", "wall_ms": draw(st.integers(0, 2**50)), "boot": "b", "boottime_ms": 1, "clock": "ntp"}
    return tuple((values | {"digest": "0" * 64})[name] for name in FIELDS)


COLUMNS = Columns(("age", "district"))


def csv_of(given_rows, columns=COLUMNS) -> list[list[str]]:
    file = io.BytesIO()
    write_csv(given_rows, columns, file)
    content = file.getvalue()
    assert content.startswith(codecs.BOM_UTF8)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_first_line_is_the_field_names():
    expected = (
        "id,device,seq,event,stop,station,kind,party_size,answers.age,answers.district,subject,details,voids,actor,"
        "reason,pack,source,wall_ms,boot,boottime_ms,clock,digest"
    )
    assert csv_of([]) == [expected.split(",")]


@given(st.lists(rows(), max_size=5))
def test_csv_read_back_is_what_the_log_holds(given_rows):
    head, *lines = csv_of(given_rows)
    assert len(lines) == len(given_rows)
    for line, row in zip(lines, given_rows, strict=True):
        cells, values = dict(zip(head, line, strict=True)), dict(zip(FIELDS, row, strict=True))
        said = json.loads(values.pop("answers"))
        for question in ("age", "district"):
            cell = cells.pop(f"answers.{question}")
            assert cell == ";".join(f"{option}:{count}" for option, count in sorted(said.get(question, {}).items()))
        for name, value in values.items():
            shown = "" if value is None else str(value)
            # What was put before it to make it harmless is the only difference.
            assert cells[name] in (shown, "'" + shown)


@given(st.lists(rows(), max_size=5))
def test_no_csv_cell_can_run(given_rows):
    for line in csv_of(given_rows)[1:]:
        assert not [cell for cell in line if cell[:1] and cell[0] in "=+-@\t\r\n＝＋－＠"]


@given(st.lists(rows(), max_size=5))
def test_ndjson_read_back_is_what_the_log_holds(given_rows):
    file = io.BytesIO()
    write_ndjson(given_rows, COLUMNS, file)
    lines = file.getvalue().decode().split("\n")
    assert lines.pop() == ""
    for line, row in zip(lines, given_rows, strict=True):
        values = dict(zip(FIELDS, row, strict=True))
        values |= {"answers": json.loads(values["answers"]), "details": json.loads(values["details"])}
        assert json.loads(line) == values


def plain_row(**changes) -> tuple:
    values = dict.fromkeys(FIELDS) | {"id": "i", "device": "d", "seq": 1, "answers": "{}", "details": "{}"}
    return tuple((values | {"party_size": 2, "wall_ms": 5, "boottime_ms": 5} | changes)[name] for name in FIELDS)


def sheets_of(given_rows, **options) -> list[list[tuple]]:
    file = io.BytesIO()
    write_xlsx(given_rows, COLUMNS, file, **options)
    book = openpyxl.load_workbook(file)
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


def test_xlsx_has_numbers_as_numbers_and_no_formulas():
    file = io.BytesIO()
    write_xlsx([plain_row(reason="=1+1", subject="https://a.example", actor="12")], COLUMNS, file)
    sheet = openpyxl.load_workbook(file).active
    cells = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (cells["seq"].value, cells["reason"].value, cells["actor"].value) == (1, "'=1+1", "12")
    assert {cell.data_type for cell in cells.values()} <= {"n", "s"}
    assert cells["subject"].hyperlink is None


def test_xlsx_headings_are_the_words_given():
    (sheet,) = sheets_of([], heading=lambda name: f"〔{name}〕")
    assert sheet[0][0] == "〔id〕"


def test_xlsx_goes_on_in_another_sheet_when_one_is_full():
    sheets = sheets_of([plain_row(seq=number) for number in range(1, 8)], sheet_rows=3)
    assert [len(sheet) - 1 for sheet in sheets] == [3, 3, 1]
    assert [line[2] for sheet in sheets for line in sheet[1:]] == list(range(1, 8))
    assert len({sheet[0] for sheet in sheets}) == 1


def test_labels_stand_beside_the_ids():
    labels = Labels(options={"age": {"child": "12岁及以下"}}, stops={"square": "新华广场"})
    row = plain_row(answers='{"age":{"child":2,"ghost":1}}', stop="square")
    head, line = csv_of([row], Columns(("age",), labels))
    cells = dict(zip(head, line, strict=True))
    assert cells["answers.age"] == "child:2;ghost:1"
    assert cells["answers.age.label"] == "12岁及以下:2;ghost:1"
    assert (cells["stop.label"], cells["station.label"]) == ("新华广场", "")


def test_labels_say_what_feedback_suggests():
    labels = Labels(
        options={"satisfaction": {"satisfied": "满意"}}, suggestions={"slower": "讲解再慢一点", "evil": "=1+1"}
    )
    said = [
        plain_row(kind="feedback", answers='{"satisfaction":{"satisfied":1}}', details=json.dumps({"suggestions": of}))
        for of in ([], ["slower", "ghost"], ["evil"])
    ]
    head, *lines = csv_of([*said, plain_row(details='{"suggestions":["slower"]}')], Columns(("satisfaction",), labels))
    cells = [dict(zip(head, line, strict=True)) for line in lines]
    assert [one["answers.satisfaction.label"] for one in cells] == ["满意:1"] * 3 + [""]
    assert [one["suggestions.label"] for one in cells] == ["", "讲解再慢一点;ghost", "'=1+1", ""]


@pytest.mark.parametrize("text", ["", "a", "1", "公式=1", "{}"])
def test_harmless_text_stays_as_it_is(text):
    assert safe_cell(text) == text
