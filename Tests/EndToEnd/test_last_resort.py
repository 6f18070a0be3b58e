"""`OPENROUTER_API_KEY`: a router behind this one, which serves every model of the catalogue and is asked last."""

import pytest
import requests
from support import sse
from support.processes import Router, eventually, standard_config
from support.scripts import tagged

USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120, "cost": 0.0123456, "is_byok": False}
#: What only another router understands.
ROUTER_FIELDS = {
    "provider": {"sort": "throughput", "data_collection": "allow", "preferred_max_latency": {"p90": 3}},
    "plugins": [{"id": "web", "max_results": 2}],
    "reasoning": {"effort": "high", "exclude": False},
    "image_config": {"aspect_ratio": "16:9"},
    "speed": "fast",
    "x_search_filter": {"allowed_x_handles": ["martlet"]},
    "deferred_tools": {"protocol": "portable"},
    "stop_server_tools_when": [{"type": "step_count_is", "step_count": 3}],
    "max_tool_calls": 5,
}


@pytest.fixture(scope="module")
def behind(simulator, tmp_path_factory):
    """A router with the one key, whose last resort is played by the simulator."""
    config = standard_config(simulator)
    config["providers"].append(
        {"slug": "openrouter", "base_url": simulator.base_url("router"), "api_key": "${OPENROUTER_API_KEY}"}
    )
    directory = tmp_path_factory.mktemp("behind")
    with Router(config, directory, env={"OPENROUTER_API_KEY": "sk-or-v1-secret"}) as router:
        yield router


@pytest.mark.parametrize("model", ["openai/gpt-5", "anthropic/claude-opus-5.5", "~openai/gpt-latest"])
def test_one_key_reaches_every_model(behind, simulator, model):
    tag, message = tagged()
    answer = behind.chat(message, model=model)
    assert answer.ok, answer.text
    assert answer.json()["provider"] == "OpenRouter"
    seen = simulator.seen(tag)
    assert [entry["provider"] for entry in seen] == ["router"]
    assert "/" in seen[0]["body"]["model"] and "bearer sk-or-v1-secret" in str(seen[0]).lower()


def test_all_of_the_catalogue_can_be_called(behind):
    rows = requests.get(behind.base + "/models", timeout=30).json()["data"]
    assert len(rows) >= 400
    sample = [row["id"] for row in rows if row["id"].count("/") == 1 and not row["id"].startswith("~")][::60]
    assert len(sample) >= 6
    for identifier in sample:
        explained = requests.post(
            behind.base + "/route/explain", json={"model": identifier}, headers=behind.headers, timeout=30
        )
        assert explained.ok, explained.text


@pytest.mark.parametrize("stream", [False, True])
def test_the_fields_of_a_router_go_through_and_its_cost_is_billed(behind, simulator, stream):
    tag, message = tagged(router={"usage": USAGE, "text": "From far away."})
    body = {"model": "anthropic/claude-opus-5.5", **ROUTER_FIELDS}
    if stream:
        read = sse.read(behind.stream(message, **body))
        sse.check_good_end(read)
        identifier, usage = read.chunks[-1]["id"], read.chunks[-1]["usage"]
    else:
        answer = behind.chat(message, **body)
        assert answer.ok, answer.text
        identifier, usage = answer.json()["id"], answer.json()["usage"]
    sent = simulator.seen(tag)[0]["body"]
    assert {key: sent.get(key) for key in ROUTER_FIELDS} == ROUTER_FIELDS
    assert usage["cost"] == pytest.approx(0.0123456, abs=1e-12)
    assert usage["prompt_tokens"] == 100 and usage["completion_tokens"] == 20
    record = eventually(lambda: (found := behind.generation(identifier)).ok and found.json()["data"], "the record")
    assert record["total_cost"] == pytest.approx(0.0123456, abs=1e-12)
    assert record["provider_name"] == "OpenRouter"


def test_tools_go_through_whatever_the_catalogue_lists(behind, simulator):
    """What its hosts take, another router knows better; and its refusal says nothing about the model."""
    tools = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]
    rows = requests.get(behind.base + "/models", timeout=30).json()["data"]
    bare = [row["id"] for row in rows if "tools" not in row["supported_parameters"] and row["id"].count("/") == 1]
    model = next(name for name in bare if name.startswith("z-ai/"))
    tag, message = tagged()
    assert behind.chat(message, model=model, tools=tools, tool_choice="auto").ok
    assert simulator.seen(tag)[0]["body"]["tools"] == tools
    said = "No endpoints found that support tool use. To learn more about provider routing, visit: https://example.com"
    tag, message = tagged(router={"status": 404, "error": {"message": said}})
    refused = behind.chat(message, model=model, tools=tools)
    assert refused.status_code == 400 and "tool use" in refused.json()["error"]["message"], refused.text
    explained = requests.post(
        behind.base + "/route/explain", json={"model": model}, headers=behind.headers, timeout=30
    ).json()["data"]
    assert explained["candidates"][0]["health"]["availability"] == "available", explained


def test_without_a_report_the_prices_of_the_catalogue_count(behind):
    _, message = tagged(router={"usage": {"prompt_tokens": 1000, "completion_tokens": 10, "total_tokens": 1010}})
    usage = behind.chat(message, model="openai/gpt-5").json()["usage"]
    assert usage["cost"] == pytest.approx(1000 * 1.25e-6 + 10 * 1e-5)


def test_it_is_asked_last(simulator, own_router):
    config = standard_config(simulator)
    config["providers"] += [
        {"slug": "openrouter", "base_url": simulator.base_url("router"), "api_key": "k-router"},
        {"slug": "openai", "base_url": simulator.base_url("alpha"), "api_key": "k-alpha"},
    ]
    router = own_router(config=config)
    tag, message = tagged(alpha={"status": 500})
    assert router.chat(message, model="openai/gpt-5").json()["provider"] == "OpenRouter"
    assert simulator.providers_asked(tag) == ["alpha", "router"]
    tag, message = tagged()
    named = router.chat(message, model="openai/gpt-5", provider={"order": ["openrouter"], "sort": "price"})
    assert named.ok and simulator.providers_asked(tag) == ["router"]
    # The other router would look for itself among its providers.
    assert "order" not in simulator.seen(tag)[0]["body"].get("provider", {})
