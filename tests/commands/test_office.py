"""The workbook as LibreOffice reads it: every figure, the headings in Chinese, and the charts with what they show.

One conversion, because starting an office takes seconds: the file goes through it to its own format and is read there.
"""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from kiosk.actions.kiosk import open_kiosk
from kiosk.cli import main
from tests.conftest import SHIPPED, SetClock
from tests.living import A_BIT_OF_ALL, Life
from tests.office import convert

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT, DRAW, CHART = (f"{{{ODF}{name}:1.0}}" for name in ("table", "office", "text", "drawing", "chart"))
XLINK = "{http://www.w3.org/1999/xlink}"


class Opened:
    """A workbook that went through LibreOffice: the cells of each sheet, and the charts on it."""

    def __init__(self, path: Path):
        self._parts = zipfile.ZipFile(path)
        self.sheets: dict[str, list[list]] = {}
        self.charts: dict[str, list[tuple[str, list[str]]]] = {}
        for sheet in self._tree("content.xml").iter(f"{TABLE}table"):
            name = sheet.get(f"{TABLE}name")
            # A chart stands in a sheet as an object, with a table of its own.
            self.sheets[name] = [list(self._cells(row)) for row in sheet.findall(f".//{TABLE}table-row")]
            objects = [one.get(f"{XLINK}href").removeprefix("./") for one in sheet.iter(f"{DRAW}object")]
            self.charts[name] = [self._chart(one) for one in objects]

    def _tree(self, name: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._parts.read(name))

    def _cells(self, row: ElementTree.Element) -> Iterator:
        for cell in row.findall(f"{TABLE}table-cell"):
            kind = cell.get(f"{OFFICE}value-type")
            text = "\n".join("".join(part.itertext()) for part in cell.findall(f"{TEXT}p"))
            value = {
                "float": lambda cell=cell: float(cell.get(f"{OFFICE}value")),
                "percentage": lambda cell=cell: float(cell.get(f"{OFFICE}value")),
                "date": lambda cell=cell: cell.get(f"{OFFICE}date-value"),
            }.get(kind, lambda text=text: text or None)()
            assert cell.get(f"{TABLE}formula") is None
            yield from [value] * min(int(cell.get(f"{TABLE}number-columns-repeated", 1)), 60)

    def _chart(self, folder: str) -> tuple[str, list[str]]:
        """Return its kind and all that it shows, as LibreOffice took it from the cells."""
        tree = self._tree(f"{folder}/content.xml")
        kind = next(tree.iter(f"{CHART}chart")).get(f"{CHART}class")
        return kind, ["".join(one.itertext()) for one in tree.iter(f"{TEXT}p")]

    def entries(self) -> list[dict]:
        head, *rows = self.sheets["原始记录"]
        head = head[: head.index("计入工作人员登记") + 1]
        return [dict(zip(head, row + [None] * len(head), strict=False)) for row in rows if row[0]]

    def column(self, sheet: str, at: int = 1) -> dict[str, float]:
        return {row[0]: row[at] for row in self.sheets[sheet][3:] if row[0]}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Iterator[tuple[Opened, dict]]:
    """Return the workbook of an event with everything, through LibreOffice, and the figures as the kiosk counts."""
    folder, clock = tmp_path_factory.mktemp("office"), SetClock()
    kiosk = open_kiosk(folder / "data", SHIPPED)
    kiosk.clock, kiosk.log._now = clock, clock.now
    Life(kiosk, clock).live(A_BIT_OF_ALL)
    kiosk.close()
    environment = {"KIOSK_DATA": str(folder / "data"), "KIOSK_EVENT": str(SHIPPED)}
    arguments = ["export", "--format", "xlsx", "--labels", "--output", str(folder / "log.xlsx")]
    assert CliRunner().invoke(main, arguments, env=environment).exit_code == 0
    figures = json.loads(CliRunner().invoke(main, ["stats", "--json"], env=environment).stdout)["whole"]
    return Opened(convert(folder, "ods", folder / "log.xlsx")[0]), figures


def test_libreoffice_reads_every_figure(told):
    book, figures = told
    summary = {row[0]: row[1] for row in book.sheets["汇总"] if len(row) > 1 and row[0]}
    assert summary["人次"] == figures["visits"] > 0
    assert summary["工作人员登记（人次）"] == figures["by_hand"] > 0
    assert summary["致敬（次）"] == figures["tributes"] > 0
    assert book.column("分时段")["合计"] == book.column("按日期")["合计"] == figures["visits"]
    of_kinds = book.column("您是？")
    assert of_kinds.pop("合计") == sum(of_kinds.values()) == figures["visits"]
    assert book.column("满意度")["满意"] == figures["satisfaction"].get("satisfied", 0)
    assert book.column("答题·按题组", 2)["合计"] == figures["quiz_players"]
    entries = book.entries()
    assert sum(one["计入人次"] or 0 for one in entries) == figures["visits"]
    assert sum(one["计入工作人员登记"] or 0 for one in entries) == figures["by_hand"]


def test_libreoffice_draws_a_chart_beside_every_table_from_its_cells(told):
    book, _ = told
    tables = [name for name in book.sheets if name not in ("汇总", "原始记录")]
    assert {"按日期", "分时段", "您是？", "满意度", "答题·按题目"} <= set(tables)
    for name in tables:
        ((kind, said),) = book.charts[name]
        assert kind == "chart:bar"
        assert book.sheets[name][0][0] in said  # its title, from a cell
    kinds = [words for words in book.column("您是？") if words != "合计"]
    _, said = book.charts["您是？"][0]
    begin = said.index(kinds[0])
    # Words and numbers by turns, as they stand in the cells.
    assert said[begin : begin + 2 * len(kinds) : 2] == kinds
    numbers = [float(one) for one in said[begin + 1 : begin + 2 * len(kinds) : 2]]
    assert numbers == [book.column("您是？")[words] for words in kinds]


def test_times_are_real_times_in_libreoffice(told):
    book, _ = told
    entries = book.entries()
    assert {one["时钟是否可信"] for one in entries} == {"ntp", "unknown", "rtc"}
    for one in entries:
        if one["时钟是否可信"] == "unknown":
            assert one["当地时间"] is None
        else:
            assert one["当地时间"].startswith("2027-0")
