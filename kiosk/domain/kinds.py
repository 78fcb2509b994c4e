"""The kinds of entries in words, for whoever reads the log: on a page or in the office's workbook."""

from kiosk.domain.errors import N_

KINDS = {
    "check_in": N_("Check-in"),
    "quiz": N_("Quiz round"),
    "quiz_begun": N_("Quiz round begun"),
    "tribute": N_("Tribute"),
    "feedback": N_("Feedback given"),
    "scan": N_("Stamp"),
    "souvenir": N_("Souvenir handed out"),
    "tally": N_("Counted by hand"),
    "tally_less": N_("Counted by hand, taken off"),
    "shift": N_("Volunteer on duty"),
    "shift_end": N_("Volunteer off duty"),
    "void": N_("Correction"),
    "opening": N_("Opening"),
    "pack": N_("Content pack changed"),
    "sign_off": N_("Content signed off"),
    "display": N_("Screen"),
    "trial": N_("Trial of recording"),
    "anchor": N_("Clock set"),
    "note": N_("Activity note"),
    "summary": N_("Summary saved"),
    "day_closed": N_("Day closed"),
    "event_closed": N_("Event closed"),
}
