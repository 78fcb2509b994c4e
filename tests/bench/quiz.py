"""The page of a question with a large bank behind it, against the same page with a small one. Every request begins a
round of its own, so that each is drawn anew."""

import json
import shutil
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path

from tests.bench.load import requests_per_second
from tests.conftest import SHIPPED

SMALL, LARGE = 100, 5_000
IN_A_FILE = 300
CHINESE = "一句差不多长的中文题干，读起来要几秒钟。"
TOPICS = ("method", "numbers", "matter", "health", "earth", "ecology", "technology", "farming", "history")
AUDIENCES = ("primary_pupil", "secondary_pupil", "adult", "farmer_herder")


def question(number: int) -> str:
    """Return a choice of the usual length in a pack's own words."""

    def words(text: str) -> str:
        return f"{{ zh = {json.dumps(text + CHINESE, ensure_ascii=False)}, en = {json.dumps(text)} }}"

    options = ", ".join(words(f"Option {letter} of number {number}") for letter in "abcd")
    audiences = json.dumps([AUDIENCES[number % 4], AUDIENCES[(number + 1) % 4]])
    return (
        f'[[questions]]\nid = "q{number}"\nkind = "single_choice"\ntopic = "{TOPICS[number % 9]}"\n'
        f"audiences = {audiences}\nlevel = {1 + number % 3}\ntext = {words(f'What is number {number}, and why?')}\n"
        f'options = [{options}]\nkey = "{"ABCD"[number % 4]}"\nexplanation = {words("Because.")}\n'
        f"reasoning = {words('Count.')}\n"
    )


def pack_with(folder: Path, count: int) -> Path:
    """Return a copy of the shipped pack with so many questions in place of its own."""
    shutil.copytree(SHIPPED, folder)
    for file in (folder / "quiz").iterdir():
        file.unlink()
    for begin in range(0, count, IN_A_FILE):
        asked = "\n".join(question(number) for number in range(begin, min(begin + IN_A_FILE, count)))
        title = 'title = { zh = "题", en = "Questions" }\n'
        (folder / "quiz" / f"bank-{begin}.toml").write_text(title + asked, encoding="utf-8")
    return folder


def get_question() -> bytes:
    path = f"/quiz/{uuid.uuid4()}/0/1?audience=adult&length=10"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def question_page(work: Path) -> None:
    from tests.bench.__main__ import alternating, row, server

    packs = {count: pack_with(work / f"pack-{count}", count) for count in (SMALL, LARGE)}
    with (
        server("kiosk", work / "a", "--event", str(packs[LARGE])) as (large, _),
        server("kiosk", work / "b", "--event", str(packs[SMALL])) as (small, _),
    ):
        for port in (large, small):
            page = urllib.request.urlopen(f"http://127.0.0.1:{port}/quiz/{uuid.uuid4()}/0/1?audience=adult").read()
            assert page.count(b'name="answer"') == 4

        def milliseconds(port: int) -> Callable[[], float]:
            return lambda: 1000 / requests_per_second(port, get_question, connections=4, count=1500)

        found = alternating({"large": milliseconds(large), "small": milliseconds(small)}, 7)
    row(
        f"question page, {LARGE:,} questions in the bank",
        found["large"],
        found["small"],
        "ms",
        "≤ 1.2",
        f"floor: with {SMALL}; every request a round of its own",
    )
