"""Asking the small privileged helper, where one is installed, to set the machine's clock (deploy/set-clock).

The kiosk itself may not. The helper hears one number and says one word; it judges the number itself.
"""

import socket
from pathlib import Path

HELPER = Path("/run/kiosk-clock.sock")
_SECONDS = 3
_LONGEST_ANSWER = 64


def set_system_clock(wall_ms: int, helper: Path = HELPER) -> bool | None:
    """Return whether the helper set the clock; None where there is no helper."""
    if not helper.exists():
        return None
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
            asked.settimeout(_SECONDS)
            asked.connect(str(helper))
            asked.sendall(f"{wall_ms}\n".encode())
            asked.shutdown(socket.SHUT_WR)
            return asked.recv(_LONGEST_ANSWER).strip() == b"set"
    except OSError:
        return False
