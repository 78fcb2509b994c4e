"""The pictures to share: asked for, watched while a child process draws them, saved one by one or all together."""

import io
import zipfile

from flask import abort, g, redirect, render_template, send_file, url_for

from kiosk.actions.exports_asked import Asked
from kiosk.actions.share import share_names
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.locale import pick
from kiosk.web.staff import bp
from kiosk.web.staff.files import progress_of


@bp.get("/pictures")
@audience("staff_password")
def pictures():
    kiosk, asked = this_kiosk(), _asked()
    return render_template(
        "staff/pictures.html",
        asked=asked,
        count=1 + len(kiosk.pack.scientists),
        is_stale=bool(asked and asked.is_ready and asked.made_from != kiosk.pack.digest),
        shown=_shown(asked) if asked and asked.is_ready else [],
    )


@bp.post("/pictures")
@audience("staff_password")
def make_pictures():
    pack = this_kiosk().pack
    this_kiosk().exports.ask_pictures(g.locale, 1 + len(pack.scientists), pack.digest)
    return redirect(url_for("staff.pictures"), 303)


@bp.get("/pictures/progress")
@audience("staff_password", by_itself=True)
def pictures_progress():
    return progress_of(_asked())


@bp.get("/pictures/all.zip")
@audience("staff_password")
def pictures_together():
    asked = _asked()
    if asked is None or not asked.is_ready:
        return redirect(url_for("staff.pictures"), 303)
    name = f"{this_kiosk().event.id}-{asked.format}.zip"
    try:
        return send_file(asked.path, "application/zip", as_attachment=True, download_name=name, etag=False)
    except OSError:
        return redirect(url_for("staff.pictures"), 303)


@bp.get("/pictures/<name>.png")
@audience("staff_password")
def one_picture(name: str):
    asked = _asked()
    if asked is None or not asked.is_ready:
        abort(404)
    try:
        # Stored in there as it is, so that taking it out takes no time.
        with zipfile.ZipFile(asked.path) as together:
            content = together.read(f"{name}.png")
    except (OSError, KeyError, zipfile.BadZipFile):
        abort(404)
    return send_file(io.BytesIO(content), "image/png", download_name=f"{name}.png", etag=False)


def _asked() -> Asked | None:
    """Return the pictures in the language of this request that were asked for last, None if they are gone."""
    asked = this_kiosk().exports.asked_pictures(g.locale)
    return None if asked is None or (asked.is_ready and not asked.is_there) else asked


def _shown(asked: Asked) -> list[tuple[str, str]]:
    """Return (title, name) of each picture that was made."""
    pack = this_kiosk().pack
    titles = {pack.event.id: pick(pack.event.short_title, g.locale)}
    titles |= {person.id: pick(person.names, g.locale) for person in pack.scientists}
    try:
        with zipfile.ZipFile(asked.path) as together:
            made = set(together.namelist())
    except (OSError, zipfile.BadZipFile):
        return []
    names = share_names(pack.event, pack.scientists, g.locale)
    return [(titles[which], name.removesuffix(".png")) for which, name in names.items() if name in made]
