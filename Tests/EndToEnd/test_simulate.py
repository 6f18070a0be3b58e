"""`martlet simulate`: the router's own routing and health in every scenario of the repository, against the oracle."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from support.expectation import Expectation
from support.processes import ROOT, run_martlet

SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))
POLICIES = ["default", "adaptive", "price", "round_robin", "random", "latency", "inverse_square", "oracle"]
FIGURES = {
    "requests",
    "success_rate",
    "failovers",
    "ttft_ms_p50",
    "ttft_ms_p99",
    "cost_usd",
    "cost_vs_oracle",
    "max_probe_concurrency",
    "recovery_s",
}
# The goals.
SUCCESS_MIN = 0.9999
COST_MAX = 1.05
RECOVERY_S_MAX = 60
PROBES_MAX = 4
# Of one that only says that it is limited, never until when: no probe goes before, and the first steps wait together.
PROBES_MAX_OF_LIMITS = 12
# How far chance may take a figure from what is expected: traffic comes at random, for some minutes.
CHANCE = 0.025


def simulate(path, *flags):
    result = run_martlet("simulate", "--json", *flags, str(path))
    assert result.returncode == 0, result.stdout + result.stderr
    return json.loads(result.stdout)["policies"]


def test_there_are_scenarios_for_every_kind_of_trouble():
    assert len(SCENARIOS) >= 10
    text = "".join(path.read_text() for path in SCENARIOS)
    for kind in ("outage", "brownout", "slow", "drip", "rate_limit", "flap"):
        assert f"kind: {kind}" in text
    assert "rpm:" in text and "concurrency:" in text


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_algorithms_keep_what_they_promise(path):
    assert re.match(r"# \S.{20,}", path.read_text()), "a scenario says what it shows"
    policies = simulate(path)
    assert list(policies) == POLICIES
    oracle = policies["oracle"]
    for name, figures in policies.items():
        assert set(figures) >= FIGURES
        assert figures["requests"] == oracle["requests"] > 10_000
        assert figures["success_rate"] <= oracle["success_rate"]
        assert figures["cost_vs_oracle"] > 0.9, name
    assert oracle["success_rate"] == 1 and oracle["cost_vs_oracle"] == 1
    for name in ("default", "adaptive"):
        figures = policies[name]
        assert figures["success_rate"] >= SUCCESS_MIN, name
        probes = PROBES_MAX_OF_LIMITS if path.stem == "quota-cut" else PROBES_MAX
        assert figures["max_probe_concurrency"] <= probes, name
        if "events:" in path.read_text():
            assert figures["recovery_s"] <= RECOVERY_S_MAX, name
    assert policies["adaptive"]["cost_vs_oracle"] <= COST_MAX
    expected = Expectation(path)
    assert oracle["cost_usd"] / oracle["requests"] == pytest.approx(expected.oracle, rel=CHANCE)
    low, high = expected.low / expected.oracle, expected.high / expected.oracle
    assert low * (1 - CHANCE) <= policies["default"]["cost_vs_oracle"] <= high * (1 + CHANCE)


def test_default_costs_what_its_rule_says():
    policies = simulate(ROOT / "scenarios/calm.yaml")
    prices = [1.0, 1.5, 2.5]
    expected = sum(1 / price for price in prices) / sum(1 / price**2 for price in prices)
    for name in ("default", "inverse_square"):
        assert policies[name]["cost_vs_oracle"] == pytest.approx(expected, rel=0.01)


def test_the_same_seed_gives_the_same_figures_and_a_picture(tmp_path):
    path = ROOT / "scenarios/outage.yaml"
    picture = tmp_path / "outage.svg"
    assert simulate(path, "--svg", str(picture)) == simulate(path)
    root = ElementTree.parse(picture).getroot()
    words = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {*POLICIES, "bargain", "middle", "premium"} <= words
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))


@pytest.mark.alone
def test_a_million_requests_take_seconds(tmp_path):
    path = tmp_path / "million.yaml"
    text = (ROOT / "scenarios/avalanche.yaml").read_text()
    path.write_text(re.sub(r"(?m)^rate: .*$", "rate: 1200", text) + "policies: [adaptive, oracle]\n")
    result = run_martlet("simulate", str(path))
    assert result.returncode == 0, result.stderr
    found = re.search(r"([\d,]+) requests simulated in ([\d.]+) s", result.stdout)
    count, seconds = int(found[1].replace(",", "")), float(found[2])
    assert count > 2_000_000
    # A bound for a machine that does other things too; docs/routing.md has the figure of a quiet one.
    assert seconds < 60


def test_mistakes_are_named(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text((ROOT / "scenarios/outage.yaml").read_text().replace("throughput:", "troughput:", 1))
    result = run_martlet("simulate", str(path))
    assert result.returncode == 1
    assert f'{path}:12: unknown key "troughput" in a provider; did you mean throughput?' in result.stderr
    missing = run_martlet("simulate", str(tmp_path / "none.yaml"))
    assert missing.returncode == 1 and "cannot be read" in missing.stderr
    assert run_martlet("simulate").returncode == 2
    assert run_martlet("simulate", "--jsn", str(path)).returncode == 2
    page = run_martlet("simulate", "--help")
    assert page.returncode == 0 and "--svg FILE" in page.stdout
