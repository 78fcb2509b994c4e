"""The official summary held against figures that somebody else added up: every number it has, and every one it says."""

import re
from collections.abc import Iterable
from datetime import date

from kiosk.actions.summary import SummaryNow, summary_now
from kiosk.domain.document import Chart, Paragraph, Table
from kiosk.domain.event import Pack
from kiosk.domain.numbers import FAMILIES, Number, percent
from kiosk.domain.summary import QUANTITIES
from kiosk.domain.summary_words import ABOUT
from kiosk.domain.tables import Speech
from kiosk.web.locale import translations
from tests.told import lines

SPEECH = Speech("zh", translations("zh").gettext)
_COUNTED = re.compile(r"(\d+(?:\.\d+)?)(人次|轮|次|份|天|个|%)")
_REPORTED_NUMBER = re.compile(r"\d+(?:场|块|份|人|家|件|篇)")
# Of those that are as large as each other: which, how many of them, and how large.
_ALIKE = re.compile(
    r"(?:(?P<names>[^，。；：]*?)(?:等(?P<many>\d+)项)?，各"
    r"|从日期看，(?P<names_of_days>[^，。；]+)参与最多，均为|从日期看，(?P<days>\d+)天均为|从日期看，单日最多为)"
    r"(?P<value>\d+)(?:人次|次)(?:，共(?P<in_days>\d+)天)?"
)
# What stands before a number that has no name of its own.
_LEADS = {
    "visits": ("据现场设备记录，活动共有",),
    "by_hand": ("工作人员另登记", "据工作人员登记，活动共有"),
    "days": ("共", "期间分"),
    "stops": ("现场设备先后在", "等"),
    "stations": ("现场有记录的活动点",),
    "quiz.rounds": ("练习共答完",),
    "quiz.players": ("参与",),
    "tributes": ("观众向科学家致敬",),
    "stamps": ("现场集章卡盖章",),
    "souvenirs": ("发放纪念品", "现场发放纪念品", "）"),
    "feedback": ("收到观众反馈",),
    "satisfied": ("基本满意及以上占",),
}
_CALLED = {"visitor_type": "人员类别", "age_band": "年龄段", "district": "来源地区"}
_BEFORE_A_NAME = ("，", "。", "；", "、", "：", "其中", "是", "”", "纪念品")
_WITHIN = ("）", "期间分", "练习共答完", "等", "满意及以上占")
# What staff fill in, as the document must say it.
_REPORTED = {
    "sessions": "举办活动{}场",
    "panels": "展出展板{}块",
    "leaflets": "发放宣传资料{}份",
    "volunteers": "组织志愿者{}人",
    "partners": "有{}家",
    "help": "为科技工作者办实事{}件",
    "media": "媒体刊播相关报道{}篇",
}
_NOUGHT = re.compile(r"(?<![\d.])(?<!\. )0(?:人次|轮|次|份|天|个|场|块|人|家|件|篇|条)")


# That people were taken off a count is no day of the event, nor is a souvenir handed out later.
_OF_AN_EVENT_DAY = ("visits", "stamps_all", "by_hand", "rounds", "tributes", "feedback")


def hold_summary(kiosk, whole: dict, days: dict) -> None:
    """Assert that the summary of a kiosk tells these figures and no others; `whole` and `days` from `added_up`."""
    found = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH)
    assert numbers_told(found) == numbers_of(whole, days)
    hold_sentences(found, kiosk.pack)
    again = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH)
    assert again.document == found.document


def numbers_told(found: SummaryNow) -> dict[str, int | float]:
    # Of the quiz and its topics the rows of the log say nothing that one would add up by hand.
    apart = ("quiz.topic.", "quiz.question.", "quiz.players", "satisfied", "notes.")
    return {key: number.value for key, number in found.numbers.items() if not key.startswith(apart)}


def numbers_of(whole: dict, days: dict) -> dict[str, int]:
    """Return the same of what was added up."""
    dated = {day: one for day, one in days.items() if day}
    told = {
        "visits": whole["visits"],
        "by_hand": whole["by_hand"],
        "check_ins": whole["check_ins"],
        "days": sum(1 for one in dated.values() if any(one[name] > 0 for name in _OF_AN_EVENT_DAY)),
        **{f"visits.day.{day}": one["visits"] for day, one in dated.items()},
        "visits.day.": whole["unknown"],
        "stops": sum(1 for stop in whole["stop"] if stop),
        **{f"visits.stop.{stop}": count for stop, count in whole["stop"].items()},
        **{f"answered.{question}": sum(counts.values()) for question, counts in whole["answers"].items()},
        **{f"answers.{q}.{option}": n for q, counts in whole["answers"].items() for option, n in counts.items()},
        "stations": len({*whole["stamps"], *(booth for booth, n in whole["by_hand_booth"].items() if n > 0)} - {""}),
        "stamps": whole["stamps_all"],
        "souvenirs": whole["souvenirs"],
        "quiz.rounds": whole["rounds"],
        "tributes": whole["tributes"],
        "feedback": whole["feedback"],
        **{f"satisfaction.{level}": count for level, count in whole["satisfaction"].items()},
        **{f"suggestions.{one}": count for one, count in whole["suggestions"].items()},
    }
    return {key: value for key, value in told.items() if value > 0}


def hold_sentences(found: SummaryNow, pack: Pack) -> None:
    """Assert that every number said stands behind the name of what it counts, and that none is nought."""
    for block in (*found.document.blocks, *(one for part in found.document.attachments for one in part.blocks)):
        if isinstance(block, Paragraph) and not any(key.startswith("notes.") for key in block.numbers):
            _hold_paragraph(block, found, pack)
        elif isinstance(block, Chart):
            named = {(name, one.value) for one in _own(block, found) for name in _names(one, pack)}
            assert set(block.rows) <= named, block
        elif isinstance(block, Table) and block.numbers:
            _hold_table(block, found, pack)
    reported = _reported(found)
    said = [line for line in lines(found.document) if line.startswith(("按照活动安排", "活动期间"))]
    assert all(any(one in line for line in said) for one in reported)
    for line in said:
        assert all(_ends_so(line, at.end(), reported) for at in _REPORTED_NUMBER.finditer(line)), line
    for line in lines(found.document):
        assert not _NOUGHT.search(line), line


def _own(block: Paragraph | Chart | Table, found: SummaryNow) -> list[Number]:
    return [found.numbers[key] for key in block.numbers if key in found.numbers]


def _names(number: Number, pack: Pack) -> list[str]:
    """Return what a reader finds right before a number of a list, in any way of writing it."""
    if number.family == "visits.day":
        day = date.fromisoformat(number.of) if number.of else None
        return [f"{day.month}月{day.day}日", f"{day.year}年{day.month}月{day.day}日"] if day else ["另有"]
    if number.family == "quiz.question":
        (text,) = [one.text["zh"] for one in pack.questions if one.id == number.of] or [number.of]
        return [f"“{text.rstrip('。')}”（正确率"]
    nameless = {"visits.stop": "其他地点或未选站点", "quiz.topic": "其他主题"}.get(number.family, "")
    return [number.of or nameless]


def _sayings(number: Number, own: list[Number], pack: Pack) -> list[str]:
    """Return every way in which a number may stand in a sentence, its name before it."""
    value, unit = number.value, "%" if number.unit == "%" else SPEECH.say(number.unit)
    if number.family in _LEADS:
        return [f"{lead}{value}{unit}" for lead in _LEADS[number.family]]
    if number.family == "answered":
        question = next(one for one in pack.event.check_in.questions if f"answered.{one.id}" == number.key)
        called = _CALLED.get(question.id, f"“{question.label['zh'].rstrip('？')}”")
        return [f"填写{called}的{value}{unit}"]
    said = []
    for name in _names(number, pack):
        if number.family == "suggestions":
            said += [f"“{name}”{value}{unit}", f"“{name}”（{value}{unit}"]
        elif number.family == "quiz.topic":
            said += [f"{name}{value}{unit}", f"{name}：{value}{unit}", f"“{name}”主题的答题正确率为{value}{unit}"]
            shares = [one.value for one in own if one.family == number.family]
            alike = [f"均为{value}{unit}"] if min(shares) == max(shares) else []
            alike += [f"在{value}{unit}"] if value == min(shares) else []
            alike += [f"在{min(shares)}{unit}至{value}{unit}"] if value == max(shares) else []
            said += [f"各主题答题正确率{one}" for one in alike]
        elif number.family == "quiz.question":
            many = sum(one.family == number.family and one.value == number.value for one in own)
            said += [f"{name}{value}{unit}", f"正确率最低的题目共{many}道，均为{value}{unit}"]
        elif number.family == "visits.day" and number.of:
            said += [f"{name}{value}{unit}", f"{name}参与最多，为{value}{unit}"]
        else:
            said += [f"{name}{value}{unit}", f"{name}：{value}{unit}"]
    question = number.key.split(".")[1] if number.family == "answers" else ""
    whole = [one.value for one in own if one.key == f"answered.{question}"]
    return said + [f"{one}（占{percent(value, of)}%" for one in said for of in whole]


def _hold_paragraph(block: Paragraph, found: SummaryNow, pack: Pack) -> None:
    own = _own(block, found)
    if not own:
        return
    allowed = [one for number in own for one in _sayings(number, own, pack)]
    text = _ALIKE.sub(lambda alike: _hold_alike(alike, own, pack), block.text)
    for said in _COUNTED.finditer(text):
        assert _ends_so(text, said.end(), allowed), (said.group(), block.text)


def _hold_alike(alike: re.Match, own: list[Number], pack: Pack) -> str:
    """Assert that those which are said to be alike are as many as is said; return what is left to be held."""
    value, many = float(alike["value"]), alike["many"] or alike["days"] or alike["in_days"]
    of_it = [one for one in own if one.value == value and one.family not in _LEADS and one.family != "answered"]
    names = [name for one in of_it for name in _names(one, pack)]
    for name in filter(None, re.split("[、“”]", re.sub("^.*(?:最多的是|建议有|建议，)", "", alike["names"] or ""))):
        assert name in names, (name, alike.group())
    assert not many or int(many) == len(of_it), alike.group()
    return ""


def _ends_so(text: str, end: int, sayings: Iterable[str]) -> bool:
    """Return whether one of the sayings ends there and begins where a name can: 满意 is no end of 不满意."""
    for one in sayings:
        before = text[:end].removesuffix(one)
        if len(before) < end and (not before or before.endswith(_BEFORE_A_NAME) or one.startswith(_WITHIN)):
            return True
    return False


def _reported(found: SummaryNow) -> list[str]:
    """Return what the document must say of the quantities that staff filled in."""
    filled = found.version.summary.quantities if found.version else {}
    return [words.format(filled[one]) for one, words in _REPORTED.items() if filled.get(one)]


def _hold_table(block: Table, found: SummaryNow, pack: Pack) -> None:
    if block.caption:
        rows = [[0 if cell == "—" else cell for cell in row] for row in block.rows]
        for at in range(1, len(block.head)):
            assert sum(row[at] for row in rows[:-1]) == rows[-1][at], block
        totals = {**dict(zip(block.head, rows[-1], strict=True)), **{row[0]: row[-1] for row in rows}}
        for one in _own(block, found):
            names = [name for name in _names(one, pack) if name in totals] if one.of else []
            assert all(totals[name] == one.value for name in names), (one, block)
        return
    filled = found.version.summary.quantities if found.version else {}
    own = _own(block, found)
    expected = {
        (ABOUT[one.key[6:]] if one.family == "notes" else SPEECH.say(FAMILIES[one.family].name), one.value)
        for one in own
    }
    expected |= {(SPEECH.say(QUANTITIES[one].name), count) for one, count in filled.items() if count}
    assert len(block.rows) == len(expected) and {(row[0], row[2]) for row in block.rows} == expected, block
    reported = {(SPEECH.say(QUANTITIES[one].name), count) for one, count in filled.items() if count}
    assert {(row[0], row[2]) for row in block.rows if row[3] == "单位填报"} == reported, block
