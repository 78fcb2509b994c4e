"""The theme's lines, to whom the summary goes, texts that nobody can see, addresses, dates known in part."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kiosk.domain.event import Theme
from kiosk.domain.recipient import SummaryPlan
from kiosk.domain.text import Address, PartialDate, Plain, Words


def test_the_theme_is_cut_between_phrases_and_around_what_stays_whole():
    theme = Theme(
        text="学习十九大精神，创新", language="zh", phrases=("学习十九大精神，", "创新"), unbroken=("十九大",)
    )
    assert theme.runs() == [[("学习", False), ("十九大", True), ("精神，", False)], [("创新", False)]]


def test_a_theme_without_phrases_is_one_phrase():
    assert Theme(text="创新", language="zh").runs() == [[("创新", False)]]


def test_of_two_whole_words_at_one_place_the_longer_stays_whole():
    theme = Theme(text="新时代创新先锋", language="zh", unbroken=("新时代", "新时代创新先锋"))
    assert theme.runs() == [[("新时代创新先锋", True)]]


@given(st.lists(st.sampled_from(["甲", "乙丙", "丁", "，"]), min_size=1, max_size=12))
def test_the_runs_joined_are_the_theme(phrases):
    theme = Theme(
        text="".join(phrases), language="zh", phrases=tuple(phrases), unbroken=("丙",) if "乙丙" in phrases else ()
    )
    assert "".join(piece for phrase in theme.runs() for piece, _ in phrase) == theme.text


@pytest.mark.parametrize(
    "spoiled",
    [
        {"phrases": ("学习", "精神")},
        {"unbroken": ("没有",)},
        {"phrases": ("学习十九", "大精神"), "unbroken": ("十九大",)},
    ],
)
def test_refuses_phrases_that_change_or_cut_the_theme(spoiled):
    with pytest.raises(ValidationError):
        Theme.model_validate({"text": "学习十九大精神", "language": "zh"} | spoiled)


def test_the_summary_goes_where_the_notice_of_2018_says(shipped_pack):
    event = shipped_pack.event
    found = {unit.name["zh"]: unit.recipient["zh"] for unit in event.summary.units}
    assert found == {
        "旗县区科协": "呼和浩特市科学技术协会办公室",
        "市属学会、协会、研究会": "呼和浩特市科学技术协会办公室",
        "旗县区科技局": "呼和浩特市科学技术局生产力促进中心",
    }
    assert event.dates.summary_due == date(2018, 6, 5)
    # Contact persons and telephones of 2018 are nobody's business any more.
    said = [words for unit in event.summary.units for words in (*unit.recipient.values(), *unit.name.values())]
    assert not [text for text in said if re.search(r"[0-9@]", text)]


def test_a_unit_is_found_by_its_id_and_no_other():
    plan = SummaryPlan.model_validate(
        {"units": [{"id": "county", "name": {"zh": "县", "en": "County"}, "recipient": {"zh": "市", "en": "City"}}]}
    )
    assert plan.unit("county").recipient["en"] == "City"
    assert plan.unit("town") is plan.unit(None) is None
    assert SummaryPlan().units == ()


@pytest.mark.parametrize("text", ["", "a\u202eb", "a\u200bb", "a\x00", "a\tb", "\ud800", "a\ufeff"])
def test_refuses_text_that_nobody_can_see(text):
    with pytest.raises(ValidationError):
        TypeAdapter(Plain).validate_python(text)


def test_refuses_words_without_a_language_and_in_an_unknown_one():
    words = TypeAdapter(Words)
    assert words.validate_python({"zh": "字"}, context={"locales": ["zh"]})
    for spoiled, locales in (({"zh": "字"}, ["zh", "en"]), ({"zh": "字", "en": "w"}, ["zh"])):
        with pytest.raises(ValidationError):
            words.validate_python(spoiled, context={"locales": locales})


@pytest.mark.parametrize("address", ["https://kepu.example/quiz?a=1", "http://10.42.0.1:8000/", "http://[::1]/x"])
def test_accepts_web_addresses(address):
    assert TypeAdapter(Address).validate_python(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "ftp://a/b",
        "//a/b",
        "https://",
        "https://user:pass@a/",
        "https://a b/",
        "https://例.cn/",
        "HTTPS://a\\b",
        "",
    ],
)
def test_refuses_other_addresses(address):
    with pytest.raises(ValidationError):
        TypeAdapter(Address).validate_python(address)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("1940", True),
        ("1940-08", True),
        ("1940-08-24", True),
        ("1940-02-30", False),
        ("1940-13", False),
        ("40", False),
        ("1940-8-4", False),
    ],
)
def test_dates_are_as_far_as_they_are_known(text, good):
    if good:
        assert TypeAdapter(PartialDate).validate_python(text) == text
    else:
        with pytest.raises(ValidationError):
            TypeAdapter(PartialDate).validate_python(text)
