"""Ways to spoil a copy of the shipped event pack, one of each kind, and what must be said about each."""

import io
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image

TU = "scientists/tu-youyou.toml"
UNNAMED = "scientists/huang-xuhua.toml"  # whom no other file names
SURVEY = "quiz/survey.toml"
CHANNEL = """
[[channels]]
id = "extra"
kind = "website"
name = {{ zh = "网", en = "Web" }}
owner = {{ zh = "我们", en = "We" }}
{}
"""

UNIT = """
[[summary.units]]
id = "unit-{}"
name = {{ zh = "单位", en = "Unit" }}
recipient = {{ zh = "市", en = "City" }}
"""


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Return a spoiler that replaces a piece of a file."""

    def spoil(folder: Path) -> None:
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{old} does not stand in {name}"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


def drop_line(name: str, begin: str) -> Callable[[Path], None]:
    """Return a spoiler that removes the first line of a file that begins so."""

    def spoil(folder: Path) -> None:
        lines = (folder / name).read_text(encoding="utf-8").split("\n")
        lines.remove(next(line for line in lines if line.startswith(begin)))
        (folder / name).write_text("\n".join(lines), encoding="utf-8")

    return spoil


def add(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(
        (folder / name).read_text(encoding="utf-8") + text, encoding="utf-8"
    )


def channel(line: str) -> Callable[[Path], None]:
    """Return a spoiler that adds a channel before the check-in tables."""
    return edit("event.toml", "\n[check_in]\n", CHANNEL.format(line) + "\n[check_in]\n")


def one_option(folder: Path) -> None:
    """Leave one of the options of the first choice in a bank."""
    file = folder / "quiz" / "method.toml"
    text = file.read_text(encoding="utf-8")
    begin = text.index("options = [\n") + len("options = [\n")
    file.write_text(text[: text.index("\n", begin) + 1] + text[text.index("\n]\n", begin) + 1 :], encoding="utf-8")


def write(name: str, content: bytes, line: str | None = None) -> Callable[[Path], None]:
    """Return a spoiler that puts a file into the pack and, with `line`, a channel that uses it."""

    def spoil(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        if line:
            channel(line)(folder)

    return spoil


def png(width: int, height: int) -> bytes:
    content = io.BytesIO()
    Image.new("1", (width, height)).save(content, "PNG")
    return content.getvalue()


def bomb() -> bytes:
    """Return a picture of a few kilobytes that would unfold to gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def link_out(folder: Path) -> None:
    outside = folder.parent / "outside.toml"
    (folder / UNNAMED).rename(outside)
    (folder / UNNAMED).symlink_to(outside)


def folder_out(folder: Path) -> None:
    outside = folder.parent / "outside"
    (folder / "quiz").rename(outside)
    (folder / "quiz").symlink_to(outside)


def short(folder: Path) -> None:
    file = folder / TU
    words = 'text = { zh = "太短。", en = "Short." }'
    file.write_text(re.sub("(?m)^text = .*$", words, file.read_text(encoding="utf-8"), count=1), encoding="utf-8")


PICTURE = 'picture = "pictures/code.png"'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

SPOILED = {
    "an unknown key": (
        edit("event.toml", "\n[theme]", '\ncolour = "red"\n[theme]'),
        "event.toml",
        "colour",
        "unknown key",
    ),
    "an unknown key deep inside": (
        edit("event.toml", 'id = "teacher", ', 'id = "teacher", icon = "x", '),
        "event.toml",
        "check_in.questions[0].options[4].icon",
        "unknown key",
    ),
    "a missing key": (edit(TU, 'area = "medicine"\n', ""), TU, "area", "is missing"),
    "a missing translation": (
        edit(TU, ', en = "Tu Youyou" }', " }"),
        TU,
        "names",
        "no text for language en",
    ),
    "an empty text": (edit(TU, 'zh = "屠呦呦"', 'zh = ""'), TU, "names.zh", "the text is empty"),
    "a language nobody declared": (
        edit(TU, 'zh = "屠呦呦"', 'mn = "x", zh = "屠呦呦"'),
        TU,
        "names",
        "language mn is not among the pack's locales",
    ),
    "a dead reference": (
        edit("event.toml", 'age_band = "child"', 'age_band = "infant"'),
        "event.toml",
        "check_in.questions[0].options[0].implies",
        "there is no other question",
    ),
    "a picture that is not there": (channel(PICTURE), "pictures/code.png", "", "the file is missing"),
    "a picture nobody uses": (write("pictures/x.png", png(9, 9)), "pictures/x.png", "", "no part of the pack uses"),
    "a bad date": (edit(TU, "1930-12-30", "1930-02-30"), TU, "born", "no such day in the calendar"),
    "a date in words": (edit(TU, "1930-12-30", "winter 1930"), TU, "born", "not a date"),
    "a day of the event that is none": (
        edit("event.toml", "day = 2018-05-30", 'day = "soon"'),
        "event.toml",
        "dates.day",
        "",
    ),
    "death before birth": (
        edit(TU, 'born = "1930-12-30"', 'born = "1930-12-30"\ndied = "1929"'),
        TU,
        "",
        "died before birth",
    ),
    "an address with a password": (
        channel('address = "https://user:pass@example.org/"'),
        "event.toml",
        "channels[7].address",
        "not an http(s) address",
    ),
    "an address that runs": (
        channel('address = "javascript:alert(1)"'),
        "event.toml",
        "channels[7].address",
        "not an http",
    ),
    "an address with spaces": (channel('address = "https://a b/"'), "event.toml", "channels[7].address", "not an http"),
    "an address of letters that look alike": (
        channel('address = "https://ехample.org/"'),
        "event.toml",
        "channels[7].address",
        "not an http",
    ),
    "an address and a picture": (
        write("pictures/code.png", png(9, 9), PICTURE + '\naddress = "https://example.org/"'),
        "event.toml",
        "channels[7]",
        "not both",
    ),
    "a picture that is too large a file": (
        write("pictures/code.png", b"\x89PNG" + b"x" * (4 * 1024 * 1024), PICTURE),
        "pictures/code.png",
        "",
        "is larger than 4096 kB",
    ),
    "a picture of too many pixels": (
        write("pictures/code.png", png(4001, 4001), PICTURE),
        "pictures/code.png",
        "",
        "more than 12500000 pixels",
    ),
    "a picture that would fill the memory": (
        write("pictures/code.png", bomb(), PICTURE),
        "pictures/code.png",
        "",
        "more than 12500000 pixels",
    ),
    "a drawing with a script under another name": (
        write("pictures/code.png", SVG, PICTURE),
        "pictures/code.png",
        "",
        "is not a picture of the kind its name says",
    ),
    "a JPEG called PNG": (
        write("pictures/code.png", b"\xff\xd8\xff\xe0" + b"\0" * 100, PICTURE),
        "pictures/code.png",
        "",
        "is not a picture of the kind",
    ),
    "an SVG by its own name": (
        write("pictures/code.svg", SVG, 'picture = "pictures/code.svg"'),
        "event.toml",
        "channels[7].picture",
        "small letters, digits, hyphens",
    ),
    "a picture outside": (
        channel('picture = "pictures/../../x.png"'),
        "event.toml",
        "channels[7].picture",
        "small letters, digits, hyphens",
    ),
    "a link that leads out": (link_out, UNNAMED, "", "leads out of the pack"),
    "a folder that leads out": (folder_out, "quiz", "", "leads out of the pack"),
    "text that changes direction": (edit(TU, "屠呦呦", "屠\u202e呦呦"), TU, "names.zh", "invisible character, U+202E"),
    "text with a zero-width space": (edit(TU, "屠呦呦", "屠\u200b呦呦"), TU, "names.zh", "U+200B"),
    "broken TOML": (edit(TU, "[quotation]", "[quotation"), TU, "", "is not valid TOML"),
    "a number without end": (add(TU, "\nx = " + "9" * 5_000), TU, "", "is not valid TOML"),
    "TOML nested without end": (add(TU, "\nx = " + "[" * 20_000), TU, "", "is not valid TOML"),
    "a text that is not UTF-8": (
        lambda folder: (folder / TU).write_bytes(b"names = '\xff\xfe'"),
        TU,
        "",
        "is not UTF-8",
    ),
    "no event": (lambda folder: (folder / "event.toml").unlink(), "event.toml", "", "the file is missing"),
    "two questions with one id": (
        edit(SURVEY, 'id = "survey-lasers-sound"', 'id = "survey-earth-centre-hot"'),
        SURVEY,
        "questions[1].id",
        "is listed twice",
    ),
    "a topic that nobody declared": (
        edit(SURVEY, 'topic = "earth"', 'topic = "sky"'),
        SURVEY,
        "questions[0].topic",
        "there is no topic “sky”",
    ),
    "an audience that nobody declared": (
        edit(SURVEY, 'audiences = ["primary_pupil", ', 'audiences = ["cats", '),
        SURVEY,
        "questions[0].audiences",
        "there is no audience “cats”",
    ),
    "a question that leads to nobody": (
        edit(SURVEY, "level = 1\n", 'level = 1\nscientists = ["nobody"]\n'),
        SURVEY,
        "questions[0].scientists",
        "there is no scientist “nobody”",
    ),
    "a key that leads nowhere": (
        edit("quiz/method.toml", 'key = "', 'key = "E'),
        "quiz/method.toml",
        "questions[1].key",
        "neither true nor false nor the letter of an option",
    ),
    "a choice with one option": (one_option, "quiz/method.toml", "questions[1]", "two options at least"),
    "years in no order": (
        edit("event.toml", "{ year = 2015, ", "{ year = 2025, "),
        "event.toml",
        "quiz.literacy",
        "the years are not in order",
    ),
    "two options with one id": (
        edit("event.toml", 'id = "teen", ', 'id = "child", '),
        "event.toml",
        "check_in.questions[1].options",
        "“child” is listed twice",
    ),
    "two activities with one id": (
        edit("event.toml", 'id = "visits"', 'id = "symposium"'),
        "event.toml",
        "programme",
        "twice",
    ),
    "a question called like a field": (
        edit("event.toml", 'id = "district"', 'id = "party_size"'),
        "event.toml",
        "check_in.questions[2].id",
        "field of the form itself",
    ),
    "phrases that are not the theme": (
        edit("event.toml", '"和党的十九大精神，",', '"和党的精神，",'),
        "event.toml",
        "theme",
        "phrases",
    ),
    "a phrase that cuts a name": (
        edit("event.toml", '"习近平新时代中国特色社会主义思想",', '"习近", "平新时代中国特色社会主义思想",'),
        "event.toml",
        "theme",
        "“习近平” is cut by a phrase",
    ),
    "an unknown time zone": (
        edit("event.toml", "Asia/Shanghai", "Asia/Atlantis"),
        "event.toml",
        "timezone",
        "unknown time zone",
    ),
    "a party that is too large": (
        edit("event.toml", "max_party = 200", "max_party = 201"),
        "event.toml",
        "check_in.max_party",
        "range",
    ),
    "a suggestion twice": (
        edit("event.toml", 'id = "slower"', 'id = "simpler"'),
        "event.toml",
        "feedback.suggestions",
        "listed twice",
    ),
    "a suggestion without its English": (
        edit("event.toml", ', en = "Slower explanations"', ""),
        "event.toml",
        r"feedback.suggestions[1].label",
        "no text for language en",
    ),
    "two kinds of unit with one id": (
        edit("event.toml", 'id = "societies"', 'id = "science-bureaus"'),
        "event.toml",
        "summary.units",
        "the id “science-bureaus” is listed twice",
    ),
    "a kind of unit without a recipient": (
        drop_line("event.toml", "recipient = "),
        "event.toml",
        "summary.units[0].recipient",
        "is missing",
    ),
    "a recipient without its English": (
        edit("event.toml", ', en = "Productivity Promotion Centre of', ', xx = "Productivity Promotion Centre of'),
        "event.toml",
        "summary.units[2].recipient",
        "no text for language en",
    ),
    "an unknown key of the summary": (
        edit("event.toml", "[[summary.units]]\n", "[summary]\ndue = 2018-06-05\n\n[[summary.units]]\n"),
        "event.toml",
        "summary.due",
        "unknown key",
    ),
    "a telephone of a recipient": (
        edit("event.toml", 'id = "societies"', 'id = "societies"\ntelephone = "0"'),
        "event.toml",
        "summary.units[1].telephone",
        "unknown key",
    ),
    "too many kinds of unit": (
        add("event.toml", "".join(UNIT.format(number) for number in range(20))),
        "event.toml",
        "summary.units",
        "too few or too many",
    ),
    "a flag as text": (
        edit("event.toml", "[feedback]\n", '[feedback]\nask = "no"\n'),
        "event.toml",
        "feedback.ask",
        "true or false",
    ),
    "a question that the kiosk itself asks": (
        edit("event.toml", 'id = "district"', 'id = "satisfaction"'),
        "event.toml",
        r"check_in.questions[2].id",
        "the kiosk itself asks",
    ),
    "a number as text": (
        edit("event.toml", "max_party = 200", 'max_party = "20"'),
        "event.toml",
        "check_in.max_party",
        "whole number",
    ),
    "an unknown kind": (
        edit("event.toml", 'kind = "radio"', 'kind = "pigeon"'),
        "event.toml",
        r"channels[3].kind",
        "is none of",
    ),
    "a key without ground": (
        drop_line(SURVEY, "source = "),
        SURVEY,
        "questions[0]",
        "neither a source nor a reason",
    ),
    "a profile that is too short": (short, TU, "", "the Chinese text has 3 characters"),
    "a file that does not belong": (
        write("scientists/notes.docx", b"x"),
        "scientists/notes.docx",
        "",
        "does not belong",
    ),
    "a file too large": (add(TU, "#" * 600_000), TU, "", "is larger than 512 kB"),
    "an id in the file": (edit(TU, "names =", 'id = "tu"\nnames ='), TU, "id", "is given by the file's name"),
}
