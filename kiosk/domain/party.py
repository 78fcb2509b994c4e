"""A party checking in: how many people, and how many of them chose which option.

Owns the rules of the check-in form, both ways: fields in, fields out. The same value backs the screens on the way
(as an address), the form (as hidden fields) and the entry (as answers), so they cannot disagree.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from kiosk.domain.entry import Answers, entry_id
from kiosk.domain.errors import N_, InvalidInput
from kiosk.domain.event import CheckIn, CheckInQuestion

_SIZE = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)


@dataclass(frozen=True)
class Party:
    """`answers` holds only positive counts; a question with none of them was declined by everyone."""

    size: int = 1
    answers: Answers = field(default_factory=dict)

    def count(self, question_id: str, option_id: str) -> int:
        """Return how many chose the option."""
        return self.answers.get(question_id, {}).get(option_id, 0)

    def declined(self, question_id: str) -> int:
        """Return how many have not answered the question."""
        return self.size - sum(self.answers.get(question_id, {}).values())

    def with_count(self, question_id: str, option_id: str, count: int) -> "Party":
        """Return the party with `count` people on that option, at most as many as are left for it."""
        counts = dict(self.answers.get(question_id, {}))
        room = self.declined(question_id) + counts.pop(option_id, 0)
        count = min(max(count, 0), room)
        if count:
            counts[option_id] = count
        answers = {key: value for key, value in self.answers.items() if key != question_id}
        if counts:
            answers[question_id] = counts
        return replace(self, answers=answers)

    def without(self, question_id: str) -> "Party":
        """Return the party with that question declined by everyone."""
        return replace(self, answers={key: value for key, value in self.answers.items() if key != question_id})

    def implied(self, question: CheckInQuestion) -> "Party":
        """Return the party with what its answers to `question` imply added where nothing was said yet."""
        party = self
        answered = set(self.answers)
        for option in question.options:
            for other, choice in option.implies.items():
                if other not in answered and self.count(question.id, option.id):
                    party = party.with_count(
                        other, choice, party.count(other, choice) + self.count(question.id, option.id)
                    )
        return party

    def fields(self) -> Iterator[tuple[str, str]]:
        """Yield the party as form fields, in a fixed order."""
        yield "party_size", str(self.size)
        for question_id in sorted(self.answers):
            counts = self.answers[question_id]
            if self.size == 1:
                yield question_id, next(iter(counts))
                continue
            for option_id in sorted(counts):
                yield f"{question_id}.{option_id}", str(counts[option_id])


def read_party(fields: Iterable[tuple[str, str]], check_in: CheckIn) -> tuple[str, Party]:
    """Return the entry id and the party that a check-in form's fields say. Raises `InvalidInput`.

    Fields: `id`; `party_size`; per question `<question>=<option>` (the whole party) or `<question>.<option>=<count>`.
    """
    seen: dict[str, str] = {}
    for name, value in fields:
        if name in seen:
            raise InvalidInput(N_("This form says the same thing twice. Please start again."))
        seen[name] = value
    new_id = entry_id(seen.pop("id", ""))
    size = _size(seen.pop("party_size", ""), check_in)
    answers: Answers = {}
    answered_whole: set[str] = set()
    for name, value in seen.items():
        question_id, dot, option_id = name.partition(".")
        question = check_in.question(question_id)
        if question is None:
            raise InvalidInput(N_("This form asks something this kiosk does not know. Please start again."))
        if question_id in answered_whole or (not dot and question_id in answers):
            raise InvalidInput(N_("This form says the same thing twice. Please start again."))
        if not dot:
            option_id, count = value, size
            answered_whole.add(question_id)
        else:
            count = _count(value)
        if question.option(option_id) is None:
            raise InvalidInput(N_("One of the choices is not on offer here. Please start again."))
        counts = answers.setdefault(question_id, {})
        if count:
            counts[option_id] = count
        if sum(counts.values()) > size:
            raise InvalidInput(N_("More people answered than came. Please check the numbers."))
    return new_id, Party(size, {question: counts for question, counts in answers.items() if counts})


def _size(text: str, check_in: CheckIn) -> int:
    if not _SIZE.fullmatch(text) or int(text) > check_in.max_party:
        raise InvalidInput(
            N_("A group can have 1 to %(most)s people. Larger groups, please ask the staff."),
            most=check_in.max_party,
        )
    return int(text)


def _count(text: str) -> int:
    if text != "0" and not _SIZE.fullmatch(text):
        raise InvalidInput(N_("One of the numbers cannot be read. Please check the numbers."))
    return int(text)
