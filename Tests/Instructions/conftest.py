"""What all counts share."""

from __future__ import annotations

import json
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "EndToEnd"))

from counting import FEW, MANY, THRESHOLDS
from support.processes import Simulator


@pytest.fixture(scope="session")
def simulator():
    with Simulator() as process:
        yield process


@pytest.fixture(scope="session")
def measured():
    """All figures of this run; written back on demand."""
    figures: dict[str, float] = {}
    yield figures
    if os.environ.get("MARTLET_UPDATE_THRESHOLDS"):
        known = json.loads(THRESHOLDS.read_text()) | {name: round(value, 1) for name, value in figures.items()}
        THRESHOLDS.write_text(json.dumps(known, indent=4) + "\n")


@pytest.fixture(autouse=True)
def one_way_to_copy(monkeypatch):
    """Whether the C library copies large blocks by one repeated instruction, each repetition of which is counted,
    depends on the processor; here it never does."""
    never = 1 << 40
    names = ("x86_rep_movsb_threshold", "x86_rep_stosb_threshold", "x86_non_temporal_threshold")
    monkeypatch.setenv("GLIBC_TUNABLES", ":".join(f"glibc.cpu.{name}={never}" for name in names))


@pytest.fixture(autouse=True)
def directories(tmp_path):
    for name in (str(FEW), str(MANY)):
        (tmp_path / name).mkdir()
