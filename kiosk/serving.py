"""`kiosk serve`: waitress with limits that a room full of phones cannot exhaust, and what it prints at start."""

import gc
import logging
import resource
import socket
from collections.abc import Callable

import waitress

from kiosk.app import create_app
from kiosk.config import Config
from kiosk.domain.errors import N_, BadSetting
from kiosk.storage.machine import addresses

# Sixteen requests at a time share one commit; more only cost memory. A slow connection costs no thread: waitress
# starts a task when the whole request is in.
THREADS = 16
CONNECTIONS = 2_000
SPARE_FILES = 200  # for the log, the pages, the requests being answered
LARGEST_HEADER_BYTES = 32 * 1024
# The application refuses far less with a page of its own; past this the server says so in its plain way.
LARGEST_BODY_BYTES = 1024 * 1024


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
            clear_untrusted_proxy_headers=True,
        )
        for address in _addresses(config):
            tell(N_("The kiosk is at %(address)s"), address=address)
        tell(N_("The log is kept in %(folder)s"), folder=config.data)
        if kiosk.pack_fault:
            for fault in kiosk.pack_fault.faults:
                tell(N_("The event pack is broken; its last good copy is on screen. %(fault)s"), fault=str(fault))
        if kiosk.set_aside:
            tell(N_("A damaged log lies in %(folder)s. Look at it, then move it away."), folder=kiosk.set_aside)
        if kiosk.log.failure:
            tell(N_("NOT RECORDING: %(cause)s"), cause=kiosk.log.failure)
        gc.freeze()
        gc.enable()
        # It warns of every request that waits a moment; a log that grows all day wears the card out.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        server.run()
    finally:
        kiosk.close()


def _connections() -> int:
    """Return how many connections to hold at a time, after raising this process's limit of open files towards it.

    Without a file for one more connection the server would spin on accepting it, and nobody would be answered.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return CONNECTIONS if soft == resource.RLIM_INFINITY else max(16, min(CONNECTIONS, soft - SPARE_FILES))


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
