"""`martlet catalog`: what it finds in the catalogue's files, and what a refresh changes in them."""

import datetime
import json
import shutil

import pytest
from support.clock import Clock
from support.processes import ROOT, run_martlet

LITELLM = {
    "gpt-5": {
        "litellm_provider": "openai",
        "mode": "chat",
        "input_cost_per_token": 1.3e-06,
        "output_cost_per_token": 1e-05,
        "cache_read_input_token_cost": 2.5e-07,
    },
    "groq/gpt-5": {
        "litellm_provider": "groq",
        "mode": "chat",
        "input_cost_per_token": 3e-06,
        "output_cost_per_token": 6e-06,
    },
}


@pytest.fixture(scope="module")
def that_day(tmp_path_factory) -> dict:
    """The environment of a program on a day when the shipped catalogue was new: models end, tests should not."""
    clock = Clock(tmp_path_factory.mktemp("clock"))
    today = datetime.datetime.now(datetime.UTC).date()
    clock.set((datetime.date(2026, 11, 22) - today).days)
    return clock.env


def test_what_ships_has_no_errors(that_day):
    for arguments in ((), (str(ROOT / "catalog"),)):
        result = run_martlet("catalog", "check", *arguments, env=that_day)
        assert result.returncode == 0, result.stdout + result.stderr
        assert " 0 errors" in result.stdout.splitlines()[-1]
    found = json.loads(run_martlet("catalog", "check", "--json", env=that_day).stdout)
    assert found["ok"] and found["providers"] >= 45 and found["models"] >= 400


def test_mistakes_are_named(tmp_path):
    shutil.copytree(ROOT / "catalog", tmp_path / "facts")
    path = tmp_path / "facts/models.json"
    text = path.read_text()
    wrong = text.replace('"prompt": "0.00000125"', '"prompt": "1.25"', 1)
    path.write_text(wrong)
    line = next(number for number, row in enumerate(wrong.splitlines(), 1) if '"prompt": "1.25"' in row)
    result = run_martlet("catalog", "check", str(tmp_path / "facts"))
    assert result.returncode == 1
    assert f"models.json:{line}: " in result.stdout and "pricing.prompt is 1250000 dollars" in result.stdout
    assert run_martlet("catalog", "check", str(tmp_path / "nothing")).returncode == 1
    assert run_martlet("catalog").returncode == 2


def test_a_refresh_shows_what_it_changes_and_changes_it_once(tmp_path):
    shutil.copytree(ROOT / "catalog", tmp_path / "facts")
    models = tmp_path / "facts/models.json"
    before = models.read_text()
    source = tmp_path / "prices.json"
    source.write_text(json.dumps(LITELLM))

    def refresh(*more):
        result = run_martlet(
            "catalog", "import", "--from", "litellm", str(source), "--catalog", str(tmp_path / "facts"), *more
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    dry = refresh("--dry-run")
    assert "+ openai/gpt-5 at groq: gpt-5, " in dry and models.read_text() == before
    assert "! openai/gpt-5 at openai: pricing.prompt 0.00000125, source 0.0000013 (+4 %); kept" in dry
    assert "! openai/gpt-5 at openai: pricing.input_cache_read 0.000000125, source 0.00000025 (+100 %); kept" in dry
    assert refresh() != dry
    after = models.read_text()
    changed = set(after.splitlines()) - set(before.splitlines())
    assert len(changed) == 1 and '"provider": "groq", "model": "gpt-5"' in changed.pop()
    assert refresh().endswith("Nothing to write.\n") and models.read_text() == after
    accepted = refresh("--accept", "prices")
    assert "~ openai/gpt-5 at openai: pricing.prompt 0.00000125 → 0.0000013 (+4 %)" in accepted
    assert '"prompt": "0.0000013", "completion": "0.00001"' in models.read_text()
    assert run_martlet("catalog", "check", str(tmp_path / "facts")).returncode == 0


def test_a_refresh_says_what_it_cannot_read(tmp_path):
    for arguments in (("--from", "somewhere", "x"), ("x",), ("--from", "litellm", "x", "--accept", "everything")):
        assert run_martlet("catalog", "import", *arguments).returncode == 2
    (tmp_path / "x").write_text("{")
    facts = str(ROOT / "catalog")
    result = run_martlet("catalog", "import", "--from", "litellm", str(tmp_path / "x"), "--catalog", facts)
    assert result.returncode == 1 and "is no valid JSON" in result.stderr
