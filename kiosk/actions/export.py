"""Getting the log out as a table file that appears whole or not at all."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from kiosk.domain.event import SATISFACTION_QUESTION, Event, Pack
from kiosk.domain.quiz import AUDIENCE_QUESTION
from kiosk.domain.voices import SATISFACTION
from kiosk.exports.table import FORMATS, Columns, Labels
from kiosk.storage.folder import write_file
from kiosk.storage.log import Log

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do, now and then."""

_REPORT_EVERY = 2_000


def export(
    log: Log,
    target: Path,
    *,
    format: str,
    event: str | None = None,
    pack: Pack | None = None,
    labels: bool = False,
    language: str = "zh",
    heading: Callable[[str], str] = str,
    say: Callable[[str], str] = str,
    progress: Progress | None = None,
) -> int:
    """Write the log, or one event of it, to `target` and return the number of entries written.

    `pack` gives columns to questions nobody has answered yet and, with `labels`, the words; `say` gives the kiosk's own
    words in `language`. Raises `FileUnusable`.
    """
    questions = set(log.question_ids(event))
    if pack and event in (None, pack.event.id):
        questions |= {question.id for question in pack.event.check_in.questions}
        if pack.event.feedback.ask:
            questions.add(SATISFACTION_QUESTION)
        if pack.event.quiz.audiences:
            questions.add(AUDIENCE_QUESTION)
    columns = Columns(tuple(sorted(questions)), _labels(pack.event, language, say) if labels and pack else None)
    write = FORMATS[format]
    if format == "xlsx":
        write = partial(write, heading=heading)
    counter = _Counter(log.rows(event), log.count(event), progress)
    write_file(target, lambda file: write(counter, columns, file))
    counter.finish()
    return counter.done


class _Counter:
    """Passes rows on, counting them and telling of progress."""

    def __init__(self, rows: Iterator[tuple], total: int, progress: Progress | None):
        self._rows, self._total, self._progress = rows, total, progress
        self.done = 0

    def __iter__(self) -> Iterator[tuple]:
        for row in self._rows:
            yield row
            self.done += 1
            if self._progress and self.done % _REPORT_EVERY == 0:
                self._progress(self.done, max(self._total, self.done))

    def finish(self) -> None:
        if self._progress:
            self._progress(self.done, self.done)


def _labels(event: Event, language: str, say: Callable[[str], str]) -> Labels:
    def word(words: dict[str, str]) -> str:
        return words.get(language) or words[event.locales[0]]

    options = {
        question.id: {option.id: word(option.label) for option in question.options}
        for question in event.check_in.questions
    }
    options[SATISFACTION_QUESTION] = {level: say(sentence) for level, sentence in SATISFACTION.items()}
    options[AUDIENCE_QUESTION] = {one.id: word(one.label) for one in event.quiz.audiences}
    return Labels(
        options=options,
        suggestions={one.id: word(one.label) for one in event.feedback.suggestions},
        stops={place.id: word(place.name) for place in event.stops},
        stations={place.id: word(place.name) for place in event.stations},
    )
