"""The official summary of a million entries, in a process of its own: all of it read and counted, the document made."""

import sys
from pathlib import Path

MANY = 1_000_000


def show(work: Path) -> None:
    from tests.bench.__main__ import row
    from tests.bench.million import fill
    from tests.bench.office import _measured

    fill(work / "many", MANY)
    found = _measured([sys.executable, "-m", "tests.bench.summary", str(work / "many")])
    row(f"summary of {MANY:,} entries", found.seconds, None, "s", "≤ 10, ≤ 200 MB", f"peak {found.peak:.0f} MB")


def _make(data: Path) -> None:
    from kiosk.actions.kiosk import open_log
    from kiosk.actions.summary import summary_now
    from kiosk.actions.tally import Tally
    from kiosk.domain.tables import Speech
    from kiosk.storage.packs import read_pack
    from kiosk.web.locale import translations
    from tests.conftest import SHIPPED

    log, pack = open_log(data), read_pack(SHIPPED).without_pictures()
    found = summary_now(log, pack, Tally(log, pack.event), Speech("zh", translations("zh").gettext))
    assert found.numbers["visits"].value > MANY


if __name__ == "__main__":
    _make(Path(sys.argv[1]))
