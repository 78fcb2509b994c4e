"""The Chinese of the official summary: its sentences, as a clerk of a city's science association writes them.

They are the content of one document that is always in Chinese (as GB/T 9704 has it), not words of the kiosk's screens,
so they are in no catalogue. Numbers come in ready-counted; nothing here counts, and no sentence tells of nought.
"""

from collections.abc import Sequence
from datetime import date

from kiosk.domain.clock import is_known
from kiosk.domain.note import Note
from kiosk.domain.numbers import FEWEST_FOR_SHARES, percent
from kiosk.domain.punctuation import before_number, enumerated, gap, quoted
from kiosk.domain.tables import leading

Counted = Sequence[tuple[str, int | float]]

SECTIONS = {
    "course": "开展情况",
    "results": "工作成效",
    "experience": "典型经验",
    "problems": "存在问题",
    "advice": "意见建议",
    "plans": "下一步打算",
}
BASICS, PRACTICE = "基本情况", "主要做法"
TABLE_TITLE, RULES_TITLE = "活动情况统计表", "统计口径说明"
TABLE_HEAD, RULES_HEAD = ("项目", "单位", "数量", "来源"), ("指标", "统计口径")
# Where a number of the table comes from.
RECORDED, ENTERED, REPORTED = "设备记录", "工作人员登记", "单位填报"

# As many parts as a reader takes in within a sentence; of more it tells the largest, and a picture or table the rest.
FEW = 5
LEADING = 3  # of more than a few, those that are named
HARD, MOST_HARD = 3, 5  # questions that are named, and where some are as hard as the last of them
MOST_NAMED = 3  # of more places than a few, those that are named

# What organisers did, as the sentence about the theme goes on.
_BY_ROLE = {"host": "主办", "undertaker": "承办", "co_organiser": "协办", "supporter": "支持"}

# How the kiosk's own three questions are called in writing, and how one answer for everybody is told.
_ASKED = {
    "visitor_type": ("人员类别", "为"),
    "age_band": ("年龄段", "为"),
    "district": ("来源地区", "来自"),
}
# Whose options have an order of their own, which a ranking would break.
IN_OWN_ORDER = frozenset({"age_band"})

ABOUT = {
    "visit": "走访慰问科技工作者",
    "round_table": "召开座谈会",
    "group": "接待团体参观",
    "lecture": "举办讲座",
    "outreach": "开展科普基层行活动",
    "award": "评选表彰",
    "media": "媒体报道",
    "other": "其他工作",
}
ROLES = {
    "science_worker": "科技工作者",
    "pupil": "学生",
    "public": "公众",
    "volunteer": "志愿者",
    "guest": "领导和嘉宾",
    "staff": "工作人员",
}
SATISFACTION = {
    "very_satisfied": "非常满意",
    "satisfied": "满意",
    "fairly_satisfied": "基本满意",
    "dissatisfied": "不满意",
    "very_dissatisfied": "非常不满意",
}
# In the order of a sentence: what was put in, then what came of it.
_PUT_IN = {
    "sessions": "举办活动{}场",
    "panels": "展出展板{}块",
    "leaflets": "发放宣传资料{}份",
    "volunteers": "组织志愿者{}人参与服务",
    "partners": "有{}家单位参与",
}
_CAME_OF_IT = {"help": "为科技工作者办实事{}件", "media": "媒体刊播相关报道{}篇（条）"}

TRUSTS = {
    "ntp": "网络授时",
    "rtc": "本机时钟",
    "staff": "工作人员设定",
    "restored": "未经校准（沿用关机前时间）",
    "unknown": "未经校准",
}

OTHER_PLACES, DAY_NOT_KNOWN, NOT_ANSWERED, OTHER_TOPIC = "其他地点或未选站点", "日期不详", "未填写", "其他主题"
TOTAL, OTHER_DISTRICTS = "合计", "其余地区"


# Small words


def day_words(day: date, year: int | None = None) -> str:
    """Return a day as it is written; without its year where that is `year`."""
    words = f"{day.month}月{day.day}日"
    return words if day.year == year else f"{day.year}年{words}"


def percent_words(share: int | float) -> str:
    """Return a share as it is written: “80%”, “47.9%”."""
    return f"{share}%"


def question_words(question_id: str, label: str) -> str:
    """Return what a question of the check-in is called in writing; by its own label where it is not one of ours."""
    return _ASKED[question_id][0] if question_id in _ASKED else quoted(label.rstrip("？?：:"))


def _stopped(text: str) -> str:
    return text.rstrip("。.；;，, ")


def _listed(rows: Counted, unit: str, whole: int | None = None) -> str:
    """Return what was counted, one after the other; with shares of `whole`, where that is given."""

    def one(words: str, count: int | float) -> str:
        share = f"（占{percent_words(percent(count, whole))}）" if whole else ""
        return f"{before_number(words)}{count}{unit}{share}"

    return gap(words for words, _ in rows).join(one(*row) for row in rows)


# 基本情况


def theme(theme_text: str, organisers: dict[str, list[str]]) -> str:
    """Return whose event it was and on what theme; `organisers` by role, `theme_text` empty where there is none."""
    by_role = [f"{'、'.join(names)}{_BY_ROLE[role]}" for role, names in organisers.items() if names]
    who = "由" + "，".join(by_role) if by_role else ""
    if theme_text:
        return f"活动以{quoted(theme_text)}为主题{'，' + who if who else ''}。"
    return f"活动{who}。" if who else ""


def days(found: Sequence[date]) -> str:
    """Return when there was something on site; `found` are one day at least, in order."""
    first, last, count = found[0], found[-1], len(found)
    if count == 1:
        return f"现场活动于{day_words(first)}开展。"
    if (last - first).days == count - 1:
        return f"现场活动于{_from_to(first, last)}开展，共{count}天。"
    if count <= 4:
        listed = "、".join([day_words(first), *(day_words(day, first.year) for day in found[1:])])
        return f"现场活动于{listed}开展，共{count}天。"
    return f"现场活动于{_from_to(first, last)}期间分{count}天开展。"


def _from_to(first: date, last: date) -> str:
    alike = (first.year, first.month) == (last.year, last.month)
    return f"{day_words(first)}至{f'{last.day}日' if alike else day_words(last, first.year)}"


def places(stops: Sequence[str], gone: int, stations: Sequence[str], gone_stations: int) -> str:
    """Return at which stops the kiosk recorded visits, and which booths were at work: what the log knows, which is not
    what was built there. `gone`, `gone_stations`: how many more, of those that the pack no longer has.
    """
    said = ""
    if stops or gone:
        many = len(stops) + gone
        where = _places(stops, gone, "站点")
        if many == 1:
            said = f"现场设备在{where}使用。"
        elif many <= FEW:
            said = f"现场设备先后在{many}个站点使用，分别为{where}。"
        elif stops:
            said = f"现场设备先后在{where}等{many}个站点使用。"
        else:
            said = f"现场设备先后在{many}个站点使用（均已撤销）。"
    if stations or gone_stations:
        many = len(stations) + gone_stations
        where = _places(stations, gone_stations, "活动点")
        if many == 1:
            said += f"现场有记录的活动点1个，为{where}。"
        elif many <= FEW:
            said += f"现场有记录的活动点{many}个，分别为{where}。"
        elif stations:
            said += f"现场有记录的活动点{many}个，包括{where}等。"
        else:
            said += f"现场有记录的活动点{many}个（均已撤销）。"
    return said


def _places(names: Sequence[str], gone: int, kind: str) -> str:
    if len(names) + gone > FEW:
        return enumerated(names[:MOST_NAMED])
    # By an id nobody knows a place.
    return enumerated(
        [*names, *([f"{gone}个已撤销的{kind}" if names or gone > 1 else f"已撤销的{kind}"] if gone else [])]
    )


def activities(titles: Sequence[str]) -> str:
    """Return which activities of the programme were held, or were another body's that people were sent to."""
    if not titles:
        return ""
    if len(titles) == 1:
        return f"按照活动安排，开展和组织参加了以下活动：{_stopped(titles[0])}。"
    said = "；".join(_stopped(title) for title in titles)
    return f"按照活动安排，开展和组织参加了以下{len(titles)}项活动：{said}。"


def put_in(quantities: dict[str, int]) -> str:
    """Return what was put into the event, as far as staff filled it in."""
    said = [words.format(quantities[one]) for one, words in _PUT_IN.items() if quantities.get(one)]
    return f"活动期间，{'，'.join(said)}。" if said else ""


def came_of_it(quantities: dict[str, int]) -> str:
    """Return what came of the event, as far as staff filled it in."""
    said = [words.format(quantities[one]) for one, words in _CAME_OF_IT.items() if quantities.get(one)]
    return f"活动期间，{'，'.join(said)}。" if said else ""


# 主要做法


def note(said: Note, year: int | None, number: int | None) -> list[str]:
    """Return a note as paragraphs; `number` where there are several, `year` that need not be said."""
    head = _stopped(said.title) or ABOUT.get(said.about, ABOUT["other"])
    first, *more = said.text.split("\n") if said.text else [""]
    # Before a digit a space: else 1. and 60周年 would be 1.60周年.
    lead = f"{number}.{' ' * head[0].isdigit()}{head}" if number else head
    return [f"{lead}（{day_words(said.day, year)}）。{_people(said)}{first}", *(line for line in more if line.strip())]


def _people(said: Note) -> str:
    if not said.people:
        return ""
    roles = [(words, said.roles[role]) for role, words in ROLES.items() if said.roles.get(role)]
    if len(roles) == 1 and roles[0][1] == said.people:
        return f"参加{said.people}人，均为{roles[0][0]}。" if said.people > 1 else f"参加1人，为{roles[0][0]}。"
    return f"参加{said.people}人{'，其中' + _listed(roles, '人') if roles else ''}。"


# 工作成效


def visits(recorded: int, by_hand: int) -> str:
    """Return how many came, what the kiosk recorded and what people entered apart from each other; and once what 人次
    means.
    """
    if recorded and by_hand:
        apart = f"工作人员另登记{by_hand}人次，两项分别统计，不相加。"
        return f"据现场设备记录，活动共有{recorded}人次参与；{apart}{_VISIT}"
    if recorded:
        return f"据现场设备记录，活动共有{recorded}人次参与。{_VISIT}"
    return f"据工作人员登记，活动共有{by_hand}人次参与。{_VISIT}" if by_hand else ""


_VISIT = "人次为参与次数，同一人多次参与的分别计入。"


def by_day(found: Sequence[tuple[date, int]], unknown: int) -> str:
    """Return the recorded visits of each day, or of the busiest where there are many; those without a day besides."""
    if len(found) + bool(unknown) < 2:
        return ""
    year = found[0][0].year
    besides = f"，另有{unknown}人次日期不详" if unknown else ""
    if len(found) <= FEW:
        return f"从日期看，{_listed([(day_words(day, year), count) for day, count in found], '人次')}{besides}。"
    most = max(count for _, count in found)
    busiest = [day_words(day, year) for day, count in found if count == most]
    if len(busiest) == len(found):
        return f"从日期看，{len(found)}天均为{most}人次{besides}。"
    if len(busiest) > FEW:
        return f"从日期看，单日最多为{most}人次，共{len(busiest)}天{besides}。"
    return f"从日期看，{'、'.join(busiest)}参与最多，{'均' if len(busiest) > 1 else ''}为{most}人次{besides}。"


def by_stop(rows: Counted) -> str:
    """Return the recorded visits of each stop, in its own order; of many those with the most."""
    return f"从站点看，{_many(rows, '人次')}。" if len(rows) > 1 else ""


def by_answer(question_id: str, words: str, rows: Counted, answered: int, visits: int) -> str:
    """Return what visitors said of themselves, a part of a sentence; `words`: what the question is called."""
    if not rows:
        return ""
    if len(rows) == 1:
        said = _ASKED[question_id][1] if question_id in _ASKED else "为"
        return f"填写{words}的{answered}人次{'均' if answered > 1 else ''}{said}{rows[0][0]}"
    lead = f"从{words}看" if answered == visits else f"填写{words}的{answered}人次中"
    return f"{lead}，{_many(rows, '人次', answered)}"


def answers(parts: Sequence[str]) -> str:
    """Return the sentence of what visitors said of themselves."""
    said = "；".join(part for part in parts if part)
    return f"按观众签到时自行填写的情况统计，{said}。" if said else ""


def _many(rows: Counted, unit: str, whole: int | None = None) -> str:
    """Return all of a few, of many the largest; shares where the whole is large enough to speak of them."""
    shares_of = whole if whole and whole >= FEWEST_FOR_SHARES else None
    if len(rows) <= FEW:
        return _listed(rows, unit, shares_of)
    if most := leading(rows, LEADING, FEW):
        return f"较多的是{_listed(most, unit, shares_of)}"
    return _alike(rows, unit)


def _alike(rows: Counted, unit: str) -> str:
    """Return that the largest of the rows are alike: so many that not all are named."""
    most = max(count for _, count in rows)
    names = [words for words, count in rows if count == most]
    return f"最多的是{enumerated(names[:LEADING])}等{len(names)}项，各{most}{unit}"


def quiz(rounds: int, players: int) -> str:
    """Return how much the practice quiz was played."""
    if not rounds:
        return ""
    return f"“科学答一答”练习共答完{rounds}轮{f'，参与{players}人次' if players else ''}。"


def topics(rows: Counted) -> str:
    """Return the share of right answers of each topic, the highest first."""
    if not rows:
        return ""
    if len(rows) == 1:
        return f"“{rows[0][0]}”主题的答题正确率为{percent_words(rows[0][1])}。"
    if len(rows) <= FEW:
        return f"各主题答题正确率为：{_shares(rows)}。"
    # From both ends; two of each, a third where it is as high or as low as the second.
    high = leading(rows, 2, 3)
    low = [(words, -share) for words, share in leading([(words, -share) for words, share in rows], 2, 3)]
    if high and low:
        return f"从各主题答题正确率看，较高的是{_shares(high)}，较低的是{_shares(low[::-1])}。"
    least, most = (percent_words(one(share for _, share in rows)) for one in (min, max))
    return f"各主题答题正确率{f'均为{most}' if least == most else f'在{least}至{most}之间'}。"


def _shares(rows: Counted) -> str:
    return "、".join(f"{before_number(words)}{percent_words(share)}" for words, share in rows)


def hardest(rows: Counted) -> str:
    """Return questions that were answered right less often than others: a few, none of them left out for one that was
    missed no more; of too many alike how many there are.
    """
    if not rows:
        return ""
    hard = leading([(words, -share) for words, share in rows], HARD, MOST_HARD)
    if not hard:
        least = min(share for _, share in rows)
        alike = sum(share == least for _, share in rows)
        return f"正确率最低的题目共{alike}道，均为{percent_words(least)}。"
    said = "；".join(f"{quoted(_stopped(words))}（正确率{percent_words(-missed)}）" for words, missed in hard)
    return f"正确率较低的题目{'有：' if len(hard) > 1 else '是'}{said}。"


def tributes(count: int) -> str:
    """Return how often visitors paid tribute, of all scientists together."""
    return f"观众向科学家致敬{count}次。" if count else ""


def cards(stamps: int, souvenirs: int, souvenir: str) -> str:
    """Return what was done with cards; `souvenir`: what was handed out, in words."""
    said = [f"集章卡盖章{stamps}次"] if stamps else []
    said += [f"发放纪念品{f'（{souvenir}）' if souvenir else ''}{souvenirs}份"] if souvenirs else []
    return f"现场{'，'.join(said)}。" if said else ""


def satisfaction(feedback: int, rows: Counted, satisfied: int | float | None) -> str:
    """Return how satisfied visitors were; `satisfied`: the share of those who were, where there are enough to tell."""
    if not feedback:
        return ""
    if len(rows) == 1:
        return f"收到观众反馈{feedback}份，{'均' if feedback > 1 else ''}为“{rows[0][0]}”。"
    share = f"，基本满意及以上占{percent_words(satisfied)}" if tells_share(rows, satisfied) else ""
    return f"收到观众反馈{feedback}份，其中{_listed(rows, '份')}{share}。"


def tells_share(rows: Counted, satisfied: int | float | None) -> bool:
    """Return whether the share of those who were satisfied is told; of one step, or of all, the steps do it already."""
    return len(rows) > 1 and bool(satisfied) and satisfied < 100


# 意见建议


def suggestions(rows: Counted) -> str:
    """Return what visitors suggested: all of a few, of many those that were chosen most often."""
    if not rows:
        return ""
    if len(rows) == 1:
        return f"观众在反馈中选择的建议是{quoted(rows[0][0])}（{rows[0][1]}次）。"
    said = [(quoted(words), count) for words, count in rows]
    if len(rows) <= FEW:
        alike = len({count for _, count in rows}) == 1
        listed = f"{''.join(words for words, _ in said)}，各{rows[0][1]}次" if alike else f"：{_listed(said, '次')}"
        return f"观众在反馈中选择的建议有{listed}。"
    if most := leading(rows, FEW, FEW + 2):
        return f"观众在反馈中选择较多的建议有：{_listed([(quoted(words), count) for words, count in most], '次')}。"
    return f"观众在反馈中选择的建议，{_alike(said, '次')}。"


# 附件

BASIS = "总结中的各项数字，除单位填报的以外，均根据以下记录统计得出。"
AFTER_CLOSING = "活动结束后作废的记录仍计入；工作记录以最后一次更正为准。"
WITHOUT_DATE = "时间未经校准的记录计入合计，不计入任何一天。"


def apart() -> str:
    """Return the note under the table, where both kinds of 人次 stand in it."""
    return "注：设备记录与工作人员登记的人次分别统计，不相加。"


def basis(device: str, first: int, last: int, entries: int) -> str:
    """Return which entries of a device the numbers rest on."""
    if entries == 1:
        return f"设备{device}：第{first}号记录，共1条。"
    if entries == last - first + 1:
        return f"设备{device}：第{first}号至第{last}号记录，共{entries}条。"
    return f"设备{device}：第{first}号至第{last}号之间属于本次活动的记录，共{entries}条。"


def clocks(counted: dict[str, int]) -> str:
    """Return how far the clock of the entries can be trusted."""
    rows = [(TRUSTS.get(trust, trust), count) for trust, count in counted.items() if count]
    if not any(count for trust, count in counted.items() if is_known(trust)):
        return "以上记录的时间均未经校准。这些记录计入合计，不计入任何一天。"
    said = f"以上记录的时间来源：{_listed(rows, '条')}。" if len(rows) > 1 else f"以上记录的时间来源为{rows[0][0]}。"
    if counted.get("restored") or counted.get("unknown"):
        said += WITHOUT_DATE
    return said
