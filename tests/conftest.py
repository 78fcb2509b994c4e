"""What every room of the tests shares: the long tests' switch, a trustworthy clock, packs, and a kiosk to act upon."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType
from typing import ClassVar

import hypothesis
import pytest
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from kiosk.actions.kiosk import Kiosk, open_kiosk
from kiosk.domain.clock import Stamp
from kiosk.storage.packs import read_pack
from kiosk.web import locale

PROJECT = Path(__file__).resolve().parent.parent
SHIPPED = PROJECT / "events" / "hohhot-2018"
MEMORY, ROOM = Path("/dev/shm"), 4_000_000_000  # bytes; a run takes a few hundred millions


# How long an example takes says more of the machine's other work than of ours.
hypothesis.settings.register_profile("kiosk", deadline=None)
hypothesis.settings.load_profile("kiosk")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run soaks and whole galleries")


@pytest.hookimpl(tryfirst=True)  # before pytest makes its own folder
def pytest_configure(config: pytest.Config) -> None:
    """Put the folders of tests in memory where there is room.

    Thousands of kiosks live for a second each, and would wait for the disk at every entry. What a disk does that is
    full, fails or loses power is simulated on either.
    """
    if config.option.basetemp or hasattr(config, "workerinput") or not MEMORY.is_dir():
        return
    if shutil.disk_usage(MEMORY).free < ROOM:
        return
    folder = tempfile.mkdtemp(prefix="kiosk-", dir=MEMORY)
    config.option.basetemp = folder
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    kept = [item for item in items if "long" not in item.keywords]
    config.hook.pytest_deselected(items=[item for item in items if "long" in item.keywords])
    items[:] = kept


class SetClock:
    """A clock the test moves: `wall_ms`, `boottime_ms`, `boot` and `trust` are plain attributes, and so is `anchor`."""

    def __init__(self):
        self.anchor = None
        self.wall_ms = 1_811_635_200_000  # 2027-05-30T00:00:00Z, 08:00 in Hohhot
        self.boottime_ms = 60_000
        self.boot = "11111111-2222-3333-4444-555555555555"
        self.trust = "ntp"

    def now(self) -> Stamp:
        said = self.anchor and self.anchor.wall_at(self.boot, self.boottime_ms)
        if said and self.trust != "ntp":
            return Stamp(said, self.boot, self.boottime_ms, "staff")
        return Stamp(self.wall_ms, self.boot, self.boottime_ms, self.trust)

    def forward(self, milliseconds: int) -> None:
        self.wall_ms += milliseconds
        self.boottime_ms += milliseconds


@pytest.fixture(autouse=True)
def the_disk_is_tried_at_every_look(monkeypatch):
    monkeypatch.setattr("kiosk.storage.log.TRY_AGAIN_SECONDS", 0)


@pytest.fixture(scope="session", autouse=True)
def the_sources_are_searched_for_words_once():
    """Every kiosk that starts looks for its words in all sources; they stay the same while tests run."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("marked_sentences", "template_words"):
            patch.setattr(locale, name, cache(getattr(locale, name)))
        yield


class _CompiledBefore(BytecodeCache):
    """Compiled templates in the place of `TemplateCache`, kept while this process lives."""

    kept: ClassVar[dict[tuple[str, str], CodeType]] = {}

    def __init__(self, told_by: list[str]):
        pass

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session", autouse=True)
def templates_are_compiled_once():
    """Every application compiles the templates that it shows; they stay the same while tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kiosk.app.TemplateCache", _CompiledBefore)
        yield


@pytest.fixture(scope="session", autouse=True)
def addresses_are_compiled_once():
    """Half the work of making an application goes into functions that build its addresses, alike in all of them."""
    kept, compiled = {}, Rule._compile_builder

    def compile_once(rule: Rule, append_unknown: bool = True) -> Callable:
        # All that the function is made from; the rule itself it is given.
        key = (rule.rule, rule.host, rule.subdomain, rule.merge_slashes, repr(rule.defaults), append_unknown)
        if key not in kept:
            kept[key] = compiled(rule, append_unknown)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


@pytest.fixture(autouse=True)
def no_test_asks_an_address_elsewhere(monkeypatch):
    monkeypatch.setattr("kiosk.actions.preflight.reach", lambda addresses: dict.fromkeys(addresses))


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def shipped_pack():
    return read_pack(SHIPPED)


@pytest.fixture
def pack_folder(tmp_path: Path) -> Path:
    """A copy of the shipped pack that a test may spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "pack"))


BOOTHS = """
[[stations]]
id = "hands-on"
kind = "experiment"
name = { zh = "动手做实验", en = "Hands-On Experiments" }

[[stations]]
id = "lecture"
kind = "lecture"
name = { zh = "科普讲座", en = "Science Talk" }
rule = "daily"

[[stations]]
id = "advice"
name = { zh = "农技咨询", en = "Farming Advice" }
rule = "always"

[[stations]]
id = "telescope"
name = { zh = "天文望远镜", en = "Telescope" }

[cards]
counts_visit = true
full_at = 3
souvenir = { zh = "书签", en = "a bookmark" }

"""


@pytest.fixture
def booths_pack(pack_folder: Path) -> Path:
    """The shipped pack with other booths: a stamp once, once a day, every time; and a souvenir at three stamps."""
    file = pack_folder / "event.toml"
    text = file.read_text(encoding="utf-8")
    begin, end = text.index("[[stations]]"), text.index("[feedback]")
    file.write_text(text[:begin] + BOOTHS + text[end:], encoding="utf-8")
    return pack_folder


def remove_people(folder: Path, wanted: Callable[[Path], bool] = lambda file: True) -> None:
    """Take scientists out of a pack's folder, and every word that leads to them."""
    gone = {file.stem for file in (folder / "scientists").glob("*.toml") if wanted(file)}
    for one in gone:
        (folder / "scientists" / f"{one}.toml").unlink()

    def left(line: re.Match) -> str:
        kept = [one for one in re.findall(r'"([^"]+)"', line[0]) if one not in gone]
        return "scientists = [" + ", ".join(f'"{one}"' for one in kept) + "]"

    for file in [folder / "event.toml", *(folder / "quiz").glob("*.toml")]:
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"^scientists = \[.*\]", left, text, flags=re.MULTILINE), encoding="utf-8")


@pytest.fixture
def open_at(clock: SetClock) -> Iterator[Callable[..., Kiosk]]:
    """Return a function that opens a kiosk on a data folder, with the test's clock, and closes it at the end."""
    opened = []

    def open_one(data: Path, event: Path = SHIPPED) -> Kiosk:
        kiosk = open_kiosk(data, event)
        kiosk.clock = clock
        kiosk.log._now = clock.now
        opened.append(kiosk)
        return kiosk

    yield open_one
    for kiosk in opened:
        kiosk.close()


@pytest.fixture
def kiosk(tmp_path: Path, open_at: Callable[..., Kiosk]) -> Kiosk:
    return open_at(tmp_path / "data")
