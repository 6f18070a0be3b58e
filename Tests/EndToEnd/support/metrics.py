"""Reads Prometheus text."""

from __future__ import annotations

import re

import requests

SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\]|\\\\.)*)"')


def text(router) -> str:
    response = requests.get(f"{router.url}/metrics", timeout=10)
    assert response.status_code == 200, response.text
    return response.text


def samples(router) -> list[tuple[str, dict[str, str], float]]:
    """Name, labels and value of each; a line that is none fails."""
    found = []
    for line in text(router).splitlines():
        if not line or line.startswith("#"):
            continue
        match = SAMPLE.match(line)
        assert match, f"no sample: {line!r}"
        found.append((match[1], dict(LABEL.findall(match[2] or "")), float(match[3])))
    return found


def value(router, part: str, **labels: str) -> float:
    """The sum of the samples whose name contains `part` and that have these labels."""
    matching = [
        number
        for name, found, number in samples(router)
        if part in name and all(found.get(key) == wanted for key, wanted in labels.items())
    ]
    assert matching, f"no metric is called *{part}* with {labels}"
    return sum(matching)
