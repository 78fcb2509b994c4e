"""The daily brief: what is said of a day, that it is short, and that every number in it is a frozen figure."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.brief import MOST_CHARACTERS, BriefedDay, brief_locale, brief_rows, brief_text, length
from kiosk.domain.statistics import Figures, plain
from kiosk.domain.tables import Speech
from kiosk.domain.voices import SATISFACTION
from kiosk.storage.packs import read_pack
from kiosk.web.locale import translations
from tests.conftest import SHIPPED

SHIPPED_EVENT = read_pack(SHIPPED).event
ZH, EN = (Speech(locale, translations(locale).gettext) for locale in ("zh", "en"))
TITLE, THEME = SHIPPED_EVENT.title["zh"], SHIPPED_EVENT.theme.text

SMALL = {"visits": 12, "check_ins": 9, "by_hour": {"9": 12}, "by_stop": {"": 12}, "by_answer": {}}
LARGE = {
    "visits": 1328,
    "check_ins": 861,
    "by_stop": {"saihan": 1200, "": 128},
    "by_answer": {"visitor_type": {"primary_pupil": 620, "science_worker": 144, "teacher": 97, "retired": 61}},
    "stamps": 512,
    "souvenirs": 88,
    "by_hand": 460,
    "quiz_rounds": 302,
    "quiz_players": 240,
    "tributes": 415,
    "feedback": 96,
    "satisfaction": {"very_satisfied": 80, "satisfied": 14, "dissatisfied": 2},
}
NOTES = ("走访慰问基层一线科技工作者", "科技工作者座谈会")


def told(figures: dict, day: str = "5月30日", notes: tuple[str, ...] = (), **changes) -> BriefedDay:
    return BriefedDay(SHIPPED_EVENT.model_copy(update=changes), day, figures, notes)


def sentences(text: str) -> list[str]:
    return [one + "。" for one in text.split("。") if one]


def test_a_small_day_is_two_sentences():
    assert brief_text(told(SMALL), ZH) == (
        f"5月30日，{TITLE}举行，当日累计参与12人次（设备记录）。活动以“{THEME}”为主题。"
    )


def test_a_large_day_says_what_the_kiosk_recorded_and_what_staff_counted_apart():
    text = brief_text(told(LARGE, notes=NOTES), ZH)
    assert sentences(text)[:4] == [
        f"5月30日，{TITLE}在赛罕区设有现场，当日累计参与1328人次（设备记录），另由工作人员登记460人次，两项分别统计。",
        f"活动以“{THEME}”为主题。",
        "设备记录中，较多的是小学生620人次、科技工作者144人次、教师97人次。",
        "当日另有以下工作：走访慰问基层一线科技工作者；科技工作者座谈会。",
    ]
    assert "1788" not in text
    assert length(text) <= MOST_CHARACTERS


def test_with_a_short_theme_everything_finds_room():
    theme = SHIPPED_EVENT.theme.model_copy(update={"text": "创新争先、自立自强"})
    text = brief_text(told(LARGE, notes=NOTES, theme=theme), ZH)
    assert sentences(text)[4:] == [
        "科学答一答（练习）有240人次参加，答完302轮。",
        "收到观众反馈96份，其中非常满意80份、满意14份、不满意2份。",
        "集章卡盖章512次，发放纪念品88份。",
        "观众向科学家致敬415次。",
    ]


def test_the_least_important_gives_way_and_no_sentence_is_cut():
    def said(theme: str) -> list[str]:
        changed = SHIPPED_EVENT.theme.model_copy(update={"text": theme})
        return sentences(brief_text(told(LARGE, notes=NOTES, theme=changed), ZH))

    whole = said("新")
    assert len(whole) == 8
    for longer in range(20, 260, 20):
        found = said("新" * longer)
        assert found[:2] == [whole[0], f"活动以“{'新' * longer}”为主题。"] or longer > 200
        others = [one for one in found[1:] if "新" not in one]
        assert set(others) <= {*whole, "当日另有以下工作：走访慰问基层一线科技工作者等。", "收到观众反馈96份。"}
        left = MOST_CHARACTERS - sum(map(length, found))
        for lost in (one for one in whole[4:] if one not in found and "反馈" not in one):
            assert length(lost) > left
    assert "致敬" not in "".join(said("新" * 180))


def test_a_theme_without_room_is_left_out_and_never_cut():
    theme = SHIPPED_EVENT.theme.model_copy(update={"text": "新" * 290})
    text = brief_text(told(LARGE, theme=theme), ZH)
    assert "新" not in text and "当日累计参与1328人次" in text and "致敬415次" in text


def test_names_without_end_give_way_to_the_figures():
    title = {"zh": "长" * 290, "en": "long"}
    assert brief_text(told(SMALL, title=title), ZH).startswith(
        "5月30日，2018年全国科技工作者日举行，当日累计参与12人次"
    )
    text = brief_text(told(SMALL, title=title, short_title=title), ZH)
    assert text.startswith("当日累计参与12人次（设备记录）。")


def test_a_day_that_no_clock_knew_is_told_without_a_date():
    text = brief_text(told(LARGE | {"stamps": 0}, day=""), ZH)
    assert text.startswith(
        f"{TITLE}在赛罕区设有现场，本场累计参与1328人次（设备记录），另由工作人员登记460人次，两项分别统计。"
    )
    assert "当日" not in text


def test_what_did_not_happen_is_not_said():
    text = brief_text(told({"visits": 0, "by_hand": 0}), ZH)
    assert text == f"5月30日，{TITLE}没有统计数字。活动以“{THEME}”为主题。"
    text = brief_text(told(plain(Figures()) | {"by_hand": 30}), ZH)
    assert text.startswith(f"5月30日，{TITLE}举行，当日参与30人次（工作人员登记）。")
    for figures in ({}, {"visits": -3, "by_stop": None, "by_answer": [1], "feedback": "many", "satisfaction": 7}):
        assert brief_text(told(figures), ZH) == brief_text(told({"visits": 0}), ZH)


def test_a_day_without_figures_tells_what_staff_did_and_claims_no_figures():
    theme = SHIPPED_EVENT.theme.model_copy(update={"text": "创新"})
    assert brief_text(told({}, notes=NOTES, theme=theme), ZH) == (
        f"5月30日，{TITLE}开展了以下工作：走访慰问基层一线科技工作者；科技工作者座谈会。活动以“创新”为主题。"
    )
    assert brief_text(told({}, notes=("甲", "乙", "丙", "丁"), theme=theme), ZH).startswith(
        f"5月30日，{TITLE}开展了以下工作：甲；乙；丙等。"
    )
    assert "举行" not in brief_text(told({}, day=""), ZH)
    assert "举行" in brief_text(told({"tributes": 1}), ZH)


def test_a_name_that_ends_in_a_digit_does_not_run_into_its_number():
    plan = SHIPPED_EVENT.check_in
    first, *others = plan.questions
    option = first.options[0].model_copy(update={"label": {"zh": "三年级2", "en": "Class 2"}})
    question = first.model_copy(update={"options": (option, *first.options[1:])})
    changed = plan.model_copy(update={"questions": (question, *others)})
    theme = SHIPPED_EVENT.theme.model_copy(update={"text": "创新"})
    figures = SMALL | {"by_answer": {first.id: {option.id: 12}}}
    text = brief_text(told(figures, check_in=changed, theme=theme), ZH)
    assert "三年级2：12人次" in text and "212" not in text
    assert "Class 2: 12" in brief_text(told(figures, check_in=changed, theme=theme), EN)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((9, 5, 5, 5), "设备记录中，较多的是小学生9人次。"),
        ((5, 5, 5, 5), ""),
        ((9, 5, 4, 4), "设备记录中，较多的是小学生9人次、中学生5人次。"),
        ((9, 5, 4, 0), "设备记录中，小学生9人次、中学生5人次、大学生／研究生4人次。"),
    ],
)
def test_no_kind_of_visitor_is_left_out_that_came_as_often_as_one_that_is_named(counts, said):
    question = SHIPPED_EVENT.check_in.question("visitor_type")
    ids = [
        option.id for option in question.options if option.label["zh"] in ("小学生", "中学生", "大学生／研究生", "教师")
    ]
    theme = SHIPPED_EVENT.theme.model_copy(update={"text": "创新"})
    figures = SMALL | {"by_answer": {"visitor_type": dict(zip(ids, counts, strict=True))}}
    (*_, last) = sentences(brief_text(told(figures, theme=theme), ZH))
    assert last == (said or "活动以“创新”为主题。")


def test_choices_that_the_pack_no_longer_has_are_told_without_an_id():
    figures = SMALL | {"by_answer": {"visitor_type": {"ancient": 7, "teacher": 5}}, "by_stop": {"gone": 7, "saihan": 5}}
    theme = SHIPPED_EVENT.theme.model_copy(update={"text": "创新"})
    text = brief_text(told(figures, theme=theme), ZH)
    assert "设备记录中，已撤销的选项7人次、教师5人次。" in text and "在赛罕区等地设有现场" in text


def test_more_places_and_notes_than_a_message_holds_are_said_to_be_more():
    figures = SMALL | {"by_stop": {"xincheng": 1, "huimin": 4, "yuquan": 3, "saihan": 4, "gone": 9}}
    theme = SHIPPED_EVENT.theme.model_copy(update={"text": "创新"})
    text = brief_text(told(figures, notes=("甲。", "乙", "甲。", "丙；", "丁"), theme=theme), ZH)
    assert "在回民区、赛罕区、玉泉区等地设有现场" in text
    assert text.endswith("当日另有以下工作：甲；乙；丙等。")
    long = tuple(name * 60 for name in "甲乙丙")
    assert brief_text(told(SMALL, notes=long), ZH).endswith(f"当日另有以下工作：{long[0]}；{long[1]}等。")


def test_a_quotation_in_the_theme_has_inner_marks():
    theme = SHIPPED_EVENT.theme.model_copy(update={"text": "庆祝“全国科技工作者日”"})
    assert "活动以“庆祝‘全国科技工作者日’”为主题。" in brief_text(told(SMALL, theme=theme), ZH)


def test_in_english_one_is_one():
    figures = {"visits": 1, "by_hand": 1, "by_stop": {"saihan": 1}, "quiz_rounds": 1, "quiz_players": 1, "feedback": 1}
    text = brief_text(told(figures, day="30 May"), EN)
    assert text == (
        "30 May, National Science and Technology Workers’ Day 2018 in Hohhot: the kiosk stood in Saihan District; the "
        "kiosk recorded 1 visit that day, and staff counted 1 person by hand; the two are kept apart. Practice quiz: "
        "1 round finished by 1 person. Feedback from visitors: 1."
    )
    assert "2 visits" in brief_text(told({"visits": 2}, day="30 May"), EN)
    approved = SHIPPED_EVENT.theme.model_copy(update={"approved": {"en": "Science first"}})
    assert "Its theme: “Science first”." in brief_text(told({"visits": 2}, theme=approved), EN)


def test_the_office_reads_chinese_wherever_the_pack_has_it():
    assert brief_locale(SHIPPED_EVENT.model_copy(update={"locales": ("en", "zh")})) == "zh"
    assert brief_locale(SHIPPED_EVENT.model_copy(update={"locales": ("en",)})) == "en"


def test_the_picture_shows_the_visits_and_what_else_there_was():
    rows = brief_rows(told(LARGE), ZH)
    assert rows[:2] == [("参与人次（设备记录）", 1328), ("工作人员登记（人次）", 460)]
    assert (len(rows), rows[-1]) == (8, ("收到反馈（份）", 96))
    assert brief_rows(told({"visits": 0, "stamps": 0}), ZH) == []


NUMBERS = st.one_of(st.integers(-5, 3), st.integers(0, 10**7))
STOPS = [stop.id for stop in SHIPPED_EVENT.stops] + ["", "gone"]
TYPES = [option.id for option in SHIPPED_EVENT.check_in.questions[0].options] + ["gone"]
COUNTS = (
    "visits",
    "check_ins",
    "stamps",
    "souvenirs",
    "by_hand",
    "quiz_rounds",
    "quiz_players",
    "tributes",
    "feedback",
)
FIGURES = st.fixed_dictionaries(
    {},
    optional={name: NUMBERS for name in COUNTS}
    | {
        "by_stop": st.dictionaries(st.sampled_from(STOPS), NUMBERS),
        "by_answer": st.fixed_dictionaries({"visitor_type": st.dictionaries(st.sampled_from(TYPES), NUMBERS)}),
        "satisfaction": st.dictionaries(st.sampled_from(list(SATISFACTION)), NUMBERS),
    },
)


def numbers_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return {number for one in value.values() for number in numbers_in(one)}
    return {str(value)}


@given(
    FIGURES,
    st.sampled_from(["", "5月30日"]),
    st.lists(st.text("走访座谈a ", max_size=59).map(lambda text: text + "。"), max_size=5),
    st.sampled_from(["新", "新" * 120, THEME, "新" * 280]),
)
@pytest.mark.parametrize("speech", [ZH, EN], ids=["zh", "en"])
def test_every_number_is_a_figure_and_none_is_zero(speech, figures, day, notes, theme):
    plan = SHIPPED_EVENT.theme.model_copy(update={"text": theme})
    given = told(figures, day, tuple(notes), theme=plan)
    text = brief_text(given, speech)
    assert 0 < length(text) <= MOST_CHARACTERS
    assert text == brief_text(given, speech)
    assert text.endswith("。" if speech is ZH else ".")
    assert not re.search(r"[。，、；] *[。，、；]|%\(|\(\)|“”", text)
    bare = text.replace(day, "", 1) if day else text
    for words in (*given.event.title.values(), *given.event.short_title.values()):
        bare = bare.replace(words, "")
    said = re.findall(r"[0-9]+", bare)
    assert "0" not in said
    assert set(said) <= numbers_in(figures)
    for recorded in (figures.get("visits", 0), figures.get("by_hand", 0)):
        assert recorded <= 0 or str(recorded) in said, "what came is always said"
