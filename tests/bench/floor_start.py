"""The floor of a cold start: the smallest Flask application under the same server.

Run as `python -m tests.bench.floor_start PORT`.
"""

import sys

import waitress
from flask import Flask

app = Flask("floor")


@app.get("/")
def home():
    return "ok"


if __name__ == "__main__":
    waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=16, _quiet=True)
