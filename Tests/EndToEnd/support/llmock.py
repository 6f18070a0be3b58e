"""llmock as a provider, and models of its Gemini, Cohere and Mistral for a router in front of it."""

from __future__ import annotations

import itertools
import pathlib

import requests

from support.processes import Process, python_of

SERVER = pathlib.Path(__file__).parents[1] / "clients/llmock_server.py"
# The dialect of each, and what stands before the paths that the dialect adds.
PROVIDERS = {"gemini": ("gemini", "/gemini"), "cohere": ("cohere", "/cohere"), "mistral": ("openai", "/mistral/v1")}
SPARE = "Hello from spare."


class LLMock(Process):
    """Its behaviour is told by model: every test has one of its own."""

    def __init__(self):
        super().__init__([python_of("clients"), str(SERVER)], r"llmock listening on (http://\S+)")
        self._numbers = {name: itertools.count() for name in PROVIDERS}
        self.plan("spare", type="reply", text=SPARE)

    def plan(self, model: str, **behaviour) -> None:
        behaviour = {"times": None, "match": {"model": model}, **behaviour}
        answer = requests.post(f"{self.url}/_llmock/scenario", json={"behaviors": [behaviour]}, timeout=10)
        assert answer.status_code == 201, answer.text

    def fresh(self, provider: str) -> MockedModel:
        return MockedModel(self, f"{provider}-{next(self._numbers[provider])}")


class MockedModel:
    """A model that no other test asks for.

    `id` has one endpoint, `pair` a second one that answers `SPARE`; that of `hasty` does so when half a second has
    brought nothing.
    """

    def __init__(self, llmock: LLMock, name: str):
        self.llmock = llmock
        self.name = name
        self.id, self.pair, self.hasty = f"llmock/{name}", f"llmock/{name}-pair", f"llmock/{name}-hasty"

    def plan(self, behaviour: str, /, **members) -> None:
        self.llmock.plan(self.name, type=behaviour, **members)

    def seen(self) -> list[dict]:
        """The requests in the order they came, each with its `body` and `status`."""
        found = requests.get(f"{self.llmock.url}/_llmock/requests", timeout=10).json()["requests"]
        return [entry for entry in found if entry["model"] == self.name]


def config(base: dict, llmock: LLMock, copies: int) -> dict:
    """`base` with as many models of each provider."""
    pricing = {"prompt": "0.000001", "completion": "0.000002"}
    limits = {"context_length": 128000, "max_completion_tokens": 16000}
    base["providers"].append({"slug": "mock-spare", "dialect": "openai", "base_url": f"{llmock.url}/mistral/v1"})
    spare = {"provider": "mock-spare", "model": "spare", "pricing": pricing}
    for name, (dialect, path) in PROVIDERS.items():
        slug = f"mock-{name}"
        provider = {"slug": slug, "dialect": dialect, "base_url": llmock.url + path, "api_key": f"secret-{name}"}
        base["providers"].append(provider)
        for number in range(copies):
            endpoint = {"provider": slug, "model": f"{name}-{number}", "pricing": pricing}
            hasty = endpoint | {"timeouts": {"first_byte": "500ms", "idle": "500ms"}}
            model = MockedModel(llmock, f"{name}-{number}")
            base["models"] += [
                {"id": model.id, **limits, "endpoints": [endpoint]},
                {"id": model.pair, **limits, "endpoints": [endpoint, spare]},
                {"id": model.hasty, **limits, "endpoints": [hasty, spare]},
            ]
    return base
