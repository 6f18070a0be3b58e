"""scripts/setup on machines that lack something."""

from __future__ import annotations

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def setup(tmp_path, dpkg_query: str) -> tuple[subprocess.CompletedProcess, list[str]]:
    """Runs `scripts/setup build` with stand-ins for Debian's programs; what apt-get was asked comes with the result."""
    asked = tmp_path / "asked"
    asked.touch()
    programs = {
        "dpkg-query": dpkg_query,
        "apt-get": f'echo "$@" >>{asked}',
        "sudo": 'while [ "$1" = -n ]; do shift; done\n"$@"',
    }
    for name, text in programs.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/bash\n{text}\n")
        program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    result = subprocess.run(
        [ROOT / "scripts/setup", "build"], env=environment, capture_output=True, text=True, timeout=60
    )
    return result, asked.read_text().splitlines()


def test_what_dpkg_does_not_know_is_installed(tmp_path):
    # It fails, and tells of those it knows.
    result, asked = setup(tmp_path, 'echo "pkg-config ii "; exit 1')
    assert result.returncode == 0, result.stderr
    (installed,) = [line for line in asked if " install " in line]
    assert "g++" in installed and "libuv1-dev" in installed and "pkg-config" not in installed


def test_what_was_removed_is_installed_again(tmp_path):
    result, asked = setup(
        tmp_path, 'shift 2; for name in "$@"; do echo "$name $([ $name = g++ ] && echo rc || echo ii) "; done'
    )
    assert result.returncode == 0, result.stderr
    (installed,) = [line for line in asked if " install " in line]
    assert installed.endswith(" g++")


def test_nothing_is_installed_where_nothing_is_missing(tmp_path):
    result, asked = setup(tmp_path, 'shift 2; for name in "$@"; do echo "$name ii "; done')
    assert result.returncode == 0 and asked == [], result.stderr
