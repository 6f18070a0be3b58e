"""Makes the store of a running router unable to write, and able again."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import subprocess

from support.processes import Router, eventually

UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")
PR_SET_PTRACER = 0x59616D61


class Trouble:
    """One way in which a store cannot write. `label` is its name in the log, `words` are what `/ready` says of it."""

    label = ""
    words = ""

    def router(self, start, **more) -> Router:
        self._router = start(**more)
        return self._router

    @property
    def database(self) -> pathlib.Path:
        return self._router.data / "martlet.db"

    def directory(self) -> pathlib.Path:
        """Where the database is once the router has stopped."""
        return self._router.data

    def begin(self) -> None:
        raise NotImplementedError

    def end(self) -> None:
        raise NotImplementedError


class FullDisk(Trouble):
    """A file system of a few MiB, which another file fills."""

    label = "full"
    words = "no room left on the disk"

    @staticmethod
    def is_possible() -> bool:
        return shutil.which("unshare") is not None and not subprocess.run([*UNSHARE, "true"]).returncode

    def router(self, start, *, directory: pathlib.Path, **more) -> Router:
        data = directory / "data"
        data.mkdir(parents=True)
        mount = 'mount -t tmpfs -o size=64m,mode=700 martlet "$0" && exec "$@"'
        router = super().router(start, wrapper=(*UNSHARE, "sh", "-c", mount, str(data)), directory=directory, **more)
        # Through its own root, since nobody else sees the file system; it lasts as long as the descriptor.
        self._inside = os.open(f"/proc/{router.pid}/root{data}", os.O_PATH)
        return router

    def begin(self) -> None:
        file = os.open("ballast", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=self._inside)
        with contextlib.suppress(OSError):
            while os.write(file, bytes(1 << 16)):
                pass
        os.close(file)

    def end(self) -> None:
        os.unlink("ballast", dir_fd=self._inside)

    def directory(self) -> pathlib.Path:
        copy = self._router.directory / "audited"
        shutil.copytree(f"/proc/self/fd/{self._inside}", copy)
        return copy


class LargestFile(Trouble):
    """No file may become larger than it is: a write fails for another reason than a full disk."""

    label = "failed"
    words = "the disk reported an error"

    def begin(self) -> None:
        self._limit(4096)

    def end(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.prlimit(self._router.pid, resource.RLIMIT_FSIZE, (size, hard))


class Lock(Trouble):
    """Another program has begun a transaction and does not end it."""

    label = "locked"
    words = "another program holds a lock on the database"

    def begin(self) -> None:
        self._other = sqlite3.connect(self.database, isolation_level=None, timeout=30)
        self._other.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        self._other.execute("ROLLBACK")
        self._other.close()


class MovedFile(Trouble):
    label = "removed"
    words = "the database was moved or deleted while in use"

    def begin(self) -> None:
        self.database.rename(self.database.with_suffix(".aside"))

    def end(self) -> None:
        self.database.with_suffix(".aside").rename(self.database)


class SlowDisk(Trouble):
    """Every write to the log of the database takes a fifth of a second."""

    label = "slow"
    words = "records wait in memory"

    def router(self, start, **more) -> Router:
        def may_be_traced():
            ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)

        return super().router(start, preexec=may_be_traced, **more)

    def begin(self) -> None:
        slow = "pwrite64:delay_enter=200000"
        path = f"{self.database}-wal"
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", path, "-e", "trace=pwrite64", "-e", f"inject={slow}"]
        self._tracer = subprocess.Popen([*command, "-p", str(self._router.pid)])
        eventually(self._is_traced, "every thread is traced")

    def _is_traced(self) -> bool:
        threads = pathlib.Path(f"/proc/{self._router.pid}/task").glob("*/status")
        return all(f"TracerPid:\t{self._tracer.pid}\n" in status.read_text() for status in threads)

    def end(self) -> None:
        self._tracer.send_signal(signal.SIGINT)
        self._tracer.wait(20)


#: Those that need nothing of the system, and those that may be missing.
TROUBLES = [FullDisk, LargestFile, Lock, MovedFile, SlowDisk]
