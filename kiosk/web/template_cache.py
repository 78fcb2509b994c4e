"""Keeps compiled templates beside Python's own compiled files, for the same reason: a start should not wait for it."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class TemplateCache(FileSystemBytecodeCache):
    """Where nothing may be written, nothing is kept, and templates are compiled at every start."""

    def __init__(self, folder: Path):
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
        super().__init__(str(folder), "template-%s.cache")

    def load_bytecode(self, bucket: Bucket) -> None:
        # What another user could have put there is not run.
        with suppress(OSError):
            if os.stat(self._get_cache_filename(bucket)).st_uid in (os.geteuid(), 0):
                super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)
