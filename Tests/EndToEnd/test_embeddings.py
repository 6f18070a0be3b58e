"""`/embeddings` through the official SDKs, to providers of each dialect that has them."""

import base64
import gzip
import json
import struct

import openai
import openrouter
import pytest
import requests
from openrouter import errors
from support.money import check_books, limited_config, nanos
from support.processes import KEY, LocalModel, Router, eventually, standard_config
from support.retrieval import models, texts_of_tokens, vector
from support.scripts import script, tagged


@pytest.fixture(scope="module")
def embedder(simulator, tmp_path_factory):
    with Router(models(simulator, standard_config(simulator)), tmp_path_factory.mktemp("embedder")) as process:
        yield process


@pytest.fixture
def client(embedder):
    with openai.OpenAI(api_key=KEY, base_url=embedder.base, max_retries=0, timeout=30) as client:
        yield client


def post(router, body, timeout=30) -> requests.Response:
    return requests.post(router.base + "/embeddings", json=body, headers=router.headers, timeout=timeout)


def record(router, identifier: str) -> dict:
    answer = eventually(lambda: (r := router.generation(identifier)).status_code == 200 and r, "its record is there")
    return answer.json()["data"]


FAMILIES = ["openai", "gemini", "cohere", "bedrock"]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("encoding", ["float", "base64", openai.NOT_GIVEN])
def test_every_family_and_encoding(client, simulator, family, encoding):
    tag, message = tagged()
    texts = [message, "two words", "zwölf"]
    answer = client.embeddings.create(
        model=f"embed/{family}", input=texts, encoding_format=encoding, dimensions=16, user="u"
    )
    found = [entry.embedding for entry in answer.data]
    if encoding == "base64":
        # The SDK leaves them as they are when they were asked for.
        found = [list(struct.unpack("<16f", base64.b64decode(text))) for text in found]
    assert found == [vector(text, 16) for text in texts]
    assert [entry.index for entry in answer.data] == [0, 1, 2]
    assert answer.object == "list" and answer.model == f"embed/{family}"
    assert answer.usage.prompt_tokens == answer.usage.total_tokens == sum(len(text.split()) for text in texts)
    (seen,) = simulator.seen(tag)
    assert seen["provider"] == f"embed-{family}"
    line = seen["request"]["line"]
    paths = {"openai": "/v1/embeddings", "gemini": ":batchEmbedContents", "cohere": "/v2/embed"}
    paths["bedrock"] = "/model/us.cohere.embed-v4%3A0/invoke"
    assert paths[family] in line and '"u"' not in seen["request"]["body"]


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_titan(client, simulator, encoding):
    tag, message = tagged()
    answer = client.embeddings.create(model="embed/titan", input=message, encoding_format=encoding, dimensions=256)
    (found,) = (entry.embedding for entry in answer.data)
    if encoding == "base64":
        found = list(struct.unpack("<256f", base64.b64decode(found)))
    assert found == vector(message, 256) and answer.usage.prompt_tokens == len(message.split())
    (seen,) = simulator.seen(tag)
    assert "/model/amazon.titan-embed-text-v2%3A0/invoke" in seen["request"]["line"]
    assert seen["body"] == {"inputText": message, "dimensions": 256}


def test_what_bedrock_counts_stands_in_its_head(embedder):
    """Cohere's answers there have no count; without either the tokens are estimated."""
    message = script(any={"usage": False, "headers": {"X-Amzn-Bedrock-Input-Token-Count": "42"}})
    counted = post(embedder, {"model": "embed/bedrock", "input": message})
    assert counted.status_code == 200 and counted.json()["usage"]["prompt_tokens"] == 42
    assert nanos(counted.json()["usage"]["cost"]) == 42 * 20
    assert not record(embedder, counted.headers["X-Generation-Id"])["usage_estimated"]
    silent = post(embedder, {"model": "embed/bedrock", "input": script(any={"usage": False})})
    assert record(embedder, silent.headers["X-Generation-Id"])["usage_estimated"]


def test_several_texts_go_where_several_fit(embedder):
    alone = post(embedder, {"model": "embed/titan", "input": ["a", "b"]})
    error = alone.json()["error"]
    assert alone.status_code == 400 and error["param"] == "input" and "send the 2 one by one" in error["message"]
    moved = post(embedder, {"model": "embed/titan-pair", "input": ["a", "b"]})
    assert moved.status_code == 200 and moved.json()["provider"] == "Spare"
    assert post(embedder, {"model": "embed/titan-pair", "input": ["a"]}).json()["provider"] == "embed-bedrock"


def test_a_model_of_bedrocks_that_is_asked_in_no_known_way(embedder):
    error = post(embedder, {"model": "embed/nova", "input": "a"}).json()["error"]
    assert error["code"] == 400 and "amazon.nova-lite-v1:0" in error["message"] and error["param"] == "model"


@pytest.mark.parametrize("tokens", [[5, 6, 70000], [[5, 6], [7]]])
def test_tokens(client, tokens):
    answer = client.embeddings.create(model="embed/openai", input=tokens)
    assert [entry.embedding for entry in answer.data] == [vector(text, 8) for text in texts_of_tokens(tokens)]
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model="embed/cohere", input=tokens)
    assert "send the text" in caught.value.message and caught.value.param == "input"


def test_a_host_that_knows_no_base64_and_sends_batches_out_of_order(client):
    entries = [{"index": 1, "embedding": [0.5, -0.25]}, {"index": 0, "embedding": [1, 1e-3]}]
    body = {"data": entries, "usage": {"total_tokens": 9}}
    answer = client.embeddings.create(model="embed/openai", input=[script(any={"body": body}), "b"])
    (nearest,) = struct.unpack("<f", struct.pack("<f", 1e-3))
    assert [entry.embedding for entry in answer.data] == [[1, nearest], [0.5, -0.25]]
    assert answer.usage.prompt_tokens == 9


@pytest.mark.parametrize("encoding", ["float", "base64"])
def test_the_openrouter_sdk(embedder, encoding):
    with openrouter.OpenRouter(api_key=KEY, server_url=embedder.base, timeout_ms=30_000) as client:
        answer = client.embeddings.generate(
            model=f"embed/pair-{encoding}",
            input=[script(**{"embed-openai": {"status": 503}}), "b"],
            encoding_format=encoding,
            provider={"order": ["embed-openai"], "data_collection": "allow"},
            session_id="s1",
            input_type="search_query",
        )
        wanted = vector("b", 8)
        if encoding == "base64":
            wanted = base64.b64encode(struct.pack("<8f", *wanted)).decode()
        assert answer.data[1].embedding == wanted
        kept = record(embedder, answer.id)
        assert client.generations.get_generation(id=answer.id).data.api_type == "embeddings"
        listed = [model.id for model in client.embeddings.list_models().result.data]
    assert {"embed/cohere", "embed/gemini", "embed/openai", "embed/pair"} < set(listed) and "test/one" not in listed
    assert nanos(answer.usage.cost) == answer.usage.prompt_tokens * 20 == nanos(kept["total_cost"])
    assert kept["provider_name"] == "Spare" and [entry["status"] for entry in kept["provider_responses"]] == [503, 200]
    assert kept["session_id"] == "s1" and kept["tokens_completion"] == 0 and kept["finish_reason"] is None
    with (
        openrouter.OpenRouter(api_key=KEY, server_url=embedder.base) as client,
        pytest.raises(errors.BadRequestResponseError),
    ):
        client.embeddings.generate(model="embed/openai", input="")


def test_what_the_provider_does_not_report_is_estimated(embedder):
    answer = post(embedder, {"model": "embed/openai", "input": script(any={"usage": False})})
    assert answer.status_code == 200
    kept = record(embedder, answer.headers["X-Generation-Id"])
    assert kept["usage_estimated"] and kept["tokens_prompt"] > 0
    assert nanos(kept["total_cost"]) == kept["tokens_prompt"] * 20


@pytest.mark.parametrize("prefix", ["/v1", "/api/v1"])
def test_gzip_and_both_prefixes(embedder, prefix):
    body = gzip.compress(json.dumps({"model": "embed/openai", "input": "a b"}).encode())
    headers = {**embedder.headers, "Content-Encoding": "gzip", "X-OpenRouter-Metadata": "enabled"}
    answer = requests.post(f"{embedder.url}{prefix}/embeddings", data=body, headers=headers, timeout=30)
    assert answer.json()["data"][0]["embedding"] == vector("a b", 8)
    assert answer.json()["id"] == answer.headers["X-Generation-Id"]
    assert answer.json()["openrouter_metadata"]["endpoints"]["total"] == 1


@pytest.mark.parametrize(
    "body, param, words",
    [
        ({"input": "x"}, "model", "missing"),
        ({"model": "embed/openai"}, "input", "missing"),
        ({"model": "embed/openai", "input": "x", "dimensions": 0}, "dimensions", "1 to"),
        ({"model": "embed/openai", "input": "x", "encoding_format": "int8"}, "encoding_format", "base64"),
        ({"model": "embed/openai", "input": "x", "stream": True}, "stream", "leave it out"),
        ({"model": "embed/nothing", "input": "x"}, "model", "not a valid model ID"),
        ({"model": "test/one", "input": "x"}, "model", "POST /api/v1/chat/completions"),
    ],
)
def test_errors_name_the_field(embedder, body, param, words):
    answer = post(embedder, body)
    error = answer.json()["error"]
    assert answer.status_code == error["code"] == 400 and error["param"] == param and words in error["message"], error
    assert answer.headers["X-Generation-Id"].startswith("gen-")


def test_a_model_of_embeddings_writes_no_text(embedder):
    error = embedder.chat(model="embed/openai").json()["error"]
    assert error["code"] == 400 and error["param"] == "model" and "POST /api/v1/embeddings" in error["message"]
    assert error["availability"]["code"] == "wrong_endpoint"
    assert error["availability"]["constraint"]["detail"] == "/api/v1/embeddings"


def test_too_few_vectors_are_no_answer(embedder):
    message = script(**{"embed-openai": {"body": {"data": [], "usage": {"prompt_tokens": 1}}}})
    moved = post(embedder, {"model": "embed/pair", "input": message})
    assert moved.status_code == 200 and moved.json()["provider"] == "Spare"


def test_the_list_names_no_parameters_of_completions(embedder):
    listed = requests.get(embedder.base + "/embeddings/models", timeout=30).json()["data"]
    assert listed and {tuple(model["supported_parameters"]) for model in listed} == {()}
    reranker = requests.get(embedder.base + "/model/rank/cohere", timeout=30).json()["data"]
    assert reranker["supported_parameters"] == []


def test_no_route_without_a_key(embedder):
    answer = requests.post(embedder.base + "/embeddings", json={"model": "embed/openai", "input": "x"}, timeout=30)
    assert answer.status_code == 401


def test_each_way_out_is_charged_once(simulator, own_router):
    """Success, failover, failure, and a caller who leaves: nothing stays held, and the books agree."""
    config = models(simulator, limited_config(simulator, 1))
    router = own_router(config=config)
    costs = []
    for message in ("a b c", script(**{"embed-openai": {"status": 500}})):
        answer = post(router, {"model": "embed/pair", "input": message})
        assert answer.status_code == 200, answer.text
        costs.append(nanos(answer.json()["usage"]["cost"]))
    assert post(router, {"model": "embed/pair", "input": script(any={"status": 500})}).status_code == 502
    tag, message = tagged(any={"stall": True})
    with pytest.raises(requests.Timeout):
        post(router, {"model": "embed/gemini", "input": message}, timeout=0.5)
    eventually(lambda: simulator.seen(tag)[0]["outcome"] == "gone", "the provider is left")
    # Whoever leaves pays for what was made, and nothing was.
    check_books(router, [*costs, 0])


def test_what_does_not_fit_the_limit(simulator, own_router):
    router = own_router(config=models(simulator, limited_config(simulator, 0.00001)))
    answer = post(router, {"model": "embed/openai", "input": ["word " * 300, "word " * 300]})
    assert answer.status_code == 402 and "Shorten the prompt" in answer.json()["error"]["message"]
    # Each of many inputs has the context to itself.
    router = own_router(config=models(simulator, standard_config(simulator)))
    assert post(router, {"model": "embed/openai", "input": ["word " * 300] * 200}).status_code == 200
    long = post(router, {"model": "embed/openai", "input": "word " * 100_000})
    assert long.status_code == 400 and long.json()["error"]["error_type"] == "context_length_exceeded", long.text[:300]


@pytest.mark.local_model
def test_the_real_model(simulator, own_router):
    """Made by llama.cpp, read by the SDK: what means nearly the same lies nearer, whichever way it is written."""
    with LocalModel("--embeddings", "--slots", "1", "--threads", "1") as model:
        config = standard_config(simulator)
        config["providers"].append({"slug": "local", "dialect": "openai", "base_url": f"{model.url}/v1"})
        endpoint = {"provider": "local", "model": "smollm2-135m-instruct", "pricing": {"prompt": "0.00000002"}}
        kind = {"output_modalities": ["embeddings"], "context_length": 8192, "endpoints": [endpoint]}
        config["models"].append({"id": "local/embed", **kind})
        router = own_router(config=config)
        texts = ["A cat sat on the mat.", "The cat is sitting on a mat.", "Stock prices fell in early trading."]
        with openai.OpenAI(api_key=KEY, base_url=router.base, max_retries=0, timeout=30) as client:
            # The SDK asks for base64 and unpacks it.
            packed = client.embeddings.create(model="local/embed", input=texts)
            plain = client.embeddings.create(model="local/embed", input=texts, encoding_format="float")
    cat, seated, stocks = (entry.embedding for entry in packed.data)
    assert len(cat) == 576 and sum(value * value for value in cat) == pytest.approx(1, abs=1e-3)
    for entry, other in zip(plain.data, packed.data, strict=True):
        assert entry.embedding == pytest.approx(other.embedding, abs=1e-3)
    near, far = (sum(left * right for left, right in zip(cat, other, strict=True)) for other in (seated, stocks))
    assert near > far
    assert packed.usage.prompt_tokens > 15 and nanos(packed.usage.cost) == packed.usage.prompt_tokens * 20
