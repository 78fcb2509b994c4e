"""The quiz on the screen and on a phone: the codes, a round one question at a time, and its result.

A round is begun by a link, not by a form: what was chosen stands in the address of its first question, and counts until
that is answered.
"""

from flask import g, redirect, render_template, request, url_for

from kiosk.actions import quiz as action
from kiosk.domain.errors import N_, InvalidInput, Sentence
from kiosk.domain.quiz_round import MOST_TURNS, Place, Plan
from kiosk.web.access import audience, source
from kiosk.web.current import this_kiosk
from kiosk.web.locale import say
from kiosk.web.screen import bp
from kiosk.web.screen.codes import code_of, own_code

_ROUND = f"/quiz/<uuid:series>/<int(max={MOST_TURNS}):turn>"


@bp.get("/quiz")
@audience("visitor")
def quiz():
    kiosk = this_kiosk()
    plan, official = kiosk.event.quiz, kiosk.event.quiz.official
    chosen = _plan()
    playable = action.has_questions(kiosk)
    return render_template(
        "screen/quiz.html",
        plan=plan,
        official=official,
        official_code=code_of(official) if official else None,
        own_code=own_code(say(Sentence(N_("Science quiz")), g.locale), "screen.quiz")
        if playable and g.at_kiosk
        else None,
        lengths=action.lengths(kiosk),
        chosen=chosen.length,
        # None stands for everyone. Each its own round: who comes back and chooses another one begins anew.
        doors=[
            (one, _begin(action.new_place(), Plan(one.id if one else None, chosen.length)))
            for one in (*action.audiences(kiosk), None)
        ]
        if playable
        else [],
    )


@bp.get(f"{_ROUND}/<int:number>")
@audience("visitor")
def quiz_question(series, turn: int, number: int):
    place = Place(str(series), turn)
    try:
        return _question(action.step(this_kiosk(), place, number, _plan()))
    except action.RoundOver:
        return _to_result(place)


@bp.post(f"{_ROUND}/<int:number>")
@audience("visitor")
def answer_quiz_question(series, turn: int, number: int):
    said = list(request.form.items(multi=True))
    if len(said) != 1 or said[0][0] != "answer" or request.files:
        raise InvalidInput(N_("This form asks something this kiosk does not know. Please start again."))
    place = Place(str(series), turn)
    try:
        action.answer(this_kiosk(), place, number, _plan(), said[0][1], source())
    except action.RoundOver:
        return _to_result(place)
    return redirect(url_for("screen.quiz_question", series=series, turn=turn, number=number), 303)


@bp.get(_ROUND)
@audience("visitor")
def quiz_result(series, turn: int):
    kiosk = this_kiosk()
    result = action.result(kiosk, Place(str(series), turn))
    official = kiosk.event.quiz.official
    return render_template(
        "screen/quiz_result.html",
        result=result,
        official_code=code_of(official) if official else None,
        plan=kiosk.event.quiz,
        topics={topic.id: topic.label for topic in kiosk.event.quiz.topics},
        again=_begin(result.again, result.plan),
        usual=action.lengths(kiosk)[0],
    )


def _to_result(place: Place):
    return redirect(url_for("screen.quiz_result", **vars(place)), 303)


def _question(step: action.Step) -> str:
    place = step.place
    topic = next((one.label for one in this_kiosk().event.quiz.topics if one.id == step.question.topic), None)
    # Until the first answer the address alone knows what was chosen.
    chosen = {"audience": step.plan.audience, "length": step.plan.length} if step.number == 1 else {}
    return render_template(
        "screen/quiz_question.html",
        step=step,
        topic=topic,
        action=url_for("screen.answer_quiz_question", **vars(place), number=step.number, **chosen),
        onward=url_for("screen.quiz_question", **vars(place), number=step.number + 1)
        if step.number < step.length
        else url_for("screen.quiz_result", **vars(place)),
    )


def _plan() -> Plan:
    """Return what the address says of the round, as far as it is on offer."""
    return action.plan_for(this_kiosk(), request.args.get("audience"), request.args.get("length", type=int))


def _begin(place: Place, plan: Plan) -> str:
    """Return the address of the first question of a round."""
    return url_for("screen.quiz_question", **vars(place), number=1, audience=plan.audience, length=plan.length)
