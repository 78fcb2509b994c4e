"""Compiles the templates and the words, which each start would otherwise do: `python -m deploy.compile`.

For `deploy/install`: the service may write nothing beside the program. Serves nothing and leaves no data behind.
"""

import tempfile

from kiosk.app import create_app
from kiosk.config import read_config


def compile_all() -> None:
    """Compile every template and every catalogue. Raises what keeps a kiosk from starting."""
    with tempfile.TemporaryDirectory() as data:
        app = create_app(read_config({"KIOSK_DATA": data}))
        try:
            for name in app.jinja_env.list_templates():
                app.jinja_env.get_template(name)
        finally:
            app.extensions["kiosk"].close()


if __name__ == "__main__":
    compile_all()
