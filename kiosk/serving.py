"""`kiosk serve`: waitress with limits that a room full of phones cannot exhaust, and what it prints at start."""

import gc
import logging
import math
import resource
import socket
import sys
import time
from collections.abc import Callable

import waitress
from waitress.channel import HTTPChannel

from kiosk.actions.first_secrets import first_secret_files, take_first_secrets
from kiosk.app import create_app
from kiosk.config import Config
from kiosk.domain.errors import N_, BadSetting
from kiosk.storage.machine import addresses

# Sixteen requests at a time share one commit; more only cost memory. A slow connection costs no thread: waitress
# starts a task when the whole request is in.
THREADS = 16
CONNECTIONS = 2_000
FILES_OF_ONE = 2  # the connection, and the file it is being sent
SPARE_FILES = 200  # for the log, the pages, the requests being answered
LARGEST_HEADER_BYTES = 32 * 1024
# The application refuses bodies over 64 kB with a page of its own; past this the server says so in its plain way. What
# connections have sent of a body stays in memory: 600 with half of a megabyte each took 340 MB.
LARGEST_BODY_BYTES = 66 * 1024


class _OneByOne(HTTPChannel):
    """A connection that is closed after its first answer if it asked for more before having that one.

    No browser does. Six hundred that asked for a file a hundred times, and read nothing, took every open file.
    """

    def service(self) -> None:
        if len(self.requests) > 1:
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()


class _Seldom(logging.Filter):
    """Lets through only that there are too many connections, not that it is over, and that once in ten minutes.

    At the limit the server says both with each connection that comes and goes: all day, in a full square.
    """

    SECONDS = 600

    def __init__(self) -> None:
        super().__init__()
        self._said = -math.inf

    def filter(self, record: logging.LogRecord) -> bool:
        said, now = record.getMessage(), time.monotonic()
        if not said.startswith("total open connections"):
            return True
        if not said.startswith("total open connections reached") or now - self._said < self.SECONDS:
            return False
        self._said = now
        return True


def serve(config: Config, tell: Callable[..., None]) -> None:
    """Serve until stopped. `tell(text, **values)` prints a line. Raises `KioskError` for what keeps it from serving."""
    listener = _listen(config.host, config.port)
    try:
        app = create_app(config)
    except BaseException:
        listener.close()
        raise
    kiosk = app.extensions["kiosk"]
    try:
        server = waitress.create_server(
            app,
            sockets=[listener],
            threads=THREADS,
            connection_limit=_connections(),
            asyncore_use_poll=True,
            max_request_header_size=LARGEST_HEADER_BYTES,
            max_request_body_size=LARGEST_BODY_BYTES,
            channel_timeout=60,
            ident=None,
            # web/proxy looks whether there are any; nothing believes them.
            clear_untrusted_proxy_headers=False,
        )
        server.channel_class = _OneByOne
        _tell_first_secrets(config, tell)
        for address in _addresses(config):
            tell(N_("The kiosk is at %(address)s"), address=address)
        tell(N_("The log is kept in %(folder)s"), folder=config.data)
        if kiosk.pack_fault:
            for fault in kiosk.pack_fault.faults:
                tell(N_("The event pack is broken; its last good copy is on screen. %(fault)s"), fault=str(fault))
        if kiosk.screen.get().digest:
            tell(N_("On screen is an event pack that staff put there, version %(code)s."), code=kiosk.pack.code)
        if kiosk.swap_fault:
            for fault in kiosk.swap_fault.faults:
                tell(N_("The event pack that staff put on screen cannot be used. %(fault)s"), fault=str(fault))
        if kiosk.set_aside:
            tell(N_("A damaged log lies in %(folder)s. Look at it, then move it away."), folder=kiosk.set_aside)
        if kiosk.log.failure:
            tell(N_("NOT RECORDING: %(cause)s"), cause=kiosk.log.failure)
        kiosk.tally.count_ahead(kiosk.clock.boot)
        gc.freeze()
        gc.enable()
        # It warns of every request that waits a moment; a log that grows all day wears the card out.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        logging.getLogger("waitress").addFilter(_Seldom())
        server.run()
    finally:
        kiosk.close()


def _tell_first_secrets(config: Config, tell: Callable[..., None]) -> None:
    """Say the password and the PIN that were made at the first start: once, and only to someone who sits there."""
    if sys.stdout.isatty():
        for kind, text in take_first_secrets(config.data).items():
            if kind == "password":
                tell(N_("The staff password, shown this once: %(text)s"), text=text)
            else:
                tell(N_("The PIN for the touchscreen, shown this once: %(text)s"), text=text)
    elif first := first_secret_files(config.data):
        files = ", ".join(str(path) for path in first)
        tell(N_("First password and PIN, until they are used: %(files)s"), files=files)


def _connections() -> int:
    """Return how many connections to hold at a time, after raising this process's limit of open files towards it.

    Without a file for one more connection the server would spin on accepting it, and nobody would be answered.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS * FILES_OF_ONE + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return CONNECTIONS
    return max(16, min(CONNECTIONS, (soft - SPARE_FILES) // FILES_OF_ONE))


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there. Raises `BadSetting` in plain words when it can't."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise BadSetting(
            N_("Cannot listen on %(host)s port %(port)s: %(cause)s."), host=host, port=port, cause=error.strerror
        ) from None
    return listener


def _addresses(config: Config) -> list[str]:
    if config.host in ("0.0.0.0", "::"):
        hosts = ["127.0.0.1", *addresses()]
    else:
        hosts = [f"[{config.host}]" if ":" in config.host else config.host]
    found = [f"http://{host}:{config.port}/" for host in hosts]
    return [*found, f"{config.public_url}/"] if config.public_url else found
