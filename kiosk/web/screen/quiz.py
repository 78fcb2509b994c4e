"""The quiz on the screen and on a phone: the codes, a round one question at a time, and its result."""

from flask import g, redirect, render_template, request, url_for

from kiosk.actions import quiz as action
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, InvalidInput
from kiosk.web.access import audience, source
from kiosk.web.current import this_kiosk
from kiosk.web.screen import bp
from kiosk.web.screen.codes import code_of, own_code


@bp.get("/quiz")
@audience("visitor")
def quiz():
    kiosk = this_kiosk()
    official = kiosk.event.quiz.official
    questions = action.all_questions(kiosk)
    return render_template(
        "screen/quiz.html",
        official=official,
        official_code=code_of(official) if official else None,
        own_code=own_code(kiosk.pack.banks[0].title[g.locale], "screen.quiz") if questions and g.at_kiosk else None,
        bank=kiosk.pack.banks[0] if questions else None,
        length=min(kiosk.event.quiz.questions_per_round, len(questions)),
        start=url_for("screen.quiz_question", round_id=mint_id(), number=1),
    )


@bp.get("/quiz/<uuid:round_id>/<int:number>")
@audience("visitor")
def quiz_question(round_id, number: int):
    return render_template("screen/quiz_question.html", step=action.step(this_kiosk(), str(round_id), number))


@bp.post("/quiz/<uuid:round_id>/<int:number>")
@audience("visitor")
def answer_quiz_question(round_id, number: int):
    said = list(request.form.items(multi=True))
    if len(said) != 1 or said[0][0] != "answer" or request.files:
        raise InvalidInput(N_("This form asks something this kiosk does not know. Please start again."))
    action.answer(this_kiosk(), str(round_id), number, said[0][1], source())
    return redirect(url_for("screen.quiz_question", round_id=round_id, number=number), 303)


@bp.get("/quiz/<uuid:round_id>")
@audience("visitor")
def quiz_result(round_id):
    return render_template(
        "screen/quiz_result.html",
        result=action.result(this_kiosk(), str(round_id)),
        again=url_for("screen.quiz_question", round_id=mint_id(), number=1),
    )
