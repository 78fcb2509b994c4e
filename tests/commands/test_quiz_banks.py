"""Banks of questions in and out by command, and the look at what is weak in them."""

import tomllib
from functools import partial
from pathlib import Path

import pytest

from kiosk.actions.quiz_banks import _is_id as is_id
from kiosk.storage.packs import read_pack
from tests.conftest import SHIPPED

BANK = """\
$CATEGORY: school/earth

::sun::The Earth goes round the Sun.{T####One turn takes a year.}

// [id:moon] [tag:level-1] [tag:audience-primary_pupil]
::Mond::Der Mond{~glüht =spiegelt Licht ~ist hohl}

::essay::Describe a cloud.{}
"""


@pytest.fixture
def quiz(shell, tmp_path, monkeypatch):
    """Return a function that runs a `quiz` command on the shipped pack."""
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "data"))
    return partial(shell, "quiz")


@pytest.fixture
def gift(tmp_path) -> Path:
    file = tmp_path / "school.gift"
    file.write_text(BANK, encoding="utf-8")
    return file


def test_an_imported_bank_says_what_was_left_out_and_what_is_missing(quiz, gift, tmp_path):
    result = quiz("import", gift, "--output", tmp_path / "school.toml", "--lang", "en")
    assert result.stderr.splitlines() == ["school.gift: 8: left out: a question for an essay"]
    assert "2 questions written" in result.stdout
    assert "2 of them still lack something" in result.stdout
    bank = tomllib.loads((tmp_path / "school.toml").read_text(encoding="utf-8"))
    sun, moon = bank["questions"]
    assert bank["title"] == {"en": "school"}
    assert sun == {
        "id": "sun",
        "kind": "true_false",
        "topic": "earth",
        "text": {"en": "The Earth goes round the Sun."},
        "key": True,
        "explanation": {"en": "One turn takes a year."},
    }
    assert moon["options"] == [{"en": "glüht"}, {"en": "spiegelt Licht"}, {"en": "ist hohl"}]
    assert (moon["id"], moon["key"], moon["level"], moon["audiences"]) == ("moon", "B", 1, ["primary_pupil"])
    assert (tmp_path / "school.toml").stat().st_mode & 0o777 == 0o644
    assert "one language, en" in result.stdout
    assert "# still missing: explanation, source / reasoning" in (tmp_path / "school.toml").read_text(encoding="utf-8")


def test_with_defaults_a_complete_bank_goes_straight_into_a_pack_of_its_language(quiz, tmp_path, pack_folder, shell):
    text = BANK.split("// [id:moon]")[0]
    (tmp_path / "day.txt").write_text(text, encoding="utf-8")
    target = pack_folder / "quiz" / "day.toml"
    arguments = ("--topic", "matter", "--audience", "adult", "--audience", "farmer_herder", "--level", "2")
    result = quiz("import", tmp_path / "day.txt", "--output", target, *arguments, "--source", "Our school’s own bank")
    assert "still lack" not in result.stdout
    (question,) = tomllib.loads(target.read_text(encoding="utf-8"))["questions"]
    assert (question["topic"], question["audiences"], question["level"]) == ("matter", ["adult", "farmer_herder"], 2)
    assert question["source"] == {"title": {"zh": "Our school’s own bank"}}
    # The shipped pack speaks English too, and says so.
    result = shell("check-pack", pack_folder, status=2)
    assert {line.split(": ")[-1] for line in result.stderr.splitlines()} == {"no text for language en"}


def test_a_broken_file_is_refused_whole_with_every_line(quiz, gift, tmp_path):
    gift.write_text(BANK + "\nbroken{\n\nno answer{~a ~b}\n", encoding="utf-8")
    result = quiz("import", gift, "--output", tmp_path / "school.toml", status=2)
    assert [line.split(": ")[:2] for line in result.stderr.splitlines()] == [
        ["school.gift", "10"],
        ["school.gift", "12"],
    ]
    assert not (tmp_path / "school.toml").exists()
    result = quiz("import", gift, "--output", tmp_path / "school.toml", status=2, LANG="zh_CN.UTF-8")
    assert "花括号" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--topic", "Not An Id"], "is no id"),
        (["--audience", "x" * 41], "is no id"),
        (["--level", "4"], "4 is not in the range"),
        (["--lang", "fr"], "'fr' is not one of"),
    ],
)
def test_a_default_that_cannot_be_is_refused(quiz, gift, tmp_path, arguments, said):
    assert said in quiz("import", gift, "--output", tmp_path / "b.toml", *arguments, status=2).stderr
    assert not (tmp_path / "b.toml").exists()


def test_nothing_is_written_over_and_nothing_is_made_of_nothing(quiz, gift, tmp_path):
    (tmp_path / "there.toml").write_text("mine")
    assert "is there already" in quiz("import", gift, "--output", tmp_path / "there.toml", status=2).stderr
    assert (tmp_path / "there.toml").read_text() == "mine"
    assert "cannot be read" in quiz("import", tmp_path / "no.gift", "--output", tmp_path / "b.toml", status=2).stderr
    (tmp_path / "empty.gift").write_text("// nothing\n")
    assert "no question" in quiz("import", tmp_path / "empty.gift", "--output", tmp_path / "b.toml", status=2).stderr
    (tmp_path / "large.gift").write_bytes(b"x" * (4 * 1024 * 1024 + 1))
    assert (
        "larger than 4096 kB"
        in quiz("import", tmp_path / "large.gift", "--output", tmp_path / "b.toml", status=2).stderr
    )


def test_ids_are_made_where_there_are_none_and_none_comes_twice(quiz, tmp_path):
    long = "::abcdefghijklmnopqrstuvwxyz-0123456-abcde::"
    names = ["::Q 1::", "::Q-1::", "::第一题::", "", "::" + "Very Long Name " * 9 + "::", "::q-1::", long, long]
    text = "\n\n".join(f"{name}Statement {at}.{{T}}" for at, name in enumerate(names))
    (tmp_path / "names.gift").write_text(text, encoding="utf-8")
    quiz("import", tmp_path / "names.gift", "--output", tmp_path / "one.toml")
    quiz("import", tmp_path / "names.gift", "--output", tmp_path / "two.toml")
    ids = [one["id"] for one in tomllib.loads((tmp_path / "one.toml").read_text(encoding="utf-8"))["questions"]]
    assert ids[:2] + ids[5:6] == ["q-1", "q-1-2", "q-1-3"]
    assert len(set(ids)) == 8
    assert all(is_id(one) for one in ids)
    assert ids == [one["id"] for one in tomllib.loads((tmp_path / "two.toml").read_text(encoding="utf-8"))["questions"]]


def test_what_would_be_too_large_for_a_pack_is_not_written(quiz, tmp_path):
    text = "".join(f"{'很长的题干' * 40}{at}。{{T####{'解析' * 90}}}\n\n" for at in range(900))
    (tmp_path / "large.gift").write_text(text, encoding="utf-8")
    assert (
        "more than 512 kB" in quiz("import", tmp_path / "large.gift", "--output", tmp_path / "b.toml", status=2).stderr
    )
    assert not (tmp_path / "b.toml").exists()


def test_a_bank_is_checked_as_a_pack_checks_it(quiz, tmp_path, pack_folder):
    bank = pack_folder / "quiz" / "survey.toml"
    text = bank.read_text(encoding="utf-8")
    bank.write_text(text + text[text.index("\n[[questions]]") : text.index("\n[[questions]]", 200)], encoding="utf-8")
    assert "is listed twice" in quiz("check", bank, status=2).stderr
    (tmp_path / "link.toml").symlink_to(SHIPPED / "quiz" / "survey.toml")
    assert "nothing to look at" in quiz("check", tmp_path / "link.toml").stdout


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_bank_goes_out_and_comes_back(quiz, tmp_path, language):
    result = quiz("export", "--output", tmp_path / "all.gift", "--lang", language)
    shipped = read_pack(SHIPPED)
    assert f"{len(shipped.questions)} questions written" in result.stdout
    lost = result.stdout.splitlines()[1]
    assert lost.startswith("GIFT has no place for: texts in other languages: ")
    assert f"sources: {sum(bool(one.source) for one in shipped.questions)}" in lost
    result = quiz("import", tmp_path / "all.gift", "--output", tmp_path / "all.toml", "--lang", language)
    assert result.stderr == ""
    back = {one["id"]: one for one in tomllib.loads((tmp_path / "all.toml").read_text(encoding="utf-8"))["questions"]}
    assert back.keys() == {one.id for one in shipped.questions}
    for question in shipped.questions:
        ours = back[question.id]
        assert ours["text"] == {language: question.text[language]}
        assert ours["explanation"] == {language: question.explanation[language]}
        assert ours.get("options", []) == [{language: option[language]} for option in question.options]
        assert (ours["key"], ours["topic"], ours["level"]) == (question.key, question.topic, question.level)
        assert (ours["audiences"], ours.get("local", False)) == (list(question.audiences), question.local)


def test_one_bank_can_be_taken_out(quiz, tmp_path):
    quiz("export", "--output", tmp_path / "one.gift", "--bank", "survey")
    assert "survey-lasers-sound" in (tmp_path / "one.gift").read_text(encoding="utf-8")
    assert "ice-in-full-glass" not in (tmp_path / "one.gift").read_text(encoding="utf-8")
    assert (
        "has no bank “nothing”; it has: earth,"
        in quiz("export", "--output", tmp_path / "two.gift", "--bank", "nothing", status=2).stderr
    )
    assert "no texts in language fr" in quiz("export", "--output", tmp_path / "b", "--lang", "fr", status=2).stderr


def test_the_shipped_bank_has_nothing_to_look_at(quiz):
    assert "nothing to look at" in quiz("check", SHIPPED).stdout
    assert "nothing to look at" in quiz("check", SHIPPED / "quiz" / "survey.toml").stdout


def test_what_is_weak_is_named_with_its_file_and_question(quiz, pack_folder, tmp_path):
    file = pack_folder / "quiz" / "survey.toml"
    text = file.read_text(encoding="utf-8")
    first = text.index("[[questions]]")
    second = text.index("[[questions]]", first + 1)
    twice = text[first:second].replace('id = "survey-earth-centre-hot"', 'id = "again"')
    file.write_text(text + "\n" + twice, encoding="utf-8")
    result = quiz("check", pack_folder, status=1)
    assert result.stderr.splitlines() == [
        f"quiz/survey.toml: again: is worded like survey-earth-centre-hot ({locale})" for locale in ("zh", "en")
    ]
    assert "2 to look at" in result.stdout


def test_a_gift_file_is_looked_at_as_it_stands(quiz, tmp_path):
    text = "".join(f"Statement number {chr(97 + at) * 9}.{{T}}\n\n" for at in range(12)) + "How many?{#3}\n"
    (tmp_path / "true.gift").write_text(text)
    result = quiz("check", tmp_path / "true.gift", "--lang", "en", status=1)
    assert result.stderr.splitlines() == [
        "true.gift: 25: left out: a question for a number",
        "12 of 12 statements are true",
    ]


def test_a_missing_translation_is_a_fault(quiz, tmp_path, gift):
    quiz("import", gift, "--output", tmp_path / "one.toml", "--source", "s")
    result = quiz("check", tmp_path / "one.toml", status=2)
    assert "one.toml: questions[0].text: no text for language en" in result.stderr
    result = quiz("check", tmp_path / "one.toml", "--lang", "zh", status=2)
    assert result.stderr.splitlines() == ["quiz/one.toml: questions[1].explanation: is missing"]
