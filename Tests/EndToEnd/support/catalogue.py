"""What the catalogue's list must say, worked out from catalog/*.json without the program."""

from __future__ import annotations

import datetime
import json
import pathlib
from decimal import Decimal

ROOT = pathlib.Path(__file__).resolve().parents[3]
MODELS = json.loads((ROOT / "catalog/models.json").read_text())["models"]
PROVIDERS = {entry["slug"]: entry for entry in json.loads((ROOT / "catalog/providers.json").read_text())["providers"]}
EU = set(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


def family_rows() -> list[tuple[str, dict]]:
    """The newest model of each family by the family's name: of those that have not ended, where there are some."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    newest: dict[str, dict] = {}

    def rank(model: dict) -> tuple[bool, int]:
        return model.get("expiration_date", "9999") > today, model["created"]

    for model in MODELS:
        if "family" in model and ":" not in model["id"]:
            name = f"~{author(model)}/{model['family']}-latest"
            if name not in newest or rank(model) > rank(newest[name]):
                newest[name] = model
    return sorted(newest.items())


def rows() -> list[tuple[str, dict]]:
    """Every line as id and model: the models in the file's order, then the families' names."""
    return [(model["id"], model) for model in MODELS] + family_rows()


def author(model: dict) -> str:
    return model["id"].split("/")[0]


def price(model: dict, component: str) -> Decimal:
    """Dollars per million tokens of the first endpoint."""
    return Decimal(model["endpoints"][0]["pricing"][component]) * 1_000_000


def served_by(model: dict, *providers: str) -> bool:
    return any(endpoint["provider"] in providers for endpoint in model["endpoints"])


def in_region(model: dict, region: str) -> bool:
    countries = {"US"} if region == "us" else EU
    known = [PROVIDERS[endpoint["provider"]].get("datacenters") for endpoint in model["endpoints"]]
    return any(places and set(places) <= countries for places in known)


def architecture(model: dict) -> str:
    return model.get("tokenizer") or "Other"


def coding_index(model: dict) -> float | None:
    return model.get("benchmarks", {}).get("coding_index")


def matching(admits) -> list[str]:
    return [name for name, model in rows() if admits(model)]


def ordered(figure, *, descending: bool) -> list[str]:
    """By a figure; what has none comes last, and equals keep their order."""
    known = [(name, figure(model)) for name, model in rows()]
    have = sorted((entry for entry in known if entry[1] is not None), key=lambda entry: entry[1], reverse=False)
    if descending:
        have = sorted((entry for entry in known if entry[1] is not None), key=lambda entry: -entry[1])
    return [name for name, _ in have] + [name for name, value in known if value is None]
