"""A time of day that a test sets."""

from __future__ import annotations

import pathlib
import struct
import subprocess
import time

SOURCE = pathlib.Path(__file__).with_name("clock.c")
DAY = 86_400


class Clock:
    """Of the routers that are started with its `env`; it may be set while they run."""

    def __init__(self, directory: pathlib.Path):
        library = directory / "clock.so"
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(SOURCE)], check=True)
        self._file = directory / "clock"
        #: It begins at noon, so that no test runs over the end of a day.
        self._noon = DAY // 2 - time.time() % DAY
        self._file.write_bytes(bytes(8))
        self.set(0)
        self.env = {"LD_PRELOAD": str(library), "MARTLET_TEST_CLOCK": str(self._file)}

    def set(self, days: float) -> None:
        """So many days from now; fewer than none for the past."""
        with self._file.open("r+b") as file:
            file.write(struct.pack("q", int(self._noon + days * DAY)))
