"""Recorded traffic of real providers, through the router's code and the callers' own SDKs.

Runs where MARTLET_RECORDED names a folder of recordings; MARTLET_UPDATE_FIXTURES=1 writes the table in the documents.
"""

import os
from pathlib import Path

import compare
import pytest

FOLDER = os.environ.get("MARTLET_RECORDED")
DOCUMENT = compare.ROOT / "docs" / "dialects.md"


@pytest.fixture(scope="session")
def outcome(tmp_path_factory):
    return compare.run(Path(FOLDER), tmp_path_factory.mktemp("recorded"))


@pytest.mark.skipif(not FOLDER, reason="MARTLET_RECORDED names no folder of recordings")
def test_every_caller_gets_what_every_provider_said(outcome):
    unexplained = {name: problems for name, problems in outcome.wrong.items() if not compare.explanation(name)}
    assert not unexplained
    assert outcome.compared > 0


@pytest.mark.skipif(not FOLDER, reason="MARTLET_RECORDED names no folder of recordings")
def test_the_table_in_the_documents_is_this_one(outcome):
    before, rest = DOCUMENT.read_text().split(compare.BEGIN)
    _, after = rest.split(compare.END)
    wanted = before + compare.BEGIN + outcome.document() + compare.END + after
    if os.environ.get("MARTLET_UPDATE_FIXTURES"):
        DOCUMENT.write_text(wanted)
    assert DOCUMENT.read_text() == wanted
