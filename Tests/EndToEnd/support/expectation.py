"""What answers cost in a scenario of `martlet simulate`, worked out on paper: from the scenario's file alone.

Costs are those of a request of mean size. The default algorithm draws the first endpoint by `weight / price²` among
those that nothing is held against; what fails there goes to the cheapest other one. How long a failure is held against
an endpoint is the part that a rule on paper leaves open, so there are two bounds: each endpoint is left out for as long
as it answers nobody, or from the beginning of its trouble until a minute after its end.
"""

from __future__ import annotations

import dataclasses
import math
import pathlib

import yaml

# From a normal distribution's median to its 99th percentile, in deviations.
P99_SIGMAS = 2.3263
# The uptime below which the default algorithm puts an endpoint behind the others.
NORMAL_UPTIME = 0.95
# The goal for the way back, in seconds.
RECOVERY = 60
# How long answers drip before anybody can tell, and until the first of them are told.
DRIP_NOTICE = 30
# The pause after a rate limit that names no time, in seconds.
COOLDOWN = 5


def seconds(value) -> float:
    """A duration as scenarios write it; bare numbers of events count seconds."""
    if not isinstance(value, str):
        return float(value)
    for unit, factor in (("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)):
        if value.endswith(unit):
            return float(value[: -len(unit)]) * factor
    raise ValueError(value)


def mean(spread, read=float, power: int = 1) -> float:
    """Of a lognormal spread, or of one number; with power -1 that of its inverse."""
    if not isinstance(spread, dict):
        return read(spread) ** power
    p50, p99 = read(spread["p50"]), read(spread["p99"])
    sigma = math.log(p99 / p50) / P99_SIGMAS
    return p50**power * math.exp(sigma**2 / 2)


@dataclasses.dataclass
class Moment:
    """How a provider is in one second."""

    fails: float
    is_out: bool
    """Left out by the router, by the bound at hand."""


class Expectation:
    """The bounds of the default algorithm, and the oracle's cost, in dollars an answer."""

    def __init__(self, path: pathlib.Path):
        self.scenario = yaml.safe_load(path.read_text())
        self.providers = self.scenario["providers"]
        self.rate = self.scenario["rate"]
        self.duration = int(seconds(self.scenario["duration"]))
        sizes = self.scenario["request"]
        self.tokens = mean(sizes["output_tokens"])
        self.costs = [
            float(provider["price"]["prompt"]) * mean(sizes["prompt_tokens"])
            + float(provider["price"]["completion"]) * self.tokens
            for provider in self.providers
        ]
        self.by_price = sorted(range(len(self.costs)), key=lambda index: self.costs[index])
        self.oracle = self.average(self.oracle_cost, patience=0)
        self.low, self.high = sorted(self.average(self.rule_cost, patience) for patience in (0, RECOVERY))

    def average(self, cost, patience: int) -> float:
        return sum(cost(self.moments(second, patience), patience) for second in range(self.duration)) / self.duration

    def moments(self, second: int, patience: int) -> list[Moment]:
        return [self.moment(provider, second, patience) for provider in self.providers]

    def moment(self, provider: dict, second: int, patience: int) -> Moment:
        fails, is_out = provider.get("error_rate", 0), False
        for event in provider.get("events", []):
            begin = seconds(event["at"])
            end = begin + seconds(event["for"])
            kind = event["kind"]
            value = event.get("value")
            is_on = begin <= second < end
            is_near = begin <= second < end + patience
            if kind == "outage" or (kind == "rate_limit" and value == 0):
                is_out |= is_near
                fails = 1 if is_on else fails
            elif kind == "flap":
                is_down = is_on and (second - begin) // seconds(value) % 2 == 0
                is_out |= is_near if patience else is_down
                fails = 1 if is_down else fails
            elif kind == "brownout":
                share = 1 - (1 - fails) * (1 - value)
                is_out |= bool(patience) and is_near and 1 - share < NORMAL_UPTIME
                fails = share if is_on else fails
            elif kind == "drip":
                is_out |= is_near if patience else is_on and second >= begin + DRIP_NOTICE
            else:
                assert kind == "slow", "slow is not down"
        return Moment(fails, is_out)

    def rule_cost(self, moments: list[Moment], patience: int) -> float:
        leaders = [index for index in self.by_price if not moments[index].is_out]
        available, limited = self.availability(leaders, patience)
        cost = self.drawn(leaders, moments)
        if available == 1:
            return cost
        others = [index for index in leaders if index != limited]
        return available * cost + (1 - available) * self.drawn(others, moments)

    def drawn(self, leaders: list[int], moments: list[Moment]) -> float:
        weights = {index: self.providers[index].get("weight", 1) / self.costs[index] ** 2 for index in leaders}
        cost = 0.0
        for index in leaders:
            fails = moments[index].fails
            other = next((other for other in leaders if other != index), index)
            cost += weights[index] * ((1 - fails) * self.costs[index] + fails * self.costs[other])
        return cost / sum(weights.values())

    def availability(self, leaders: list[int], patience: int) -> tuple[float, int]:
        """The share of the time in which a provider with a limit takes requests, and which provider that is."""
        for index in leaders:
            weights = sum((self.costs[index] / self.costs[other]) ** 2 for other in leaders)
            arriving = self.rate / weights
            provider = self.providers[index]
            if "rpm" in provider:
                return min(1, provider["rpm"] / 60 / arriving), index
            if "concurrency" in provider:
                places, stay = provider["concurrency"], self.stay(provider)
                if not patience:
                    return min(1, places / stay / arriving), index
                # Full to within chance, it cools, and fills again from what is left by then.
                full = places - 2 * math.sqrt(places)
                usual = arriving * stay
                if usual <= full:
                    return 1, index
                left = full * math.exp(-COOLDOWN / stay)
                filling = stay * math.log((usual - left) / (usual - full))
                return filling / (filling + COOLDOWN), index
        return 1, -1

    def stay(self, provider: dict) -> float:
        """How long an answer takes a place."""
        return mean(provider["ttft"], seconds) + self.tokens * mean(provider["throughput"], power=-1)

    def oracle_cost(self, moments: list[Moment], _patience: int) -> float:
        """Each request goes to the cheapest that answers it."""
        left, cost = 1.0, 0.0
        for index in self.by_price:
            provider = self.providers[index]
            share = left * (0 if moments[index].is_out else 1 - moments[index].fails)
            if "rpm" in provider:
                share = min(share, provider["rpm"] / 60 / self.rate)
            if "concurrency" in provider:
                share = min(share, provider["concurrency"] / self.stay(provider) / self.rate)
            cost += share * self.costs[index]
            left -= share
        return cost / (1 - left)
