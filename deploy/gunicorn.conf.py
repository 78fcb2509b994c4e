"""gunicorn on the appliance: one process, on a Unix socket that only nginx may open. The kiosk's own settings come
from the environment as always; here is only how it is served. Nothing here listens on a network.

Why nginx stands before it: ten connections that drip their request took all threads of a bare gunicorn.
"""

import gc
import os
import socket
import threading
import time
from pathlib import Path

wsgi_app = "kiosk.app:create_app()"
chdir = str(Path(__file__).resolve().parent.parent)
bind = "unix:/run/kiosk/app.sock"
# The socket is for its owner and group (nginx is in it), 0660. Files get their mode from the unit's UMask.
umask = 0o117

# One process: it holds the lock of the data folder, the rounds being played and the budgets. SIGHUP and SIGUSR2
# start a second one beside the first, which that lock refuses: restart the unit instead.
workers = 1
worker_class = "gthread"
threads = 16  # as many as kiosk.serving.THREADS: that many requests share one commit
# Loaded after the fork: a database connection must not be carried over one (sqlite.org/howtocorrupt.html, 2.6), and
# a new worker after a crash has to open the log afresh.
preload_app = False

timeout = 30  # seconds without a sign of life from the worker's main loop; stuck threads are seen by the watchdog
graceful_timeout = 10
# Longer than nginx keeps an idle connection (30 s): otherwise a check-in could be sent into one just being closed.
keepalive = 75

# What nginx lets through (large_client_header_buffers 4 8k), no more.
limit_request_line = 8190
limit_request_field_size = 8190
limit_request_fields = 100
# By default gunicorn lets whoever holds the Unix socket set SCRIPT_NAME and PATH_INFO. Nobody needs to.
forwarder_headers = "X-NONE"
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}

control_socket_disable = True  # on by default since 25.1: a second way in, and a file in $HOME
accesslog = None  # it would wear the card out and tell who was there when
errorlog = "-"
loglevel = "warning"
worker_tmp_dir = "/dev/shm"  # touched every second: on the card, that is a write every second


# gunicorn itself would say "ready" when it listens, before the log is open; taken away from it, said by _report below.
service_manager = os.environ.pop("NOTIFY_SOCKET", None)
watchdog_seconds = int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000


def post_fork(server, worker):
    """Load the application without garbage collection, as `kiosk serve` does."""
    gc.disable()


def post_worker_init(worker):
    """The log is open: tell staff what they should know, and the service manager that we are ready."""
    gc.freeze()
    gc.enable()
    kiosk = worker.wsgi.extensions["kiosk"]
    if kiosk.pack_fault:
        worker.log.warning("The event pack is broken; its last good copy is on screen. %s", kiosk.pack_fault.faults[0])
    if kiosk.set_aside:
        worker.log.warning("A damaged log lies in %s. Look at it, then move it away.", kiosk.set_aside)
    if kiosk.log.failure:
        worker.log.error("NOT RECORDING: %s", kiosk.log.failure)
    kiosk.tally.count_ahead(kiosk.clock.boot)
    if service_manager:
        threading.Thread(target=_report, args=(worker.sockets[0].getsockname(),), daemon=True).start()


def worker_exit(server, worker):
    """Close the log, so that its journal is folded in and the next start has nothing to repair."""
    application = getattr(worker, "wsgi", None)
    if application:
        application.extensions["kiosk"].close()


def _report(address):
    """Tell the service manager when the first request is answered, and from then on that they still are.

    The request goes through the socket, the threads and the log. gunicorn's own `timeout` sees only its main loop,
    which runs on while every thread is stuck.
    """
    while not _answers(address):
        time.sleep(0.1)
    _tell("READY=1")
    while watchdog_seconds:
        if _answers(address):
            _tell("WATCHDOG=1")
        time.sleep(watchdog_seconds / 4)


def _answers(address):
    """Return whether the application answers at all. That it can't record (503) is no reason to start it again."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(watchdog_seconds / 4 or 5)
            line.connect(address)
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return line.recv(12) in (b"HTTP/1.1 200", b"HTTP/1.1 503")
    except OSError:
        return False


def _tell(message):
    """Send the service manager a message: sd_notify(3)."""
    name = "\0" + service_manager[1:] if service_manager.startswith("@") else service_manager
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.connect(name)
        line.send(message.encode())
