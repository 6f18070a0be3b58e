"""`GET /generation`: every field, with the true value, in the official SDK's shape."""

import datetime

import openrouter
import pytest
from support import sse
from support.processes import KEY
from support.scripts import script

HEADERS = {
    "HTTP-Referer": "https://app.example/",
    "X-OpenRouter-Title": "An app",
    "X-Title": "An older name",
    "X-OpenRouter-Categories": "cli-agent, unheard-of,legal,game",
    "User-Agent": "tests/1",
    "x-session-id": "of the header",
}
CACHED = {
    "prompt_tokens": 1000,
    "completion_tokens": 20,
    "total_tokens": 1020,
    "prompt_tokens_details": {"cached_tokens": 800},
    "completion_tokens_details": {"reasoning_tokens": 15},
}


@pytest.fixture
def client(router):
    with openrouter.OpenRouter(api_key=KEY, server_url=router.base, timeout_ms=30_000) as client:
        yield client


def record_of(router, identifier: str) -> dict:
    response = router.generation(identifier)
    assert response.status_code == 200, response.text
    return response.json()["data"]


def test_the_caller_is_kept_as_it_named_itself(router):
    more = {
        "user": "user-1",
        "metadata": {"team": "größe", "n": "1\n2"},
        "trace": {"trace_id": "t1", "span_name": "s", "more": [1, {"a": None}]},
    }
    identifier = router.chat(script(), headers=HEADERS, **more).json()["id"]
    record = record_of(router, identifier)
    assert record["http_referer"] == record["origin"] == "https://app.example/"
    assert record["app_title"] == "An app"
    assert record["app_categories"] == ["cli-agent", "legal"]
    assert record["user_agent"] == "tests/1"
    assert record["external_user"] == "user-1"
    assert record["session_id"] == "of the header"
    assert record["metadata"] == more["metadata"] and record["trace"] == more["trace"]
    record = record_of(router, router.chat(script(), headers=HEADERS, session_id="of the body").json()["id"])
    assert record["session_id"] == "of the body"
    assert record["metadata"] is None and record["trace"] is None and record["external_user"] is None


def test_nobody_upstream_hears_of_it(router, simulator):
    from support.scripts import tagged

    tag, message = tagged()
    more = {"user": "user-1", "metadata": {"a": "b"}, "trace": {"trace_id": "t1"}, "session_id": "s"}
    assert router.chat(message, **more).status_code == 200
    sent = simulator.seen(tag)[0]["body"]
    assert not {"metadata", "trace", "session_id"} & set(sent)
    assert sent["user"] != "user-1"


@pytest.mark.parametrize(
    "more, param",
    [
        ({"user": 5}, "user"),
        ({"user": "u" * 513}, "user"),
        ({"session_id": "s" * 257}, "session_id"),
        ({"metadata": {f"k{number}": "v" for number in range(17)}}, "metadata"),
        ({"metadata": {"k" * 65: "v"}}, "metadata"),
        ({"metadata": {"k": "v" * 513}}, "metadata.k"),
        ({"metadata": {"k": 1}}, "metadata.k"),
        ({"trace": {"trace_id": 1}}, "trace.trace_id"),
        ({"trace": {"x": "y" * 20_000}}, "trace"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(router, more, param):
    response = router.chat(script(), **more)
    assert response.status_code == 400, response.text
    assert response.json()["error"]["param"] == param


def test_a_session_header_is_bounded_too(router):
    response = router.chat(script(), headers={"x-session-id": "s" * 257})
    assert response.status_code == 400 and response.json()["error"]["param"] == "x-session-id"


@pytest.mark.parametrize("stream", [False, True])
def test_the_sdk_reads_everything(router, client, stream):
    """Validated by the SDK, and each value by us."""
    message = script(alpha={"text": "one two", "usage": CACHED, "reasoning": "hm", "latency_ms": 20})
    options = {"user": "user-1", "session_id": "s1", "metadata": {"a": "b"}, "service_tier": "default"}
    answer = client.chat.send(
        model="test/one", messages=[{"role": "user", "content": message}], stream=stream, **options
    )
    identifier = [chunk.id for chunk in answer][0] if stream else answer.id
    data = client.generations.get_generation(id=identifier).data
    assert data.id == identifier
    assert data.request_id == "req-" + identifier.removeprefix("gen-")
    assert data.upstream_id.startswith("chatcmpl-sim-")
    created = datetime.datetime.fromisoformat(data.created_at)
    assert abs((datetime.datetime.now(datetime.UTC) - created).total_seconds()) < 60
    assert data.api_type == "completions" and data.model == "test/one" and data.provider_name == "Alpha"
    assert data.streamed is stream and data.cancelled is False and data.is_byok is False
    assert data.finish_reason == "stop" and data.native_finish_reason == "stop"
    assert data.tokens_prompt == data.native_tokens_prompt == 1000
    assert data.tokens_completion == data.native_tokens_completion == 20
    assert data.native_tokens_cached == 800 and data.native_tokens_reasoning == 15
    assert data.native_tokens_completion_images == data.num_media_prompt == data.num_input_audio_prompt == 0
    assert data.total_cost == data.usage == pytest.approx(1000e-6 + 20 * 2e-6, abs=1e-12)
    assert data.upstream_inference_cost is None, "only with a key of one's own"
    assert data.cache_discount == 0, "this endpoint has no price for cached tokens"
    assert data.latency >= 20 and data.generation_time >= 20
    assert data.session_id == "s1" and data.external_user == "user-1"
    assert data.workspace_id and data.data_region == "global"
    (attempt,) = data.provider_responses
    assert attempt.status == 200 and attempt.provider_name == "Alpha" and attempt.is_byok is False
    assert attempt.id == data.upstream_id and attempt.endpoint_id and attempt.model_permaslug == "test/one"
    assert attempt.latency >= 20


def test_cached_tokens_save_money_and_the_record_says_how_much(own_router, simulator):
    from support.processes import standard_config

    config = standard_config(simulator)
    config["models"][0]["endpoints"][0]["pricing"]["input_cache_read"] = "0.0000001"
    router = own_router(config=config)
    answer = router.chat(script(alpha={"usage": CACHED})).json()
    record = record_of(router, answer["id"])
    assert record["total_cost"] == pytest.approx(200e-6 + 800e-7 + 20 * 2e-6, abs=1e-12)
    assert record["cache_discount"] == pytest.approx(800 * 9e-7, abs=1e-12)
    details = record["cost_details"]
    assert details["upstream_inference_prompt_cost"] == pytest.approx(200e-6 + 800e-7, abs=1e-12)
    assert details["upstream_inference_completions_cost"] == pytest.approx(20 * 2e-6, abs=1e-12)
    assert "e-" not in router.generation(answer["id"]).text.split('"trace"')[1], "money has no exponent"


def test_every_attempt_is_told(router):
    response = router.chat(script(alpha={"status": 429}, beta={"text": "ok"}), model=router.fresh("pair"))
    assert response.status_code == 200
    first, second = record_of(router, response.json()["id"])["provider_responses"]
    assert (first["provider_name"], first["status"], first["error_class"]) == ("Alpha", 429, "rate_limited")
    assert (second["provider_name"], second["status"]) == ("Beta", 200)
    assert first["endpoint_id"] != second["endpoint_id"]


def test_media_in_the_prompt_are_counted(router):
    url = "data:image/png;base64,iVBORw0KGgo="
    content = [
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "image_url", "image_url": {"url": url}},
        {"type": "text", "text": script()},
    ]
    record = record_of(router, router.chat(content).json()["id"])
    assert record["num_media_prompt"] == 2 and record["num_input_audio_prompt"] == 0


def test_a_cancelled_stream_is_marked(router):
    import requests
    from support.processes import eventually

    response = router.stream(script(alpha={"unlimited": True, "gap_ms": 10}))
    identifier = response.headers["x-generation-id"]
    next(response.iter_lines())
    response.close()

    def found():
        answer = router.generation(identifier)
        return answer.status_code == requests.codes.ok and answer.json()["data"]

    eventually(found, "the cancelled generation is recorded")
    record = record_of(router, identifier)
    assert record["cancelled"] is True and record["status"] == "cancelled" and record["http_status"] == 499


def test_a_broken_stream_costs_nothing_but_tells_what_the_provider_takes(router):
    answer = sse.read(router.stream(script(alpha={"chunks": 5, "error_after_chunks": 2}), model=router.fresh("one")))
    record = record_of(router, answer.id)
    assert record["total_cost"] == 0 and record["finish_reason"] == "error" and record["upstream_cost"] > 0


@pytest.mark.parametrize("identifier, status", [("", 404), ("nonsense", 404), ("gen-1700000000-" + "A" * 20, 404)])
def test_unknown_generations(router, identifier, status):
    assert router.generation(identifier).status_code == status
    assert router.get("/generation").status_code == 400
