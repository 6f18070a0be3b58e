"""The catalogue through the official OpenRouter SDK, which checks every line against its schemas."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import openrouter
import pytest
from openrouter import errors
from support import catalogue
from support.processes import KEY, Router, eventually, standard_config
from support.scripts import script

MINE = {"bearer": KEY}


@pytest.fixture(scope="module")
def listed(simulator, tmp_path_factory):
    config = standard_config(simulator)
    config["providers"][0]["zdr"] = True
    with Router(config, tmp_path_factory.mktemp("listed"), env={"OPENAI_API_KEY": "sk-test"}) as process:
        yield process


@pytest.fixture
def client(listed):
    with openrouter.OpenRouter(api_key=KEY, server_url=listed.base, timeout_ms=30_000, retry_config=None) as client:
        yield client


def every(answer) -> tuple[list, int]:
    """All pages: the SDK asks for 500 at a time."""
    found, pages = [], 0
    while answer is not None:
        found += answer.result.data
        pages += 1
        answer = answer.next()
    return found, pages


def test_the_list_comes_in_pages_and_every_line_is_valid(client):
    lines, pages = every(client.models.list())
    names = [line.id for line in lines]
    wanted = ["test/one", "test/pair", "test/three", "test/other", "test/grow"] + [name for name, _ in catalogue.rows()]
    assert set(names) == set(wanted) and len(names) == len(wanted) > 500
    assert pages == 2
    assert client.models.count().data.count == len(names)
    models = {line.id: line for line in lines}
    assert models["openai/gpt-5"].context_length == 400_000
    assert models["openai/gpt-5"].reasoning.mandatory is True
    assert models["openai/gpt-5"].expiration_date == "2026-12-11"
    assert models["~openai/gpt-latest"].alias_target.slug == "openai/gpt-5.5"
    assert models["allenai/olmo-3-32b-think"].default_parameters.temperature == 0.6
    assert models["openai/gpt-5-codex"].benchmarks.artificial_analysis.coding_index == 38.9


@pytest.mark.parametrize(
    "query",
    [
        {"q": "gpt"},
        {"category": "programming"},
        {"supported_parameters": "tools,reasoning"},
        {"output_modalities": "all"},
        {"input_modalities": "text,image,audio,file"},
        {"context": 200_000},
        {"min_price": 0.1, "max_price": 3},
        {"min_output_price": 1, "max_output_price": 15.5},
        {"min_age_days": 30, "max_age_days": 900},
        {"min_coding_index": 10, "max_coding_index": 40.0},
        {"arch": "Claude"},
        {"model_authors": "openai,anthropic"},
        {"providers": "OpenAI,Groq"},
        {"distillable": "true"},
        {"distillable": "false"},
        {"zdr": "true"},
        {"region": "us"},
        {"sort": "newest"},
        {"sort": "design-arena-elo-high-to-low", "limit": 100},
    ],
    ids=str,
)
def test_every_parameter_of_the_list(client, query):
    lines, _ = every(client.models.list(**query))
    assert lines and len({line.id for line in lines}) == len(lines)


def test_a_wrong_value_is_the_sdks_error(client):
    with pytest.raises(errors.BadRequestResponseError) as raised:
        client.models.list(sort="best")
    assert "sort must be most-popular" in raised.value.data.error.message


def test_single_models(client):
    assert client.models.get(author="openai", slug="gpt-5").data.id == "openai/gpt-5"
    assert client.models.get(author="openai", slug="gpt-5:nitro").data.id == "openai/gpt-5"
    assert client.models.get(author="openai", slug="gpt-oss-20b:free").data.id == "openai/gpt-oss-20b:free"
    latest = client.models.get(author="~openai", slug="gpt-latest").data
    assert latest.alias_target.slug == "openai/gpt-5.5" and latest.pricing.prompt
    with pytest.raises(errors.NotFoundResponseError):
        client.models.get(author="openai", slug="gpt-55555")


def test_the_callers_own_models(client):
    lines, pages = every(client.models.list_for_user(security=MINE))
    assert pages == 2 and len(lines) == client.models.count().data.count
    cheap, _ = every(client.models.list_for_user(security=MINE, sort="pricing-low-to-high", limit=200))
    prices = [Decimal(line.pricing.prompt) + Decimal(line.pricing.completion) for line in cheap]
    assert prices == sorted(prices)
    with pytest.raises(errors.UnauthorizedResponseError):
        client.models.list_for_user(security={"bearer": "sk-wrong"})


def test_endpoints_with_tiers_and_what_was_seen(client, listed):
    data = client.endpoints.list(author="openai", slug="gpt-5").data
    assert [(entry.tag, entry.service_tier) for entry in data.endpoints] == [
        ("openai", None),
        ("openai/flex", "flex"),
        ("openai/priority", "priority"),
    ]
    assert data.architecture.tokenizer == "GPT"
    for _ in range(24):
        with listed.stream(script(alpha={"text": "a b c"})) as stream:
            assert stream.content

    def seen():
        # The SDK sends no key where none is needed; who wants to see how fast endpoints are shows one.
        headers = {"Authorization": f"Bearer {KEY}"}
        return client.endpoints.list(author="test", slug="one", http_headers=headers).data.endpoints[0]

    eventually(lambda: seen().uptime_last_5m is not None, "the uptime is there")
    assert seen().uptime_last_1d == 100 and seen().status == 0
    assert seen().latency_last_30m.p50 >= 0 and seen().throughput_last_30m.p99 > 0
    every_model, _ = every(client.models.list(q="openai/"))
    for line in every_model[:40]:
        author, _, slug = line.id.partition("/")
        assert client.endpoints.list(author=author, slug=slug).data.endpoints


def test_endpoints_that_retain_nothing(client):
    found = client.endpoints.list_zdr_endpoints().data
    assert {entry.provider_name for entry in found} == {"Alpha"} and len(found) == 4


def test_providers(client):
    slugs = {entry.slug for entry in client.providers.list().data}
    assert slugs == {"alpha", "beta", "gamma", *catalogue.PROVIDERS}


def test_models_for_embeddings(client):
    lines, pages = every(client.embeddings.list_models())
    assert lines == [] and pages == 1


def test_models_that_make_images(client):
    lines = {line.id: line for line in client.images.list_models().data}
    assert set(lines) == {name for name, facts in catalogue.rows() if "image" in facts.get("output_modalities", [])}
    line = lines["google/gemini-2.5-flash-image"]
    assert "image" in line.architecture.output_modalities and line.created == 1759870431
    assert line.endpoints == "/api/v1/images/models/google/gemini-2.5-flash-image/endpoints"
    answer = client.images.list_model_endpoints(author="google", slug="gemini-2.5-flash-image")
    google = next(entry for entry in answer.endpoints if entry.provider_slug == "google-ai-studio")
    prices = {(price.billable, price.unit): price.cost_usd for price in google.pricing}
    assert prices["output_image", "token"] == 0.00003 and prices["input_text", "token"] == 0.0000003


def test_models_that_make_videos(client):
    assert client.video_generation.list_videos_models().data == []


def test_the_asynchronous_client_reads_the_same(listed):
    async def run():
        async with openrouter.OpenRouter(api_key=KEY, server_url=listed.base) as client:
            page = await client.models.list_async(limit=300)
            following = await page.next()
            endpoints = await client.endpoints.list_async(author="test", slug="pair")
            return page.result, following.result, endpoints.data

    first, second, data = asyncio.run(run())
    assert len(first.data) == 300 and len(second.data) == first.total_count - 300
    assert first.links.next == "/api/v1/models?offset=300&limit=300"
    assert [entry.provider_name for entry in data.endpoints] == ["Alpha", "Beta"]
