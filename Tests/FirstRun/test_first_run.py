"""A newcomer's first minutes: clone, `scripts/serve`, a real answer, on a Debian that has Swift and nothing else.

By itself, with `scripts/test firstrun`: it takes minutes of every core, and a busy machine would fail it for nothing.
"""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest
from support.processes import ROOT, Process, eventually

pytestmark = pytest.mark.timeout(1800)

BUDGET_SECONDS = 300
HOME = pathlib.Path.home()
#: What Swift's own installation guide asks for, less what only its debugger needs.
SWIFT_PACKAGES = (
    "binutils,ca-certificates,gcc,git,libc6-dev,libcurl4,libedit2,libgcc-12-dev,libncurses6,libsqlite3-0,"
    "libstdc++-12-dev,libxml2,tzdata"
)
#: How this machine reaches package servers, which the new one is to reach too.
REACHING_OUT = ("/etc/resolv.conf", "/etc/hosts", "/etc/apt", "/etc/pip.conf", "/etc/ssl/certs", f"{HOME}/.config/pip")


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def copy_into(root: pathlib.Path, path: str) -> None:
    if pathlib.Path(path).exists():
        parent = root / pathlib.Path(path).parent.relative_to("/")
        parent.mkdir(parents=True, exist_ok=True)
        run("cp", "--archive", "--remove-destination", path, f"{parent}/")


@pytest.fixture
def debian(tmp_path):
    """The root of a new Debian with Swift where it is here."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a Debian root and enter it")
    root = tmp_path / "root"
    run("debootstrap", "--variant=minbase", f"--include={SWIFT_PACKAGES}", "bookworm", str(root))
    for path in REACHING_OUT:
        copy_into(root, path)
    # usr/bin/swift lies three steps below what was unpacked.
    toolchain = pathlib.Path(shutil.which("swift")).resolve().parents[2]
    mounts = [(str(toolchain), ("--rbind",)), ("/dev", ("--rbind",)), ("/proc", ("--types", "proc"))]
    for path, how in mounts:
        (root / path.lstrip("/")).mkdir(parents=True, exist_ok=True)
        run("mount", *how, path, str(root / path.lstrip("/")))
    run("git", "clone", "--quiet", str(ROOT), str(root / "martlet"))
    yield root, toolchain
    for path, _ in reversed(mounts):
        run("umount", "--lazy", str(root / path.lstrip("/")))


def test_from_clone_to_the_first_token(debian):
    root, toolchain = debian
    path = f"{toolchain}/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    command = ["chroot", str(root), "/usr/bin/env", f"PATH={path}", f"HOME={HOME}", "/martlet/scripts/serve"]
    began = time.monotonic()
    with Process(command, r"martlet listening on (http://\S+)", cwd="/", patience=1500) as server:
        listening = time.monotonic() - began
        curl = eventually(
            lambda: re.search(r"^curl .*?(?=\n\n)", "".join(list(server.out)), re.M | re.S), "the line", 60
        )
        with subprocess.Popen(["bash", "-c", curl.group()], stdout=subprocess.PIPE, text=True) as streamed:
            token = next(line for line in streamed.stdout if re.search(r'"content":"[^"]', line))
            first = time.monotonic() - began
            assert token and streamed.stdout.read().rstrip().endswith("data: [DONE]")
    print(f"listening after {listening:.0f} s, first token after {first:.0f} s")
    assert first <= BUDGET_SECONDS
