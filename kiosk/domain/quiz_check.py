"""What is weak in a bank of questions though nothing in it is broken: doubles, keys that can be guessed, texts too long
to be read standing. Reads no files, changes nothing.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

from kiosk.domain.errors import N_, Sentence
from kiosk.domain.quiz import LETTERS, Question

# What can be read at a glance on the smallest screen (800 × 480), in characters: Chinese, and other scripts.
LONGEST_STATEMENT, LONGEST_OPTION, LONGEST_EXPLANATION = (70, 190), (26, 75), (130, 380)

# A key is lopsided if chance alone would do as badly once in so many banks.
SURPRISING = 0.01
FEWEST_TO_JUDGE = 8

# Questions that share so much of their wording are taken for one asked twice.
ALIKE = 0.8
_PIECE = 3  # characters; pieces that many questions share are no sign of a double
_COMMON = 40


@dataclass(frozen=True)
class Worded:
    """A question as far as it is looked at: its words by language; `right` is the place of the right option from 0, or
    whether the statement is true.
    """

    id: str
    text: dict[str, str]
    options: tuple[dict[str, str], ...]
    right: bool | int
    explanation: dict[str, str]

    @property
    def is_statement(self) -> bool:
        return isinstance(self.right, bool)


def worded(question: Question) -> Worded:
    """Return a question of a pack as it is looked at."""
    right = question.key if question.right_option is None else question.right_option
    return Worded(question.id, question.text, question.options, right, question.explanation)


@dataclass(frozen=True)
class Finding:
    """Something to look at: the question it is about (None: the bank as a whole), and what."""

    question: str | None
    what: Sentence


def findings(questions: Sequence[Worded], locales: Sequence[str]) -> list[Finding]:
    """Return everything that is weak, question by question, then what concerns them all."""
    found = [finding for question in questions for finding in _lengths(question, locales)]
    for locale in locales:
        found += _doubles(questions, locale)
    return found + list(_lopsided(questions, locales))


def _lengths(question: Worded, locales: Sequence[str]) -> Iterator[Finding]:
    texts = [(N_("the text"), question.text, LONGEST_STATEMENT)]
    texts += [(N_("an option"), option, LONGEST_OPTION) for option in question.options]
    texts.append((N_("the explanation"), question.explanation, LONGEST_EXPLANATION))
    for name, words, most in texts:
        for locale in locales:
            length, limit = len(words.get(locale, "")), most[0 if locale == "zh" else 1]
            if length > limit:
                values = {"what": Sentence(name), "locale": locale, "length": length, "most": limit}
                text = N_("%(what)s (%(locale)s) has %(length)s characters; up to %(most)s can be read standing")
                yield Finding(question.id, Sentence(text, values))


def _doubles(questions: Sequence[Worded], locale: str) -> Iterator[Finding]:
    """Yield the pairs whose wording is the same or nearly so, in one language."""
    pieces = [(question, _pieces(_wording(question, locale))) for question in questions]
    by_piece: dict[str, list[int]] = defaultdict(list)
    for at, (question, own) in enumerate(pieces):
        rare = [piece for piece in own if len(by_piece[piece]) <= _COMMON]
        shared = Counter(other for piece in rare for other in by_piece[piece])
        common = len(own) - len(rare)
        for other, count in shared.items():
            earlier, theirs = pieces[other]
            # Of those that could be alike even if they shared every common piece, all pieces are compared.
            if count + common < ALIKE * max(len(own), len(theirs)):
                continue
            both = len(own & theirs)
            if both >= ALIKE * (len(own) + len(theirs) - both):
                text = N_("is worded like %(other)s (%(locale)s)")
                yield Finding(question.id, Sentence(text, {"other": earlier.id, "locale": locale}))
        for piece in own:
            by_piece[piece].append(at)


def _wording(question: Worded, locale: str) -> str:
    options = sorted(option.get(locale, "") for option in question.options)
    text = " ".join([question.text.get(locale, ""), *options])
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())


def _pieces(text: str) -> frozenset[str]:
    return frozenset(text[at : at + _PIECE] for at in range(max(1, len(text) - _PIECE + 1)))


def _lopsided(questions: Sequence[Worded], locales: Sequence[str]) -> Iterator[Finding]:
    """Yield what lets a key be guessed without knowing anything: mostly true, mostly B, mostly the longest."""
    statements = [question for question in questions if question.is_statement]
    choices = [question for question in questions if not question.is_statement]
    for key, words in ((True, N_("true")), (False, N_("false"))):
        count = sum(question.right is key for question in statements)
        if _is_surprising(count, [0.5] * len(statements)):
            text = N_("%(count)s of %(total)s statements are %(key)s")
            yield Finding(None, Sentence(text, {"count": count, "total": len(statements), "key": Sentence(words)}))
    for place, letter in enumerate(LETTERS):
        able = [question for question in choices if len(question.options) > place]
        count = sum(question.right == place for question in able)
        if _is_surprising(count, [1 / len(question.options) for question in able]):
            text = N_("%(letter)s is right in %(count)s of %(total)s choices")
            yield Finding(None, Sentence(text, {"letter": letter, "count": count, "total": len(able)}))
    for locale in locales:
        count = sum(_is_longest(question, locale) for question in choices)
        if _is_surprising(count, [1 / len(question.options) for question in choices]):
            text = N_("the right option is the longest (%(locale)s) in %(count)s of %(total)s choices")
            yield Finding(None, Sentence(text, {"locale": locale, "count": count, "total": len(choices)}))


def _is_longest(question: Worded, locale: str) -> bool:
    lengths = [len(option.get(locale, "")) for option in question.options]
    right = lengths.pop(question.right)
    return right > max(lengths)


def _is_surprising(count: int, chances: Sequence[float]) -> bool:
    """Return whether so many or more would come about by chance less often than `SURPRISING`.

    The chances differ little, so their mean is taken for all (a binomial in place of a Poisson binomial, whose tail is
    thinner: it errs towards silence).
    """
    total = len(chances)
    if total < FEWEST_TO_JUDGE:
        return False
    mean = sum(chances) / total

    def probability(k: int) -> float:  # by logarithms: of five thousand questions the numbers are beyond any float
        ways = lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1)
        return exp(ways + k * log(mean) + (total - k) * log1p(-mean))

    return sum(probability(k) for k in range(count, total + 1)) < SURPRISING
