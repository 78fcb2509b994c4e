"""The Chinese of the summary, sentence by sentence, and the document that is made of it."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import summary_words as say
from kiosk.domain.basis import Basis
from kiosk.domain.document import Chart, Heading, Paragraph, Table
from kiosk.domain.note import ABOUT, ROLES, Note
from kiosk.domain.numbering import Numbering
from kiosk.domain.numbers import FAMILIES, family_of, numbers_of, percent
from kiosk.domain.statistics import RULES, Figures, Marks, Overview
from kiosk.domain.summary import QUANTITIES, TEXTS, Summary, read_summary
from kiosk.domain.summary_text import document, title_of
from kiosk.domain.summary_told import Told
from kiosk.domain.tables import Speech
from kiosk.domain.voices import SATISFACTION
from kiosk.web.locale import translations
from tests.told import lines

SPEECH = Speech("zh", translations("zh").gettext)
MAY30 = date(2027, 5, 30)


def days(*offsets: int) -> list[date]:
    return [MAY30 + timedelta(one) for one in offsets]


SENTENCES = [
    (say.by_stop([("教学楼2", 380), ("北楼", 5)]), "从站点看，教学楼2：380人次、北楼5人次。"),
    (say.days(days(0)), "现场活动于2027年5月30日开展。"),
    (say.days(days(0, 1, 2)), "现场活动于2027年5月30日至6月1日开展，共3天。"),
    (say.days(days(0, 1)), "现场活动于2027年5月30日至31日开展，共2天。"),
    (say.days(days(0, 5)), "现场活动于2027年5月30日、6月4日开展，共2天。"),
    (say.days(days(0, 2, 4, 6, 8)), "现场活动于2027年5月30日至6月7日期间分5天开展。"),
    (say.days([date(2027, 12, 31), date(2028, 1, 1)]), "现场活动于2027年12月31日至2028年1月1日开展，共2天。"),
    (say.theme("创新", {"host": ["甲", "乙"], "supporter": ["丙"]}), "活动以“创新”为主题，由甲、乙主办，丙支持。"),
    (say.theme("", {"host": ["甲"], "undertaker": ["乙"]}), "活动由甲主办，乙承办。"),
    (say.theme("创新", {}), "活动以“创新”为主题。"),
    (say.theme("", {}), ""),
    (say.theme("庆祝“科技工作者日”", {}), "活动以“庆祝‘科技工作者日’”为主题。"),
    (say.places([], 0, [], 0), ""),
    (say.places(["新城区"], 0, [], 0), "现场设备在新城区使用。"),
    (say.places([], 1, [], 0), "现场设备在已撤销的站点使用。"),
    (
        say.places([], 2, [], 1),
        "现场设备先后在2个站点使用，分别为2个已撤销的站点。现场有记录的活动点1个，为已撤销的活动点。",
    ),
    (
        say.places(["新城区", "赛罕区"], 1, ["望远镜"], 0),
        "现场设备先后在3个站点使用，分别为新城区、赛罕区、1个已撤销的站点。现场有记录的活动点1个，为望远镜。",
    ),
    (say.places(["广场、公园", "学校"], 0, [], 0), "现场设备先后在2个站点使用，分别为广场、公园，学校。"),
    (say.places([], 0, ["望远镜", "展台3"], 0), "现场有记录的活动点2个，分别为望远镜、展台3。"),
    (
        say.places([f"{n}号站" for n in range(1, 201)], 3, list("甲乙丙丁戊己"), 0),
        "现场设备先后在1号站、2号站、3号站等203个站点使用。现场有记录的活动点6个，包括甲、乙、丙等。",
    ),
    (say.activities([]), ""),
    (say.activities(["科普基层行"]), "按照活动安排，开展和组织参加了以下活动：科普基层行。"),
    (
        say.activities(["座谈会、表彰会", "自治区知识竞赛。"]),
        "按照活动安排，开展和组织参加了以下2项活动：座谈会、表彰会；自治区知识竞赛。",
    ),
    (say.put_in({"panels": 20, "media": 3, "sessions": 0}), "活动期间，展出展板20块。"),
    (say.put_in({"media": 3}), ""),
    (
        say.came_of_it({"media": 3, "help": 2, "panels": 1}),
        "活动期间，为科技工作者办实事2件，媒体刊播相关报道3篇（条）。",
    ),
    (say.came_of_it({"media": 0}), ""),
    (
        say.visits(66, 30),
        "据现场设备记录，活动共有66人次参与；工作人员另登记30人次，两项分别统计，不相加。"
        "人次为参与次数，同一人多次参与的分别计入。",
    ),
    (say.visits(66, 0), "据现场设备记录，活动共有66人次参与。人次为参与次数，同一人多次参与的分别计入。"),
    (say.visits(0, 30), "据工作人员登记，活动共有30人次参与。人次为参与次数，同一人多次参与的分别计入。"),
    (say.visits(0, 0), ""),
    (say.by_day([(MAY30, 5)], 0), ""),
    (say.by_day([], 5), ""),
    (say.by_day([(MAY30, 5)], 2), "从日期看，5月30日5人次，另有2人次日期不详。"),
    (say.by_day([(MAY30, 5), (date(2027, 5, 31), 4)], 0), "从日期看，5月30日5人次、5月31日4人次。"),
    (say.by_day([(day, 4) for day in days(*range(6))], 0), "从日期看，6天均为4人次。"),
    (
        say.by_day(list(zip(days(*range(6)), (1, 9, 2, 3, 4, 5), strict=True)), 2),
        "从日期看，5月31日参与最多，为9人次，另有2人次日期不详。",
    ),
    (
        say.by_day(list(zip(days(*range(6)), (1, 9, 9, 3, 4, 5), strict=True)), 0),
        "从日期看，5月31日、6月1日参与最多，均为9人次。",
    ),
    (
        say.by_day([*((day, 9) for day in days(*range(6))), *((day, 1) for day in days(7))], 0),
        "从日期看，单日最多为9人次，共6天。",
    ),
    (say.by_stop([("新城区", 3)]), ""),
    (say.by_stop([("新城区", 3), (say.OTHER_PLACES, 1)]), "从站点看，新城区3人次、其他地点或未选站点1人次。"),
    (
        say.by_stop([(one, 9 - at) for at, one in enumerate("甲乙丙丁戊己")][::-1]),
        "从站点看，较多的是甲9人次、乙8人次、丙7人次。",
    ),
    (say.by_stop([(f"站{at}", 1) for at in "甲乙丙丁戊己庚"]), "从站点看，最多的是站甲、站乙、站丙等7项，各1人次。"),
    (say.answers(["", ""]), ""),
    (say.answers(["甲", "", "乙"]), "按观众签到时自行填写的情况统计，甲；乙。"),
    (say.by_answer("age_band", "年龄段", [], 0, 5), ""),
    (say.by_answer("district", "来源地区", [("赛罕区", 5)], 5, 9), "填写来源地区的5人次均来自赛罕区"),
    (say.by_answer("district", "来源地区", [("赛罕区", 1)], 1, 9), "填写来源地区的1人次来自赛罕区"),
    (say.by_answer("age_band", "年龄段", [("儿童", 3), ("成人", 2)], 5, 5), "从年龄段看，儿童3人次、成人2人次"),
    (
        say.by_answer("x", "“爱好”", [("看", 30), ("听", 10)], 40, 50),
        "填写“爱好”的40人次中，看30人次（占75%）、听10人次（占25%）",
    ),
    (
        say.by_answer("x", "类别", [(one, 9) for one in "甲乙丙丁戊己"], 29, 99),
        "填写类别的29人次中，最多的是甲、乙、丙等6项，各9人次",
    ),
    (
        say.by_answer("x", "类别", list(zip("甲乙丙丁戊己", (1, 3, 5, 5, 9, 5), strict=True)), 28, 99),
        "填写类别的28人次中，较多的是戊9人次、丙5人次、丁5人次、己5人次",
    ),
    (
        say.by_answer("x", "类别", list(zip("甲乙丙丁戊己庚", (8, 3, 3, 3, 3, 3, 3), strict=True)), 26, 99),
        "填写类别的26人次中，较多的是甲8人次",
    ),
    (say.question_words("district", "您从哪里来？"), "来源地区"),
    (say.question_words("hobby", "您喜欢什么？"), "“您喜欢什么”"),
    (say.quiz(0, 0), ""),
    (say.quiz(1, 1), "“科学答一答”练习共答完1轮，参与1人次。"),
    (say.quiz(2, 0), "“科学答一答”练习共答完2轮。"),
    (say.topics([]), ""),
    (say.topics([("健康", 80)]), "“健康”主题的答题正确率为80%。"),
    (say.topics([("健康", 80), ("数学", 47.9)]), "各主题答题正确率为：健康80%、数学47.9%。"),
    (
        say.topics([(one, 9) for one in "甲乙丙丁戊己"]),
        "各主题答题正确率均为9%。",
    ),
    (say.topics([("主题3", 80), ("数学", 47.9)]), "各主题答题正确率为：主题3：80%、数学47.9%。"),
    (
        say.topics(list(zip("甲乙丙丁戊己", (9, 8, 8, 5, 4, 3), strict=True))),
        "从各主题答题正确率看，较高的是甲9%、乙8%、丙8%，较低的是戊4%、己3%。",
    ),
    (say.topics(list(zip("甲乙丙丁戊己", (9, 9, 9, 9, 9, 3), strict=True))), "各主题答题正确率在3%至9%之间。"),
    (say.hardest([]), ""),
    (say.hardest([("地心非常热。", 20)]), "正确率较低的题目是“地心非常热”（正确率20%）。"),
    (say.hardest([("甲？", 20), ("乙", 30)]), "正确率较低的题目有：“甲？”（正确率20%）；“乙”（正确率30%）。"),
    (say.hardest([("“热”是能量", 20)]), "正确率较低的题目是“‘热’是能量”（正确率20%）。"),
    (
        say.hardest([("甲", 20), ("乙", 30), ("丙", 40), ("丁", 40), ("戊", 50)]),
        "正确率较低的题目有：“甲”（正确率20%）；“乙”（正确率30%）；“丙”（正确率40%）；“丁”（正确率40%）。",
    ),
    (say.hardest([(str(at), 20) for at in range(8)] + [("难", 30)]), "正确率最低的题目共8道，均为20%。"),
    (
        say.places([], 6, [], 7),
        "现场设备先后在6个站点使用（均已撤销）。现场有记录的活动点7个（均已撤销）。",
    ),
    (say.tributes(0), ""),
    (say.tributes(1), "观众向科学家致敬1次。"),
    (say.cards(0, 0, "书签"), ""),
    (say.cards(4, 0, "书签"), "现场集章卡盖章4次。"),
    (say.cards(4, 1, "书签"), "现场集章卡盖章4次，发放纪念品（书签）1份。"),
    (say.cards(0, 2, ""), "现场发放纪念品2份。"),
    (say.satisfaction(0, [], None), ""),
    (say.satisfaction(1, [("满意", 1)], None), "收到观众反馈1份，为“满意”。"),
    (say.satisfaction(3, [("满意", 3)], 100), "收到观众反馈3份，均为“满意”。"),
    (
        say.satisfaction(40, [("满意", 39), ("不满意", 1)], 97.5),
        "收到观众反馈40份，其中满意39份、不满意1份，基本满意及以上占97.5%。",
    ),
    (say.satisfaction(40, [("满意", 39), ("基本满意", 1)], 100), "收到观众反馈40份，其中满意39份、基本满意1份。"),
    (say.satisfaction(2, [("满意", 1), ("不满意", 1)], None), "收到观众反馈2份，其中满意1份、不满意1份。"),
    (say.suggestions([]), ""),
    (say.suggestions([("讲慢点", 2)]), "观众在反馈中选择的建议是“讲慢点”（2次）。"),
    (say.suggestions([("讲慢点", 2), ("多动手", 2)]), "观众在反馈中选择的建议有“讲慢点”“多动手”，各2次。"),
    (
        say.suggestions([("讲慢点", 2), ("多动手", 1)]),
        "观众在反馈中选择的建议有：“讲慢点”2次、“多动手”1次。",
    ),
    (
        say.suggestions(list(zip("甲乙丙丁戊己", (9, 8, 7, 6, 5, 5), strict=True))),
        "观众在反馈中选择较多的建议有：“甲”9次、“乙”8次、“丙”7次、“丁”6次、“戊”5次、“己”5次。",
    ),
    (
        say.suggestions(list(zip("甲乙丙丁戊己庚辛", (9, 5, 5, 5, 5, 5, 5, 5), strict=True))),
        "观众在反馈中选择较多的建议有：“甲”9次。",
    ),
    (
        say.suggestions([(one, 5) for one in "甲乙丙丁戊己庚辛"]),
        "观众在反馈中选择的建议，最多的是“甲”“乙”“丙”等8项，各5次。",
    ),
    ("\n".join(say.note(Note("visit", MAY30), 2027, None)), "走访慰问科技工作者（5月30日）。"),
    (
        "\n".join(say.note(Note("visit", MAY30, "走访老专家。", "送去慰问。\n\n听取意见。", 12), None, 2)),
        "2.走访老专家（2027年5月30日）。参加12人。送去慰问。\n听取意见。",
    ),
    (
        "\n".join(say.note(Note("group", MAY30, "", "", 45, {"pupil": 45}), 2027, None)),
        "接待团体参观（5月30日）。参加45人，均为学生。",
    ),
    (
        "\n".join(say.note(Note("group", MAY30, "", "", 47, {"staff": 2, "pupil": 45}), 2027, None)),
        "接待团体参观（5月30日）。参加47人，其中学生45人、工作人员2人。",
    ),
    ("\n".join(say.note(Note("visit", MAY30, "", "", 0), 2027, None)), "走访慰问科技工作者（5月30日）。"),
    ("\n".join(say.note(Note("visit", MAY30, "60周年展览"), 2027, 1)), "1. 60周年展览（5月30日）。"),
    (say.basis("5f8a", 1, 1, 1), "设备5f8a：第1号记录，共1条。"),
    (say.basis("5f8a", 1, 7, 7), "设备5f8a：第1号至第7号记录，共7条。"),
    (say.basis("5f8a", 1, 9, 7), "设备5f8a：第1号至第9号之间属于本次活动的记录，共7条。"),
    (say.clocks({"ntp": 7, "rtc": 0}), "以上记录的时间来源为网络授时。"),
    (
        say.clocks({"ntp": 7, "unknown": 2}),
        "以上记录的时间来源：网络授时7条、未经校准2条。时间未经校准的记录计入合计，不计入任何一天。",
    ),
    (say.clocks({"unknown": 2}), "以上记录的时间均未经校准。这些记录计入合计，不计入任何一天。"),
    (say.clocks({"unknown": 2, "restored": 1}), "以上记录的时间均未经校准。这些记录计入合计，不计入任何一天。"),
]


@pytest.mark.parametrize(("said", "expected"), SENTENCES)
def test_a_sentence_is_as_an_office_writes_it(said, expected):
    assert said == expected


def test_there_are_words_for_everything_that_can_be_told():
    assert set(say.ABOUT) == set(ABOUT) and set(say.ROLES) == set(ROLES)
    assert list(say.SATISFACTION) == list(SATISFACTION)
    assert {*say._PUT_IN, *say._CAME_OF_IT} == set(QUANTITIES)
    assert set(FAMILIES) == set(RULES)


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(1, 3, 33.3), (1, 2, 50), (2, 3, 66.7), (0, 5, 0), (5, 5, 100), (1, 3000, 0.1), (2999, 3000, 99.9)],
)
def test_a_share_has_a_decimal_where_it_needs_one(part, whole, share):
    assert percent(part, whole) == share and type(percent(part, whole)) is type(share)


@pytest.mark.parametrize(("part", "whole", "share"), [(7, 112, 6.3), (63, 112, 56.3), (1, 16, 6.3), (201, 400, 50.3)])
def test_half_a_tenth_goes_up_as_in_a_spreadsheet(part, whole, share):
    assert percent(part, whole) == share


# The document


def figures(visits: int = 0, **more) -> Figures:
    found = Figures(visits=visits, check_ins=min(visits, 3), **more)
    found.visits_by_stop[None] = visits
    return found


NOTHING = Overview(0, Figures(), {}, Figures())


@pytest.fixture
def told(shipped_pack):
    def make(overview: Overview = NOTHING, notes=(), summary=None, basis=(), pack=shipped_pack) -> Told:
        return Told(pack, overview, notes, summary or Summary(), basis, SPEECH)

    return make


def headings(found) -> list[str]:
    numbers = Numbering()
    return [numbers.next(block.level) + block.text for block in found.blocks if isinstance(block, Heading)]


def test_of_nothing_it_tells_whose_event_it_was_and_keeps_the_four_sections(told, shipped_pack):
    found = document(told())
    assert headings(found) == [*("一、开展情况", "二、工作成效", "三、典型经验", "四、意见建议")]
    (paragraph,) = [block.text for block in found.blocks if isinstance(block, Paragraph)]
    assert shipped_pack.event.theme.text in paragraph
    assert paragraph.endswith("由呼和浩特市科学技术协会、呼和浩特市科学技术局主办。")
    assert found.attachments == () and (found.recipient, found.signed_by, found.day) == ("", "", "")
    assert found.title == "呼和浩特市2018年“全国科技工作者日”系列活动总结"


def test_the_sections_that_are_usual_come_only_with_words_and_all_are_numbered_in_order(told):
    said = Summary(texts={one: f"{one}\n\n 第二段 " for one in TEXTS})
    assert headings(document(told(summary=said))) == [
        *("一、开展情况", "（一）基本情况", "（二）主要做法", "二、工作成效", "三、典型经验"),
        *("四、存在问题", "五、意见建议", "六、下一步打算"),
    ]
    said = Summary(texts={"plans": "打算"})
    assert headings(document(told(summary=said)))[-2:] == ["四、意见建议", "五、下一步打算"]


def test_every_word_of_staff_is_there_as_a_paragraph_of_its_own(told):
    hostile = "=1+1 <script>alert(1)</script> {count} %(what)s \\n {0}"
    said = Summary(
        texts={one: f"{one} {hostile}\n第二段" for one in TEXTS}, title=hostile, recipient=hostile, signed_by=hostile
    )
    notes = [Note("other", MAY30, hostile, hostile)]
    found = document(told(notes=notes, summary=said))
    texts = [block.text for block in found.blocks if isinstance(block, Paragraph)]
    assert {f"{one} {hostile}" for one in TEXTS} <= set(texts) and texts.count("第二段") == len(TEXTS)
    assert f"{hostile}（2027年5月30日）。{hostile}" in texts
    assert (found.title, found.recipient, found.signed_by) == (hostile, hostile, hostile)


def test_names_of_places_and_options_stay_what_they_are(told, shipped_pack):
    hostile = "=HYPERLINK(1)<b>&{0}%s"
    event = shipped_pack.event
    names = {"zh": hostile, "en": hostile}
    stops = tuple(one.model_copy(update={"name": names}) for one in event.stops)
    stations = tuple(one.model_copy(update={"name": names}) for one in event.stations)
    pack = replace(shipped_pack, event=event.model_copy(update={"stops": stops, "stations": stations, "title": names}))
    whole = figures(9)
    whole.visits_by_stop = Counter({stops[0].id: 4, stops[1].id: 5})
    whole.cards.by_station[stations[0].id] = 3
    found = document(told(Overview(9, whole, {MAY30: whole}, Figures()), pack=pack))
    said = "\n".join(lines(found))
    assert f"分别为{hostile}、{hostile}。现场有记录的活动点1个，为{hostile}。" in said
    assert f"从站点看，{hostile}：4人次、{hostile}：5人次。" in said and found.title == f"{hostile}活动总结"


def test_names_and_a_theme_of_two_lines_stand_on_one(told, shipped_pack):
    event = shipped_pack.event
    theme = event.theme.model_copy(update={"text": "凝聚力量，\n弘扬精神", "phrases": (), "unbroken": ()})
    stop = event.stops[0].model_copy(update={"name": {"zh": "新城区\n科技馆", "en": "Xincheng\nmuseum"}})
    pack = replace(shipped_pack, event=event.model_copy(update={"stops": (stop,), "theme": theme}))
    whole = figures(9)
    whole.visits_by_stop = Counter({stop.id: 9})
    said = "\n".join(lines(document(told(Overview(9, whole, {MAY30: whole}, Figures()), pack=pack))))
    assert "活动以“凝聚力量，弘扬精神”为主题" in said and "现场设备在新城区科技馆使用。" in said
    assert Speech("en", str).pick(stop.name) == "Xincheng museum"


@pytest.mark.parametrize(
    ("steps", "is_told"), [({"satisfied": 42}, False), ({"satisfied": 40, "dissatisfied": 2}, True)]
)
def test_the_rule_of_a_share_is_listed_where_the_share_is_told(told, steps, is_told):
    whole = figures(50, feedback=42, satisfaction=Counter(steps))
    said = "\n".join(lines(document(told(Overview(50, whole, {MAY30: whole}, Figures())))))
    assert ("基本满意及以上占" in said, "基本满意及以上的比例" in said) == (is_told, is_told)


def test_every_number_that_is_told_has_the_family_that_its_key_says():
    for family in FAMILIES:
        assert family_of(family) == family_of(f"{family}.x") == family
    assert family_of("unheard-of") == ""


def test_a_theme_is_told_in_chinese_or_not_at_all(told, shipped_pack):
    event = shipped_pack.event
    theme = event.theme.model_copy(update={"text": "Innovate", "language": "en", "phrases": (), "unbroken": ()})
    assert theme.text_in("zh") == ""
    approved = theme.model_copy(update={"approved": {"zh": "创新"}})
    assert approved.text_in("zh") == "创新"


@pytest.mark.parametrize(
    ("title", "called"), [("科技周活动", "科技周活动总结"), ("科技周", "科技周活动总结"), ("系列活动", "系列活动总结")]
)
def test_without_a_title_it_is_called_after_the_event(shipped_pack, title, called):
    assert title_of(shipped_pack.event.model_copy(update={"title": {"zh": title}}), SPEECH, "") == called


def test_the_table_holds_what_was_counted_entered_and_filled_in_each_in_its_row(told):
    whole = figures(20)
    whole.by_hand.people = 30
    summary = read_summary({"quantity.panels": "8", "quantity.media": "0"})
    about = ("visit", "visit", "round_table", "lecture", "group", "other")
    notes = [Note(one, MAY30) for one in about]
    (table, rules) = document(told(Overview(9, whole, {MAY30: whole}, Figures()), notes, summary)).attachments
    assert table.blocks[0] == Table(
        "",
        ("项目", "单位", "数量", "来源"),
        (
            ("参与人次（设备记录）", "人次", 20, "设备记录"),
            ("参与人次（工作人员登记）", "人次", 30, "工作人员登记"),
            ("签到次数", "次", 3, "设备记录"),
            ("现场活动天数", "天", 1, "设备记录、工作人员登记"),
            ("走访慰问科技工作者", "次", 2, "工作人员登记"),
            ("召开座谈会", "场", 1, "工作人员登记"),
            ("举办讲座", "场", 1, "工作人员登记"),
            ("接待团体参观", "批", 1, "工作人员登记"),
            ("展板", "块", 8, "单位填报"),
        ),
        "注：设备记录与工作人员登记的人次分别统计，不相加。",
        ("visits", "by_hand", "check_ins", "days", *(f"notes.{one}" for one in about[1:5])),
    )
    assert rules.title == "统计口径说明"


def test_there_is_a_rule_for_every_number_told_and_for_no_other(told):
    whole = figures(20)
    whole.visits_by_answer["district"] = Counter(saihan=3, huimin=2)
    overview = Overview(9, whole, {MAY30: whole}, Figures())
    found = document(told(overview, basis=[Basis("d" * 36, 1, 9, 9, {"ntp": 9})]))
    *_, table = found.attachments[-1].blocks
    named = {SPEECH.say(FAMILIES[one].name) for one in ("visits", "check_ins", "days", "answered", "answers")}
    assert {row[0] for row in table.rows} == named


def test_days_stand_beside_districts_and_the_table_adds_up(told):
    found, whole = {}, figures(0)
    for day in range(9):
        one = figures(10)
        one.visits_by_answer["district"] = Counter(saihan=day, huimin=1)
        found[MAY30 + timedelta(day)] = one
        whole.visits += 10
        whole.visits_by_answer["district"].update(one.visits_by_answer["district"])
    document_ = document(told(Overview(9, whole, found, Figures())))
    table = next(block for block in document_.attachments[0].blocks if getattr(block, "caption", ""))
    assert table.head == ("日期", "回民区", "赛罕区", "未填写", "合计")
    assert table.rows[0] == ("5月30日", 1, "—", 9, 10) and table.rows[-1] == ("合计", 9, 36, 45, 90)
    few = dict(list(found.items())[:2])
    whole = figures(20)
    for option in [one.id for one in told().event.check_in.question("district").options]:
        whole.visits_by_answer["district"][option] = 1
        next(iter(few.values())).visits_by_answer["district"][option] = 1
    document_ = document(told(Overview(9, whole, few, Figures())))
    table = next(block for block in document_.attachments[0].blocks if getattr(block, "caption", ""))
    assert table.head == ("地区", "5月30日", "5月31日", "合计") and table.rows[-1] == ("合计", 10, 10, 20)


def test_the_hardest_are_those_that_many_missed(told, shipped_pack):
    first, second, third = [one.id for one in shipped_pack.questions[:3]]
    whole = Figures()
    whole.quiz.rounds = 9
    whole.quiz.by_question.update({first: Marks(8, 0), second: Marks(10, 7), third: Marks(4, 0), "gone": Marks(9, 1)})
    found = told(Overview(9, whole, {}, Figures()))
    said = "\n".join(lines(document(found)))
    assert found.count(f"quiz.question.{second}") == 70, "what is not among the hardest has not become nought"
    words = {one.id: one.text["zh"].rstrip("。") for one in shipped_pack.questions}
    assert f"正确率较低的题目是“{words[first]}”（正确率0%）。" in said
    assert words[second] not in said and words[third] not in said and "gone" not in said


def test_what_the_pack_no_longer_has_is_told_together_and_by_no_id(told):
    whole = figures(9)
    whole.visits_by_stop = Counter({"moved": 3, "lost": 1, "saihan": 5})
    whole.by_hand.by_station = Counter({"booth-x": 2})
    whole.visits_by_answer["age_band"] = Counter(ancient=9)
    whole.visits_by_answer["district"] = Counter({"saihan": 4, "atlantis": 2, "eden": 1})
    whole.suggestions = Counter({"faster": 2, "louder": 1})
    whole.quiz.by_topic.update({"alchemy": Marks(4, 1), None: Marks(4, 3)})
    other = figures(1)
    other.visits_by_answer["district"] = Counter(eden=1)
    day, both = MAY30 + timedelta(1), figures(10)
    both.visits_by_stop, both.visits_by_answer = whole.visits_by_stop, whole.visits_by_answer
    found = told(Overview(9, whole, {MAY30: whole, day: other}, Figures()))
    said = "\n".join(lines(document(found)))
    assert "先后在3个站点使用，分别为赛罕区、2个已撤销的站点。" in said and "为已撤销的活动点。" in said
    assert "从站点看，赛罕区5人次、已撤销的站点4人次。" in said and "均为已撤销的选项" in said
    assert "赛罕区4人次、已撤销的选项3人次" in said and "建议是“已撤销的建议”（3次）" in said
    assert "“其他主题”主题的答题正确率为50%。" in said
    for gone in ("moved", "lost", "booth-x", "ancient", "atlantis", "eden", "faster", "louder", "alchemy"):
        assert gone not in said


def test_stops_come_in_the_order_of_their_first_day(told):
    first, second, whole = figures(4), figures(5), figures(9)
    first.visits_by_stop = Counter(saihan=4)
    second.visits_by_stop = Counter(huimin=2, saihan=3)
    whole.visits_by_stop = Counter(huimin=2, saihan=7, xincheng=1)
    found = told(Overview(9, whole, {MAY30: first, MAY30 + timedelta(1): second}, Figures()))
    assert "分别为赛罕区、回民区、新城区。" in "\n".join(lines(document(found)))


def test_where_nobody_signs_the_title_is_the_events_and_else_the_units(told):
    assert document(told()).title.startswith("呼和浩特市")
    assert document(told(summary=Summary(signed_by="赛罕区科学技术协会"))).title == (
        "赛罕区科学技术协会2018年“全国科技工作者日”活动总结"
    )
    assert document(told(summary=Summary(title="总结", signed_by="赛罕区科学技术协会"))).title == "总结"


def test_a_day_that_only_corrects_another_is_no_day_of_the_event(told):
    first, later, whole = figures(4), figures(0), figures(4)
    later.by_hand.people, whole.by_hand.people, first.by_hand.people = -3, 6, 9
    found = told(Overview(9, whole, {MAY30: first, MAY30 + timedelta(1): later}, Figures()))
    assert found.count("days") == 1
    assert "现场活动于2027年5月30日开展。" in "\n".join(lines(document(found)))


def test_numbers_that_both_make_have_both_sources(told):
    whole = figures(4)
    whole.by_hand.people, whole.by_hand.by_station = 5, Counter({told().event.stations[0].id: 5})
    table = document(told(Overview(9, whole, {MAY30: whole}, Figures()))).attachments[0].blocks[0]
    assert ("有记录的活动点", "个", 1, "工作人员登记") in table.rows
    assert ("现场活动天数", "天", 1, "设备记录、工作人员登记") in table.rows
    whole.cards.by_station = Counter({told().event.stations[0].id: 1})
    table = document(told(Overview(9, whole, {MAY30: whole}, Figures()))).attachments[0].blocks[0]
    assert ("有记录的活动点", "个", 1, "设备记录、工作人员登记") in table.rows


def test_where_people_were_only_counted_by_hand_the_kiosk_recorded_nothing(told):
    whole = Figures()
    whole.by_hand.people = 5
    table = document(told(Overview(9, whole, {MAY30: whole}, Figures()))).attachments[0].blocks[0]
    assert {row[3] for row in table.rows} == {"工作人员登记"}


def test_of_an_ordered_question_too_the_largest_answers_are_named(told, shipped_pack):
    question = shipped_pack.event.check_in.question("age_band")
    more = [question.options[0].model_copy(update={"id": f"more{at}"}) for at in range(9)]
    longer = question.model_copy(update={"options": (*question.options, *more)})
    event = shipped_pack.event
    plan = event.check_in.model_copy(
        update={"questions": tuple(longer if one is question else one for one in event.check_in.questions)}
    )
    pack = replace(shipped_pack, event=event.model_copy(update={"check_in": plan}))
    whole = figures(20)
    whole.visits_by_answer["age_band"] = Counter({one.id: at + 1 for at, one in enumerate(longer.options)})
    rows = [(one.label["zh"], at + 1) for at, one in enumerate(longer.options)][::-1]
    said = "\n".join(lines(document(told(Overview(9, whole, {MAY30: whole}, Figures()), pack=pack))))
    assert f"较多的是{rows[0][0]}{rows[0][1]}人次" in said


def test_pictures_are_numbered_as_they_come(told):
    whole = figures(90)
    whole.visits_by_answer["age_band"] = Counter(child=60, adult=30)
    whole.visits_by_answer["district"] = Counter(saihan=60, huimin=30)
    found = document(told(Overview(9, whole, {MAY30: whole}, Figures())))
    charts = [block for block in found.blocks if isinstance(block, Chart)]
    assert [one.caption for one in charts] == ["图1 参与人次（按年龄段）", "图2 参与人次（按来源地区）"]
    assert charts[1].rows == (("赛罕区", 60), ("回民区", 30)) and charts[1].unit == "人次"


counts = st.dictionaries(st.sampled_from(["saihan", "huimin", "gone", "yuquan"]), st.integers(0, 9)).map(Counter)


@given(counts, counts, st.integers(0, 40), st.integers(-9, 40))
def test_equal_values_give_an_equal_document_and_ties_a_fixed_order(shipped_pack, stops, districts, more, by_hand):
    def overview(turn: int) -> Overview:
        whole = Figures(visits=sum(districts.values()) + more)
        whole.by_hand.people = by_hand
        whole.visits_by_stop = Counter(dict(list(stops.items())[::turn]))
        whole.visits_by_answer["district"] = Counter(dict(list(districts.items())[::turn]))
        whole.suggestions = Counter(dict(list(districts.items())[::turn]))
        return Overview(1, whole, {}, Figures())

    one, other = (document(Told(shipped_pack, overview(turn), (), Summary(), (), SPEECH)) for turn in (1, -1))
    assert one == other
    numbers = numbers_of(shipped_pack.event, overview(1), (), SPEECH)
    assert all(number.value > 0 for number in numbers.values())
    assert {number.key: family_of(number.key) for number in numbers.values()} == {
        number.key: number.family for number in numbers.values()
    }


def test_without_stations_no_rule_of_cards(told, shipped_pack):
    whole = figures(9)
    event = shipped_pack.event.model_copy(update={"stations": ()})
    pack = replace(shipped_pack, event=event)
    said = lines(document(told(Overview(9, whole, {MAY30: whole}, Figures()), pack=pack)))
    assert not any("集章卡" in line for line in said)
