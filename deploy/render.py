"""Makes the nginx configuration ready to use in a folder: `python -m deploy.render FOLDER [AS-SHIPPED=HERE]…`.

Adds headers.conf, made from kiosk/web/headers.py so that files served by nginx carry what pages carry, and puts other
paths and ports in the place of the appliance's. Starts nothing.
"""

import sys
from pathlib import Path

from kiosk.web.headers import HEADERS

PROJECT = Path(__file__).resolve().parent.parent


def headers_conf() -> str:
    """Return nginx's `add_header` for every header that the application puts on all its answers."""
    lines = [f'add_header {name} "{value}" always;' for name, value in HEADERS]
    return "\n".join(["# Made by deploy/render.py from kiosk/web/headers.py.", *lines, ""])


def render(folder: Path, changes: dict[str, str]) -> None:
    """Write the configuration into `folder`. Raises `LookupError` for a change that changes nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    unused = set(changes)
    for source in sorted((PROJECT / "deploy" / "nginx").glob("*.conf")):
        text = source.read_text(encoding="utf-8")
        for shipped, here in changes.items():
            if shipped in text:
                unused.discard(shipped)
                text = text.replace(shipped, here)
        (folder / source.name).write_text(text, encoding="utf-8")
    if unused:
        raise LookupError(f"not in the configuration: {', '.join(sorted(unused))}")
    (folder / "headers.conf").write_text(headers_conf(), encoding="utf-8")


if __name__ == "__main__":
    render(Path(sys.argv[1]), dict(change.split("=", 1) for change in sys.argv[2:]))
