"""The office's workbook of a million entries: ours, with everything it reads and counts, against XlsxWriter alone, in
constant memory, writing the same cells that lie ready for it; and the memory of ours as the log grows.
"""

import os
import pickle
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

MANY, FEW = 1_000_000, 100_000
_CHUNK = 5_000


def workbook(work: Path) -> None:
    from tests.bench.__main__ import PROJECT, row
    from tests.bench.million import fill

    for name, count in (("few", FEW), ("many", MANY)):
        fill(work / name, count)
    cells = work / "cells"
    subprocess.run([sys.executable, "-m", "tests.bench.office", "cells", work / "many", cells], cwd=PROJECT, check=True)

    def ours(name: str) -> Measured:
        command = ["-m", "kiosk", "export", "--format", "xlsx", "--labels", "--output", str(work / "ours.xlsx")]
        return measured([sys.executable, *command], KIOSK_DATA=str(work / name))

    def floor() -> Measured:
        return measured([sys.executable, "-m", "tests.bench.office", "floor", str(cells), str(work / "floor.xlsx")])

    small = ours("few")
    # Minutes of one processor each: side by side, so that whatever else the machine does falls on both.
    with ThreadPoolExecutor(2) as both:
        many, alone = [one.result() for one in [both.submit(ours, "many"), both.submit(floor)]]
    note = f"side by side {many.seconds:.0f} s and {alone.seconds:.0f} s by the clock; "
    note += f"peak {small.peak:.0f} MB with {FEW:,}, {many.peak:.0f} MB with {MANY:,}"
    row(f"workbook of {MANY:,} entries", many.processor, alone.processor, "CPU s", "≤ 1.5, memory flat", note)


@dataclass(frozen=True)
class Measured:
    """What a command took: seconds by the clock and of a processor, and the most memory it had, in MB."""

    seconds: float
    processor: float
    peak: float


def measured(command: list[str], **environment: str) -> Measured:
    from tests.bench.__main__ import PROJECT

    begin, peak = time.perf_counter(), 0.0
    process = subprocess.Popen(
        command, cwd=PROJECT, env={"PATH": "/usr/bin:/bin", **environment}, stdout=subprocess.DEVNULL
    )
    while True:
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
        peak = max(peak, int(found[1]) / 1024 if found else 0)
        time.sleep(0.05)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Measured(time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, peak)


def _keep_cells(data: Path, target: Path) -> None:
    """Keep the cells of the log's sheet as ours writes them."""
    from kiosk.actions import export

    written: list[tuple] = []

    def keep(rows, columns, _file, **_) -> None:
        with target.open("wb") as out:
            for cells in export_table(rows, columns):
                written.append(cells)
                if len(written) == _CHUNK:
                    pickle.dump(written, out)
                    written.clear()
            pickle.dump(written, out)

    from kiosk.actions.kiosk import open_log
    from kiosk.exports.table import table as export_table
    from kiosk.storage.packs import read_pack
    from tests.conftest import SHIPPED

    export.write_xlsx = keep
    export.export(open_log(data), target.with_suffix(".none"), format="xlsx", pack=read_pack(SHIPPED), labels=True)


def _kept(cells: Path) -> Iterator[tuple]:
    with cells.open("rb") as file:
        while True:
            try:
                yield from pickle.load(file)
            except EOFError:
                return


def _floor(cells: Path, target: Path) -> None:
    """Write cells as the manual of XlsxWriter does."""
    import xlsxwriter

    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet, moment = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for at, row in enumerate(_kept(cells)):
        for column, cell in enumerate(row):
            if type(cell) is int:
                sheet.write_number(at, column, cell)
            elif type(cell) is float:
                sheet.write_number(at, column, cell, moment)
            elif cell:
                sheet.write_string(at, column, cell)
    book.close()


if __name__ == "__main__":
    {"cells": _keep_cells, "floor": _floor}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
