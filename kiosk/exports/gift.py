"""Questions as Moodle's GIFT text, in one language: how a character is escaped, and what the format has a place for.

Format: https://docs.moodle.org/en/GIFT_format. It has no place for a second language, a source, a reasoning, a survey's
name or whose page tells more; what is left out is counted, so that it can be said. Reading stands in `gift_reading`.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from kiosk.domain.quiz import Question

# What means something to GIFT, and is written with a backslash where it means itself.
CONTROLS = "\\~=#{}:"

_ESCAPED = {ord(one): f"\\{one}" for one in CONTROLS} | {ord("\n"): "\\n"}

# Tags that carry what else there is about a question (Moodle reads them as tags): `[tag:level-2]`.
LEVEL, AUDIENCE, LOCAL = "level-", "audience-", "local"

NOT_CARRIED = ("translations", "source", "reasoning", "classic", "scientists")


def escaped(text: str) -> str:
    """Return `text` so that GIFT reads it as itself."""
    return text.translate(_ESCAPED)


def write_gift(
    title: str, questions: Iterable[Question], locale: str, topic_words: Callable[[str], str]
) -> tuple[str, Counter]:
    """Return the text, and how often each of `NOT_CARRIED` had to be left out.

    A category for each topic, in the order in which they come up; `topic_words` gives its name for people, which stands
    beside its id in a comment.
    """
    questions = list(questions)
    lost: Counter = Counter()
    lines = [f"// {_one_line(title)}", ""]
    for topic in dict.fromkeys(question.topic for question in questions):
        lines += [f"// {_one_line(topic_words(topic))}", f"$CATEGORY: {topic}", ""]
        for question in questions:
            if question.topic == topic:
                lines += [*_question(question, locale), ""]
                lost.update(_left_out(question))
    return "\n".join(lines), lost


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _question(question: Question, locale: str) -> list[str]:
    tags = [f"{LEVEL}{question.level}", *(f"{AUDIENCE}{one}" for one in question.audiences)]
    if question.local:
        tags.append(LOCAL)
    head = f"// [id:{question.id}] " + " ".join(f"[tag:{tag}]" for tag in tags)
    # `[plain]`: Moodle's importer would take the text for HTML.
    stem = f"::{question.id}::[plain]{escaped(question.text[locale])}"
    explanation = f"####{_words(question.explanation[locale])}"
    if question.right_option is None:
        return [head, f"{stem}{{{'TRUE' if question.key else 'FALSE'}", explanation, "}"]
    options = []
    for at, option in enumerate(question.options):
        words = option[locale]
        is_right = at == question.right_option
        # An option that begins like a weight gets a weight.
        weight = ("%100%" if is_right else "%0%") if words.startswith("%") else ""
        options.append(f"{'=' if is_right else '~'}{weight}{_words(words)}")
    return [head, f"{stem}{{", *options, explanation, "}"]


def _words(text: str) -> str:
    """Return a text inside the braces: what begins with a bracket could be taken for the name of a format."""
    return ("[plain]" if text.startswith("[") else "") + escaped(text)


def _left_out(question: Question) -> list[str]:
    there = {
        "translations": len(question.text) > 1,
        "source": question.source,
        "reasoning": question.reasoning,
        "classic": question.classic,
        "scientists": question.scientists,
    }
    return [name for name in NOT_CARRIED if there[name]]
