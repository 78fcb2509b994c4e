"""The official summary of a million entries by its command: all of them read and counted, the document written."""

import sys
from pathlib import Path

MANY = 1_000_000


def show(work: Path) -> None:
    from tests.bench.__main__ import row
    from tests.bench.million import fill
    from tests.bench.office import measured

    fill(work / "many", MANY)
    command = [sys.executable, "-m", "kiosk", "summary", "--output", str(work / "summary.docx")]
    found = measured(command, KIOSK_DATA=str(work / "many"))
    size = (work / "summary.docx").stat().st_size / 1000
    note = f"peak {found.peak:.0f} MB; a DOCX of {size:.0f} kB"
    row(f"summary of {MANY:,} entries", found.seconds, None, "s", "≤ 10, ≤ 200 MB", note)
