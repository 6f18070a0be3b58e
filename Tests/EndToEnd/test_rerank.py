"""`/rerank` through the official SDK, to a provider billed by searches and to one billed by tokens."""

import openrouter
import pytest
import requests
from openrouter import errors
from support.money import check_books, limited_config, nanos
from support.processes import KEY, Router, eventually, standard_config
from support.retrieval import models, relevance
from support.scripts import script, tagged

DOCUMENTS = [
    "The swift sleeps in the air.",
    {"text": "Nginx serves files."},
    "Gulls steal bread.",
    "Martlets fly land.",
]
TEXTS = [document if isinstance(document, str) else document["text"] for document in DOCUMENTS]
BEST = sorted(range(len(TEXTS)), key=lambda index: (-relevance(TEXTS[index]), index))


@pytest.fixture(scope="module")
def ranker(simulator, tmp_path_factory):
    with Router(models(simulator, standard_config(simulator)), tmp_path_factory.mktemp("ranker")) as process:
        yield process


@pytest.fixture
def client(ranker):
    with openrouter.OpenRouter(api_key=KEY, server_url=ranker.base, timeout_ms=30_000) as client:
        yield client


def post(router, **body) -> requests.Response:
    body = {"query": "birds", "documents": DOCUMENTS, **body}
    return requests.post(router.base + "/rerank", json=body, headers=router.headers, timeout=30)


def record(router, identifier: str) -> dict:
    answer = eventually(lambda: (r := router.generation(identifier)).status_code == 200 and r, "its record is there")
    return answer.json()["data"]


@pytest.mark.parametrize("limit", [None, 2])
def test_by_searches(client, ranker, simulator, limit):
    tag, query = tagged()
    answer = client.rerank.rerank(model="rank/cohere", query=query, documents=DOCUMENTS, top_n=limit, user="u")
    assert [result.index for result in answer.results] == BEST[:limit]
    assert [result.relevance_score for result in answer.results] == [relevance(TEXTS[index]) for index in BEST[:limit]]
    assert [result.document.text for result in answer.results] == [TEXTS[index] for index in BEST[:limit]]
    assert answer.model == "rank/cohere" and answer.provider == "embed-cohere"
    assert answer.usage.search_units == 1 and answer.usage.total_tokens is None
    kept = record(ranker, answer.id)
    assert nanos(answer.usage.cost) == nanos(kept["total_cost"]) == 2_000_000
    assert client.generations.get_generation(id=answer.id).data.api_type == "rerank"
    (seen,) = simulator.seen(tag)
    assert "/v2/rerank" in seen["request"]["line"] and seen["body"]["documents"] == TEXTS
    assert seen["body"].get("top_n") == limit and "user" not in seen["body"]


def test_by_tokens(client, ranker):
    answer = client.rerank.rerank(model="rank/jina", query="birds", documents=DOCUMENTS)
    assert [result.index for result in answer.results] == BEST
    tokens = sum(len(text.split()) for text in TEXTS)
    assert answer.usage.total_tokens == tokens
    kept = record(ranker, answer.id)
    assert nanos(answer.usage.cost) == nanos(kept["total_cost"]) == tokens * 20
    assert kept["tokens_prompt"] == tokens and kept["tokens_completion"] == 0


def test_a_search_is_a_hundred_documents(ranker):
    answer = post(ranker, model="rank/cohere", documents=[f"document {number}" for number in range(250)], top_n=1)
    usage = answer.json()["usage"]
    assert usage["search_units"] == 3 and nanos(usage["cost"]) == 6_000_000
    assert len(answer.json()["results"]) == 1


def test_failover(client, ranker):
    query = script(**{"embed-cohere": {"status": 429}})
    answer = client.rerank.rerank(model="rank/pair", query=query, documents=DOCUMENTS)
    assert answer.provider == "Spare" and [result.index for result in answer.results] == BEST
    kept = record(ranker, answer.id)
    assert [entry["status"] for entry in kept["provider_responses"]] == [429, 200]
    # It tells tokens and no searches; the price is that of one.
    assert nanos(answer.usage.cost) == nanos(kept["total_cost"]) == 2_000_000


@pytest.mark.parametrize(
    "body, param, words",
    [
        ({}, "model", "missing"),
        ({"model": "rank/cohere", "documents": []}, "documents", "at least one"),
        ({"model": "rank/cohere", "documents": ["a", {}]}, "documents[1]", "'text' or an 'image'"),
        ({"model": "rank/cohere", "top_n": 0}, "top_n", "1 to"),
        ({"model": "rank/cohere", "models": ["rank/jina"]}, "models", "one 'model'"),
        ({"model": "embed/openai"}, "model", "POST /api/v1/embeddings"),
        ({"model": "test/one"}, "model", "POST /api/v1/chat/completions"),
    ],
)
def test_errors_name_the_field(ranker, body, param, words):
    answer = post(ranker, **body)
    error = answer.json()["error"]
    assert answer.status_code == error["code"] == 400 and error["param"] == param and words in error["message"], error


def test_the_sdk_knows_the_error(client):
    with pytest.raises(errors.BadRequestResponseError):
        client.rerank.rerank(model="embed/openai", query="birds", documents=DOCUMENTS)


def test_a_result_that_belongs_to_no_document_is_no_answer(ranker):
    results = {"results": [{"index": 9, "relevance_score": 1}]}
    answer = post(ranker, model="rank/pair-2", query=script(**{"embed-cohere": {"body": results}}))
    assert answer.status_code == 200 and answer.json()["provider"] == "Spare"


def test_each_way_out_is_charged_once(simulator, own_router):
    router = own_router(config=models(simulator, limited_config(simulator, 0.01)))
    costs = []
    for query in ("birds", script(**{"embed-cohere": {"status": 500}})):
        answer = post(router, model="rank/pair", query=query)
        assert answer.status_code == 200, answer.text
        costs.append(nanos(answer.json()["usage"]["cost"]))
    assert post(router, model="rank/pair", query=script(any={"status": 500})).status_code == 502
    # Six dollars in a thousand are left, and this may be four searches.
    refused = post(router, model="rank/cohere", documents=["x"] * 350)
    assert refused.status_code == 402 and "requires more credits" in refused.json()["error"]["message"]
    check_books(router, costs)
