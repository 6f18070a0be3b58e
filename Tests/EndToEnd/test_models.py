"""`GET /models` over the shipped catalogue: every filter, every order, pages; the expectation comes from the files."""

from __future__ import annotations

import time

import anthropic
import pytest
import requests
from support import catalogue
from support.catalogue import MODELS, author, coding_index, in_region, matching, ordered, price, rows, served_by
from support.processes import KEY, Router

BASE = {"billing": "metered", "keys": [{"key": KEY, "name": "test"}]}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """A router without any provider's key: everything is listed."""
    with Router(dict(BASE), tmp_path_factory.mktemp("shipped")) as process:
        yield process


def ask(router, **query) -> dict:
    answer = requests.get(router.base + "/models", params=query, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_anthropics_sdk_reads_every_page(shipped):
    with anthropic.Anthropic(api_key=KEY, base_url=shipped.base.removesuffix("/v1"), max_retries=0) as client:
        first = client.models.list(limit=50)
        assert len(first.data) == 50 and first.has_more and first.last_id == first.data[-1].id
        found = list(client.models.list(limit=50))
        one = client.models.retrieve(found[0].id)
    assert [model.id for model in found] == [name for name, _ in rows()]
    assert {model.type for model in found} == {"model"} and all(model.display_name for model in found)
    assert found[0].created_at.year > 2020 and one.to_dict() == found[0].to_dict()
    # Without the field that says whose shape is wanted, it is the router's own.
    assert "has_more" not in ask(shipped)
    answer = requests.get(shipped.base + "/models", headers={"anthropic-version": "2023-06-01"}, timeout=30).json()
    assert answer["data"][0]["type"] == "model"


def ids(body: dict) -> list[str]:
    return [model["id"] for model in body["data"]]


def test_everything_is_listed_in_order_and_nothing_twice(shipped):
    body = ask(shipped)
    assert ids(body) == [name for name, _ in rows()]
    assert body["total_count"] == len(rows()) and body["links"] == {"next": None}
    assert len(set(ids(body))) == len(rows())
    for line, (name, model) in zip(body["data"], rows(), strict=True):
        assert line["context_length"] == model["context_length"]
        assert line["created"] == model["created"]
        assert line["knowledge_cutoff"] == model.get("knowledge_cutoff")
        assert line["expiration_date"] == model.get("expiration_date")
        assert line["hugging_face_id"] == model.get("hugging_face_id")
        assert line["supported_parameters"] == sorted(model["supported_parameters"])
        assert line["architecture"]["tokenizer"] == catalogue.architecture(model)
        inputs = model.get("input_modalities", ["text"])
        known = ("text", "image", "file", "audio", "video")
        assert line["architecture"]["input_modalities"] == [kind for kind in known if kind in inputs]
        assert line["pricing"]["prompt"] == model["endpoints"][0]["pricing"]["prompt"]
        assert line["top_provider"]["is_moderated"] == model.get("is_moderated", False)
        assert line["per_request_limits"] is None
        defaults = model.get("default_parameters")
        assert (line["default_parameters"] is None) == (defaults is None)
        assert {key: value for key, value in (line["default_parameters"] or {}).items() if value is not None} == (
            defaults or {}
        )
        assert line.get("benchmarks", {}).get("artificial_analysis", {}).get("coding_index") == coding_index(model)
        reasoning = model.get("reasoning")
        assert ("reasoning" in line) == (reasoning is not None)
        if reasoning:
            assert line["reasoning"]["mandatory"] == reasoning["mandatory"]
            assert line["reasoning"]["supported_efforts"] == reasoning.get("efforts")
            effort = reasoning.get("default_effort")
            assert line["reasoning"]["default_effort"] == effort
            told = True if reasoning["mandatory"] else None if effort is None else effort != "none"
            assert line["reasoning"].get("default_enabled") == told
        if name.startswith("~"):
            assert line["alias_target"] == {"slug": model["id"], "name": model["name"]}


def modalities(model: dict, side: str) -> set[str]:
    return set(model.get(f"{side}_modalities", ["text"]))


def age_days(model: dict) -> int:
    return int(time.time() - model["created"]) // 86_400


FILTERS = [
    ({"q": "GPT-5.1"}, None),
    ({"q": "claude opus"}, None),
    ({"category": "programming"}, lambda model: "programming" in model.get("categories", [])),
    ({"category": "roleplay"}, lambda model: "roleplay" in model.get("categories", [])),
    ({"category": "marketing/seo"}, lambda model: False),
    (
        {"supported_parameters": "tools,structured_outputs"},
        lambda model: {"tools", "structured_outputs"} <= set(model["supported_parameters"]),
    ),
    ({"supported_parameters": "top_k"}, lambda model: "top_k" in model["supported_parameters"]),
    ({"input_modalities": "text,image,file"}, lambda model: {"text", "image", "file"} <= modalities(model, "input")),
    ({"input_modalities": "audio"}, lambda model: "audio" in modalities(model, "input")),
    ({"output_modalities": "image"}, lambda model: "image" in modalities(model, "output")),
    ({"output_modalities": "image,audio"}, lambda model: bool({"image", "audio"} & modalities(model, "output"))),
    ({"output_modalities": "all"}, lambda model: True),
    ({"output_modalities": "embeddings"}, lambda model: False),
    ({"context": 1_000_000}, lambda model: model["context_length"] >= 1_000_000),
    ({"context": 400_001}, lambda model: model["context_length"] >= 400_001),
    ({"max_price": 0}, lambda model: price(model, "prompt") == 0),
    ({"min_price": "0.15", "max_price": "1.25"}, None),
    ({"min_output_price": 10}, lambda model: price(model, "completion") >= 10),
    ({"max_output_price": "0.6"}, lambda model: price(model, "completion") <= catalogue.Decimal("0.6")),
    ({"min_age_days": 365}, lambda model: age_days(model) >= 365),
    ({"max_age_days": 90}, lambda model: age_days(model) <= 90),
    ({"min_coding_index": "23.8"}, lambda model: (coding_index(model) or 0) >= 23.8),
    ({"max_coding_index": 20}, lambda model: coding_index(model) is not None and coding_index(model) <= 20),
    ({"min_intelligence_index": 0}, lambda model: False),
    ({"max_agentic_index": 100}, lambda model: False),
    ({"min_tool_success_rate": "0.5"}, lambda model: False),
    ({"arch": "Claude"}, lambda model: catalogue.architecture(model) == "Claude"),
    ({"arch": "llama"}, lambda model: catalogue.architecture(model).startswith("Llama")),
    ({"arch": "GPT,Grok"}, lambda model: catalogue.architecture(model) in ("GPT", "Grok")),
    ({"model_authors": "anthropic,X-AI"}, lambda model: author(model) in ("anthropic", "x-ai")),
    ({"providers": "groq"}, lambda model: served_by(model, "groq")),
    ({"providers": "OpenAI,google vertex"}, lambda model: served_by(model, "openai", "google-vertex")),
    ({"distillable": "true"}, lambda model: model.get("distillable") is True),
    ({"distillable": "false"}, lambda model: model.get("distillable") is not True),
    ({"zdr": "true"}, lambda model: any(catalogue.PROVIDERS[e["provider"]].get("zdr") for e in model["endpoints"])),
    ({"region": "us"}, lambda model: in_region(model, "us")),
    ({"region": "eu"}, lambda model: in_region(model, "eu")),
    (
        {"model_authors": "openai", "max_price": 1, "input_modalities": "image", "supported_parameters": "tools"},
        lambda model: (
            author(model) == "openai"
            and price(model, "prompt") <= 1
            and "image" in modalities(model, "input")
            and "tools" in model["supported_parameters"]
        ),
    ),
]


def expected(query: dict, admits) -> list[str]:
    if "q" in query:
        wanted = query["q"].lower()
        found = {line["id"]: line["name"] for line in MODELS}
        return [name for name, model in rows() if wanted in name.lower() or wanted in found.get(name, "").lower()]
    if "min_price" in query:
        low, high = catalogue.Decimal(query["min_price"]), catalogue.Decimal(query["max_price"])
        return matching(lambda model: low <= price(model, "prompt") <= high)
    return matching(admits)


@pytest.mark.parametrize("query, admits", FILTERS, ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_a_filter_admits_what_the_files_say(shipped, query, admits):
    wanted = expected(query, admits)
    body = ask(shipped, **query)
    found = ids(body)
    if "q" in query:
        # The name of a family is the program's own; all others are in the files.
        found = [name for name in found if not name.startswith("~") or query["q"].lower() in name]
    assert found == wanted
    count = requests.get(shipped.base + "/models/count", params=query, timeout=30).json()["data"]["count"]
    assert count == body["total_count"]


def test_filters_tell_models_apart(shipped):
    """None of the expectations above is so simple that everything meets it."""
    whole = {str(query) for query, admits in FILTERS if len(expected(query, admits)) == len(rows())}
    assert whole == {"{'output_modalities': 'all'}"}
    full = [query for query, admits in FILTERS if expected(query, admits)]
    assert len(full) >= 28


def mean_price(model: dict):
    return price(model, "prompt") + price(model, "completion")


@pytest.mark.parametrize(
    "name, figure, descending",
    [
        ("newest", lambda model: model["created"], True),
        ("pricing-low-to-high", mean_price, False),
        ("pricing-high-to-low", mean_price, True),
        ("context-high-to-low", lambda model: model["context_length"], True),
        ("coding-high-to-low", coding_index, True),
        # Nothing is known of these, so the list stays as it is.
        ("intelligence-high-to-low", lambda model: None, True),
        ("agentic-high-to-low", lambda model: None, True),
        ("design-arena-elo-high-to-low", lambda model: None, True),
        ("most-popular", lambda model: None, True),
        ("top-weekly", lambda model: None, True),
        ("throughput-high-to-low", lambda model: None, True),
        ("latency-low-to-high", lambda model: None, False),
    ],
)
def test_an_order_is_that_of_the_files(shipped, name, figure, descending):
    assert ids(ask(shipped, sort=name)) == ordered(figure, descending=descending)


def test_pages_are_the_list_cut_up(shipped):
    query = {"sort": "newest", "model_authors": "openai,qwen", "q": "", "max_price": "20"}
    whole = ids(ask(shipped, **query))
    found, link, calls = [], f"{shipped.base}/models?limit=17&sort=newest&model_authors=openai,qwen&q=&max_price=20", 0
    while link:
        body = requests.get(link, timeout=30).json()
        assert body["total_count"] == len(whole) and len(body["data"]) <= 17
        found += ids(body)
        link = body["links"]["next"] and shipped.url + body["links"]["next"]
        calls += 1
    assert found == whole and calls == -(-len(whole) // 17) > 3
    assert ids(ask(shipped, offset=450)) == [name for name, _ in rows()][450:950]
    assert len(ids(ask(shipped, limit=1000))) == len(rows())
    assert ask(shipped, offset=100_000)["data"] == []


@pytest.mark.parametrize(
    "name, value, accepted",
    [
        ("sort", "best", "most-popular, newest, top-weekly"),
        ("category", "cooking", "programming, roleplay, marketing, marketing/seo"),
        ("output_modalities", "smell", "text, image, audio, video, embeddings"),
        ("input_modalities", "text,rerank", "text, image, file, audio or video"),
        ("distillable", "perhaps", "true or false"),
        ("zdr", "false", "must be true"),
        ("region", "moon", "eu or us"),
        ("arch", "abacus", "Claude"),
        ("providers", "opnai", "openai"),
        ("model_authors", "antropic", "anthropic"),
        ("supported_parameters", "temprature", "temperature"),
        ("context", "0", "from 1 to"),
        ("offset", "-1", "from 0 to"),
        ("limit", "0", "from 1 to 1000"),
        ("limit", "1001", "from 1 to 1000"),
        ("min_price", "cheap", "from 0 to"),
        ("max_price", "-0.5", "from 0 to"),
        ("min_output_price", "1,5", "from 0 to"),
        ("max_output_price", "NaN", "from 0 to"),
        ("min_age_days", "1.5", "whole number"),
        ("max_age_days", "-1", "whole number"),
        ("min_intelligence_index", "x", "from 0 to"),
        ("max_coding_index", "-1", "from 0 to"),
        ("min_agentic_index", "inf", "from 0 to"),
        ("min_tool_success_rate", "90", "from 0 to 1"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_accepted(shipped, name, value, accepted):
    answer = requests.get(shipped.base + "/models", params={name: value}, timeout=30)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == 400
    assert error["message"].startswith(name) and accepted in error["message"], error["message"]


def test_bounds_must_not_cross(shipped):
    answer = requests.get(shipped.base + "/models?min_price=2&max_price=1", timeout=30)
    assert answer.status_code == 400 and "min_price must not be above max_price" in answer.json()["error"]["message"]


def test_a_listing_costs_a_few_milliseconds(shipped):
    with requests.Session() as session:
        for query in ({}, {"sort": "pricing-low-to-high", "supported_parameters": "tools", "q": "e"}):
            session.get(shipped.base + "/models", params=query, timeout=30)
            before = shipped.cpu_seconds()
            for _ in range(50):
                assert session.get(shipped.base + "/models", params=query, timeout=30).status_code == 200
            each_ms = (shipped.cpu_seconds() - before) / 50 * 1000
            assert each_ms < 8, f"{each_ms:.1f} ms of processor time"


def test_providers_are_listed_whether_or_not_they_have_a_key(shipped):
    listed = requests.get(shipped.base + "/providers", timeout=30).json()["data"]
    assert {entry["slug"] for entry in listed} == set(catalogue.PROVIDERS)
    for entry in listed:
        facts = catalogue.PROVIDERS[entry["slug"]]
        for key in ("headquarters", "datacenters", "privacy_policy_url", "terms_of_service_url", "status_page_url"):
            assert entry[key] == facts.get(key)


def test_nothing_here_makes_embeddings(shipped):
    body = requests.get(shipped.base + "/embeddings/models", timeout=30).json()
    assert body == {"data": [], "total_count": 0, "links": {"next": None}}
    assert requests.get(shipped.base + "/embeddings/models?limit=0", timeout=30).status_code == 400


def test_nothing_here_makes_videos(shipped):
    assert requests.get(shipped.base + "/videos/models", timeout=30).json() == {"data": []}


def test_models_that_make_no_images_have_no_endpoints_for_them(shipped):
    answer = requests.get(shipped.base + "/images/models/openai/gpt-5/endpoints", timeout=30)
    assert answer.status_code == 404 and "makes no images" in answer.json()["error"]["message"]
    assert requests.get(shipped.base + "/images/models/none/such/endpoints", timeout=30).status_code == 404


@pytest.mark.parametrize(
    "slug, context, output, prompt, completion, cache_read",
    [
        ("openai/gpt-5", 400_000, 128_000, "0.00000125", "0.00001", "0.000000125"),
        ("openai/gpt-5.1-chat", 128_000, 16_384, "0.00000125", "0.00001", "0.000000125"),
    ],
)
def test_the_facts_of_gpt_5_are_right(shipped, slug, context, output, prompt, completion, cache_read):
    model = requests.get(f"{shipped.base}/model/{slug}", timeout=30).json()["data"]
    assert model["context_length"] == context and model["top_provider"]["max_completion_tokens"] == output
    assert model["pricing"]["prompt"] == prompt and model["pricing"]["completion"] == completion
    assert model["pricing"]["input_cache_read"] == cache_read
    tables = {
        "openai/gpt-5": "include_reasoning max_completion_tokens max_tokens parallel_tool_calls reasoning "
        "reasoning_effort response_format seed structured_outputs tool_choice tools verbosity",
        "openai/gpt-5.1-chat": "max_completion_tokens max_tokens parallel_tool_calls response_format seed "
        "structured_outputs tool_choice tools",
    }
    assert model["supported_parameters"] == tables[slug].split()
    endpoints = requests.get(f"{shipped.base}/models/{slug}/endpoints", timeout=30).json()["data"]["endpoints"]
    assert endpoints[0]["tag"] == "openai" and endpoints[0]["supported_parameters"] == tables[slug].split()


def test_the_latest_gpt_is_a_row_of_its_targets_data(shipped):
    row = requests.get(shipped.base + "/model/~openai/gpt-latest", timeout=30).json()["data"]
    target = requests.get(f"{shipped.base}/model/{row['alias_target']['slug']}", timeout=30).json()["data"]
    assert row["alias_target"]["slug"] == dict(catalogue.family_rows())["~openai/gpt-latest"]["id"]
    assert row["id"] == "~openai/gpt-latest"
    own = {"id", "canonical_slug", "name", "alias_target"}
    assert {key: row[key] for key in row if key not in own} == {key: target[key] for key in target if key not in own}
    assert {"reasoning", "tools", "structured_outputs"} <= set(row["supported_parameters"])


@pytest.mark.parametrize("path", ["openai/gpt-5", "openai%2Fgpt-5", "openai%2fgpt-5", "gpt-5", "openai/gpt-5:nitro"])
@pytest.mark.parametrize("root", ["/v1", "/api/v1"])
def test_a_model_by_its_id_as_clients_of_openai_ask(shipped, root, path):
    answer = requests.get(f"{shipped.url}{root}/models/{path}", timeout=30)
    assert answer.status_code == 200
    model = answer.json()
    assert model["id"] == "openai/gpt-5" and model["object"] == "model" and model["owned_by"] == "openai"
    assert model["created"] == 1754587413


@pytest.mark.parametrize("path", ["openai/gpt-55555", "openai%2Fnothing", "nothing", "openai/gpt-5:huge"])
def test_an_unknown_id_is_404(shipped, path):
    for kind in ("model", "models"):
        answer = requests.get(f"{shipped.base}/{kind}/{path}", timeout=30)
        assert answer.status_code == 404 and answer.json()["error"]["code"] == 404


@pytest.mark.parametrize(
    "path, name",
    [
        ("openai/gpt-5-2025-08-07", "openai/gpt-5"),
        ("openai/gpt-5:floor", "openai/gpt-5"),
        ("openai/gpt-oss-20b:free", "openai/gpt-oss-20b:free"),
        ("openai/gpt-oss-20b:free:nitro", "openai/gpt-oss-20b:free"),
        ("~openai%2Fgpt-latest", "~openai/gpt-latest"),
        ("~openai/gpt-latest:nitro", "~openai/gpt-latest"),
    ],
)
def test_a_model_by_its_other_names(shipped, path, name):
    answer = requests.get(f"{shipped.base}/model/{path}", timeout=30)
    assert answer.status_code == 200 and answer.json()["data"]["id"] == name
    endpoints = requests.get(f"{shipped.base}/models/{path}/endpoints", timeout=30)
    assert endpoints.status_code == 200 and endpoints.json()["data"]["endpoints"]


def test_service_tiers_are_endpoints_of_their_own(shipped):
    listed = requests.get(shipped.base + "/models/openai/gpt-5/endpoints", timeout=30).json()["data"]["endpoints"]
    (model,) = [model for model in MODELS if model["id"] == "openai/gpt-5"]
    wanted = {}
    for endpoint in model["endpoints"]:
        wanted[endpoint["provider"]] = (None, endpoint["pricing"]["prompt"])
        for tier, prices in endpoint.get("tiers", {}).items():
            if tier != "batch":
                wanted[f"{endpoint['provider']}/{tier}"] = (tier, prices["prompt"])
    assert {entry["tag"]: (entry["service_tier"], entry["pricing"]["prompt"]) for entry in listed} == wanted
    assert len(listed) == len(wanted) and wanted["openai/priority"] == ("priority", "0.0000025")
    (flex,) = [entry for entry in listed if entry["tag"] == "openai/flex"]
    assert flex["pricing"]["input_cache_read"] == "0.0000000625" and flex["pricing"]["web_search"] == "0.01"
    assert flex["status"] == -1, "no key, not in service"
