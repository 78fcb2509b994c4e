"""The pack that ships says what the notice says, word for word where it counts, and nothing it cannot stand behind."""

import json
import re
from collections import Counter

import pytest

from kiosk.domain.quiz_check import findings, worded
from tests.conftest import SHIPPED

THEME = (
    "深入学习贯彻习近平新时代中国特色社会主义思想和党的十九大精神，弘扬中国科学家精神，"
    "争做新时代创新先锋，为建设世界科技强国再立新功"
)


def test_the_theme_is_the_notices_and_has_no_english_version(shipped_pack):
    theme = shipped_pack.event.theme
    assert theme.text == THEME
    assert theme.approved == {}
    assert theme.description["en"]


def test_the_summary_goes_to_whom_the_notice_says(shipped_pack):
    assert [(one.units["zh"], one.name["zh"]) for one in shipped_pack.event.recipients] == [
        ("旗县区科协，市属学会、协会、研究会", "呼市科协办公室"),
        ("旗县区科技局", "呼市科技局生产力促进中心"),
    ]


def test_no_line_can_end_inside_what_must_stay_whole(shipped_pack):
    whole = [piece for phrase in shipped_pack.event.theme.runs() for piece, is_whole in phrase if is_whole]
    assert any("习近平" in piece for piece in whole)
    assert any("党的十九大" in piece for piece in whole)


def test_the_organisers_stand_in_the_notices_order(shipped_pack):
    names = [(one.role, one.name["zh"]) for one in shipped_pack.event.organisers]
    assert names == [("host", "呼和浩特市科学技术协会"), ("host", "呼和浩特市科学技术局")]


@pytest.mark.parametrize(
    "words",
    [
        "座谈会",
        "评选表彰",
        "科普基层行",
        "公民科学素质知识网络大赛",
        "英才培养论坛",
        "60周年主题展览",
        "办实事",
        "走访慰问",
        "呼市日报",
        "典型",
        "科研院所、高校、企业",
    ],
)
def test_every_activity_of_the_notice_is_in_the_programme(shipped_pack, words):
    shown = " ".join(f"{one.title['zh']} {(one.text or {}).get('zh', '')}" for one in shipped_pack.event.programme)
    assert words in shown


def test_nothing_is_said_that_the_notice_does_not_give(shipped_pack):
    event = shipped_pack.event
    assert [one.id for one in event.programme if one.place or one.link] == []
    assert [one.id for one in event.channels if one.address or one.picture] == []
    assert event.quiz.official.address is None
    assert event.cards.souvenir is None


def test_the_booths_are_what_the_notice_speaks_of(shipped_pack):
    """How a place is laid out it does not say, so each booth is named after something in it."""
    text = (SHIPPED / "event.toml").read_text(encoding="utf-8")
    programme = text[: text.index("[[stations]]")]
    for station in shipped_pack.event.stations:
        assert station.name["zh"].removesuffix("风采") in programme + "科学答一答", station.id


def test_the_stops_of_the_tour_are_the_districts_it_was_announced_for(shipped_pack):
    districts = shipped_pack.event.check_in.question("district").options[:-1]
    assert [(stop.id, stop.name) for stop in shipped_pack.event.stops] == [(one.id, one.label) for one in districts]


def test_no_personal_contact_of_the_notice_is_in_the_pack():
    for path in SHIPPED.rglob("*.*"):
        text = path.read_text()
        assert not re.search(r"0471-|@qq|@163|(?<!\d)1[3-9]\d{9}(?!\d)|巴特尔|赵山丹|联系电弧", text), path


def test_the_district_question_ends_with_elsewhere(shipped_pack):
    options = shipped_pack.event.check_in.question("district").options
    assert len(options) == 10
    assert options[-1].label["zh"] == "呼和浩特市以外"


def test_pupils_imply_their_age(shipped_pack):
    question = shipped_pack.event.check_in.question("visitor_type")
    implied = {option.id: dict(option.implies) for option in question.options if option.implies}
    assert implied == {"primary_pupil": {"age_band": "child"}, "secondary_pupil": {"age_band": "teen"}}


def test_at_least_six_scientists_and_three_close_to_here(shipped_pack):
    assert len(shipped_pack.scientists) >= 6
    assert {"xurigan", "li-bo", "ding-daoheng"} <= {person.id for person in shipped_pack.scientists if person.tie}


def test_scientists_are_in_the_order_of_birth_and_not_ranked(shipped_pack):
    born = [person.born for person in shipped_pack.scientists]
    assert born == sorted(born)
    shown = json.dumps([person.model_dump(mode="json") for person in shipped_pack.scientists], ensure_ascii=False)
    assert not re.search(r"之父|享年|第一人|超过美国", shown)


def test_every_honour_after_the_event_shows_its_year(shipped_pack):
    late = [honour for person in shipped_pack.scientists for honour in person.honours if honour.year > 2018]
    assert late
    assert all(honour.year in (2018, 2019, 2024, 2025) for honour in late)


def test_suggestions_are_few_enough_to_read_standing(shipped_pack):
    suggestions = shipped_pack.event.feedback.suggestions
    assert 6 <= len(suggestions) <= 8
    assert all(len(one.label["zh"]) <= 12 for one in suggestions)


AUDIENCES = {"primary_pupil", "secondary_pupil", "adult", "farmer_herder"}


def test_the_bank_is_large_and_spread_over_topics_audiences_levels_and_kinds(shipped_pack):
    questions, plan = shipped_pack.questions, shipped_pack.event.quiz
    assert len(questions) >= 100
    by_topic = Counter(one.topic for one in questions)
    assert set(by_topic) == {topic.id for topic in plan.topics}
    assert min(by_topic.values()) >= 12
    assert {one.id for one in plan.audiences} == AUDIENCES
    for audience in AUDIENCES:
        own = [one for one in questions if audience in one.audiences]
        # Enough for several rounds of ten in a row, from most topics.
        assert len(own) >= 60, audience
        assert len({one.topic for one in own}) >= 8, audience
    assert Counter(one.level for one in questions).keys() == {1, 2, 3}
    assert min(Counter(one.kind for one in questions).values()) >= 40
    assert sum(one.local for one in questions) >= 10
    assert sum(bool(one.classic) for one in questions) >= 10


def test_the_bank_has_nothing_that_lets_a_key_be_guessed_and_nothing_twice(shipped_pack):
    assert findings([worded(one) for one in shipped_pack.questions], ["zh", "en"]) == []


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_question_has_words_topic_ground_and_two_sentences_that_teach(shipped_pack, locale):
    for question in shipped_pack.questions:
        assert question.topic and question.audiences, question.id
        assert all(words[locale] for words in (question.text, question.explanation, *question.options)), question.id
        assert question.source or (question.reasoning and question.reasoning[locale]), question.id
        assert not question.source or question.source.fact, question.id
        explanation = question.explanation[locale]
        # At the end of a sentence, not within a number or an abbreviation.
        ends = re.findall(r"[。！？]" if locale == "zh" else r"[.!?](?=[”’]?(?:\s|$))", explanation)
        assert len(ends) == 2, (question.id, explanation)
        assert not re.match(r"[对错]|正确|True|False|Right|Wrong", explanation), question.id


def test_no_question_compares_countries_or_ranks_anybody(shipped_pack):
    for question in shipped_pack.questions:
        said = json.dumps(question.model_dump(mode="json"), ensure_ascii=False)
        assert not re.search(r"超过美国|世界第[一二三]|全国第[一二三]|之父|排名|优于[美日英]", said), question.id


def test_the_nations_rise_is_told_with_its_survey_and_no_other_country(shipped_pack):
    literacy = shipped_pack.event.quiz.literacy
    shares = {share.year: share.percent for share in literacy.shares}
    assert (shares[2010], shares[2024]) == (3.27, 15.37)
    assert "中国公民科学素质抽样调查" in literacy.survey["zh"]
    assert not re.search(r"美国|日本|欧|US|Japan|Europe", json.dumps(literacy.model_dump(), ensure_ascii=False))
