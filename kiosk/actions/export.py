"""Getting the log out as a table file that appears whole or not at all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from kiosk.actions import office_book
from kiosk.actions.office_book import Reach
from kiosk.actions.progress import Progress
from kiosk.actions.tally import Tally
from kiosk.domain.clock import Stamp
from kiosk.domain.entry import FIELDS
from kiosk.domain.errors import N_
from kiosk.domain.event import SATISFACTION_QUESTION, Event, Pack
from kiosk.domain.kinds import KINDS
from kiosk.domain.quiz import AUDIENCE_QUESTION
from kiosk.domain.tables import Speech
from kiosk.domain.voices import SATISFACTION
from kiosk.exports.table import Columns, Counting, Labels, write_csv, write_ndjson
from kiosk.exports.workbook import write_xlsx
from kiosk.storage.folder import scratch_folder, write_file
from kiosk.storage.log import Log

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
    now: Stamp | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the log, or one event of it, to `target` and return the number of entries written.

    `pack` gives columns to questions nobody has answered yet and, with `labels`, the words; `say` gives the kiosk's own
    words in `language`. A workbook has the figures of the pack's event before the log, both of one moment; `now` is
    when it is made. Raises `FileUnusable`, `LogUnreadable`.
    """
    questions = set(log.question_ids(event))
    if pack and event in (None, pack.event.id):
        questions |= {question.id for question in pack.event.check_in.questions}
        if pack.event.feedback.ask:
            questions.add(SATISFACTION_QUESTION)
        if pack.event.quiz.audiences:
            questions.add(AUDIENCE_QUESTION)
    columns = Columns(tuple(sorted(questions)), _labels(pack.event, language, say) if labels and pack else None)
    if format != "xlsx":
        counter = _Counter(log.rows(event), log.count(event), progress)
        write_file(target, lambda file: _WRITERS[format](counter, columns, file))
    else:
        counted = event or (pack.event.id if pack else None)
        overview = Tally(log, pack.event).overview() if pack and counted == pack.event.id else None
        through = overview.through if overview else log.size()[0]
        counter = _Counter(log.rows(event, through, tell_voided=True), log.count(event, through), progress)
        speech = Speech(language, say)
        book = office_book.book(pack, overview, now or Stamp(0, "", 0, "unknown"), speech, lambda: counter.reaches)
        kinds = {kind: say(words) for kind, words in KINDS.items()}
        zone = pack.event.zone if pack else None
        # Of an event that was closed, what the figures have left behind is in the log all the same.
        closed = log.through(log.begins_after(counted)) if counted else {}
        columns = replace(columns, counting=Counting(counted, zone, kinds, say(N_("voided")), closed))
        with scratch_folder(target) as scratch:
            write = partial(write_xlsx, heading=heading, book=book, scratch=scratch)
            write_file(target, lambda file: write(counter, columns, file))
    counter.finish()
    return counter.done


_WRITERS = {"csv": write_csv, "ndjson": write_ndjson}
_DEVICE, _SEQ = FIELDS.index("device"), FIELDS.index("seq")


class _Counter:
    """Passes rows on, counting them, noting what of each device they are, and telling of progress."""

    def __init__(self, rows: Iterator[tuple], total: int, progress: Progress | None):
        self._rows, self._total, self._progress = rows, total, progress
        self.done = 0
        self.reaches: list[Reach] = []

    def __iter__(self) -> Iterator[tuple]:
        reach = Reach("", 0, 0)
        for row in self._rows:
            if row[_DEVICE] != reach.device:
                reach = Reach(row[_DEVICE], row[_SEQ], row[_SEQ])
                self.reaches.append(reach)
            reach.last = row[_SEQ]
            reach.entries += 1
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
