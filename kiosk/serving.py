"""`kiosk serve`: waitress with limits that a room full of phones cannot exhaust, and what it prints at start."""

import gc
import logging
import socket
from collections.abc import Callable

import waitress

from kiosk.app import create_app
from kiosk.config import Config
from kiosk.domain.errors import N_, DataFolderUnusable
from kiosk.storage.machine import addresses

# Sixteen requests at a time share one commit; more only cost memory. A slow connection costs no thread: waitress
# starts a task when the whole request is in.
THREADS = 16
CONNECTIONS = 2_000
LARGEST_HEADER_BYTES = 32 * 1024
LARGEST_BODY_BYTES = 128 * 1024


def serve(config: Config, tell: Callable[..., None]) -> None:
    """Serve until stopped. `tell(text, **values)` prints a line. Raises `KioskError` for what keeps it from serving."""
    app = create_app(config)
    kiosk = app.extensions["kiosk"]
    try:
        listener = _listen(config.host, config.port)
        server = waitress.create_server(
            app,
            sockets=[listener],
            threads=THREADS,
            connection_limit=CONNECTIONS,
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
            tell(N_("The log was damaged and is set aside in %(folder)s; a new one was begun."), folder=kiosk.set_aside)
        if kiosk.log.failure:
            tell(N_("NOT RECORDING: %(cause)s"), cause=kiosk.log.failure)
        gc.freeze()
        gc.enable()
        # It warns of every request that waits a moment; a log that grows all day wears the card out.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        server.run()
    finally:
        kiosk.close()


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there. Raises `DataFolderUnusable` in plain words when it can't."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise DataFolderUnusable(
            N_("Cannot listen on %(host)s port %(port)s: %(cause)s."), host=host, port=port, cause=error.strerror
        ) from None
    return listener


def _addresses(config: Config) -> list[str]:
    if config.host not in ("0.0.0.0", "::"):
        return [f"http://{f'[{config.host}]' if ':' in config.host else config.host}:{config.port}/"]
    found = [f"http://127.0.0.1:{config.port}/", *(f"http://{address}:{config.port}/" for address in addresses())]
    return [*found, f"{config.public_url}/"] if config.public_url else found
