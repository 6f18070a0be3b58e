"""Every error says what was wrong, where, and how to mend it, in one envelope."""

import json
import re
import socket
from urllib.parse import urljoin

import pytest
import requests
from support import raw
from support.processes import KEY, ROOT, eventually
from support.scripts import script, tagged

POST = b"POST /api/v1/chat/completions HTTP/1.1\r\n"
HELLO = [{"role": "user", "content": "Hello"}]


def error_of(response: requests.Response, status: int, error_type: str | None = None) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"].split(";")[0] == "application/json"
    error = response.json()["error"]
    assert error["code"] == status
    assert len(error["message"]) > 10
    if error_type:
        assert error["metadata"]["error_type"] == error_type
    return error


def post(router, body, path="/chat/completions", headers=None) -> requests.Response:
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    headers = {"Content-Type": "application/json", **(router.headers if headers is None else headers)}
    return requests.post(router.base + path, data=data, headers=headers, timeout=30)


def test_no_key(router):
    error = error_of(post(router, {"messages": HELLO}, headers={}), 401, "authentication")
    assert "Authorization" in error["message"] or "key" in error["message"].lower()


@pytest.mark.parametrize(
    "value", ["Bearer wrong", f"Bearer {KEY[:-1]}", f"Bearer {KEY}0", "Basic dXNlcjpwYXNz", "Bearer "]
)
def test_wrong_key(router, value):
    response = post(router, {"messages": HELLO}, headers={"Authorization": value})
    error_of(response, 401, "authentication")
    assert KEY[:-1] not in response.text


def test_unknown_model_names_the_nearest(router):
    error = error_of(router.chat(model="test/oen"), 400)
    assert "test/oen" in error["message"]
    assert "test/one" in error["message"]


@pytest.mark.parametrize(
    "body, offset",
    [
        ('{"model": "test/one", "messages": [}', 35),
        ('{"model": "test/one" "messages": []}', 21),
        ("", 0),
        ("hello", 0),
        ('{"messages": [], "a": 01}', 22),
        ('{"messages": [], "a": "\\x"}', None),
        ('{"messages": []} x', 17),
        ('{"messages": [], "a": nul}', 22),
    ],
)
def test_malformed_json_says_where(router, body, offset):
    error = error_of(post(router, body), 400, "invalid_request")
    if offset is not None:
        assert str(offset) in error["message"], error["message"]


def test_invalid_utf8_is_malformed(router):
    error_of(post(router, b'{"messages": [{"role": "user", "content": "\xff"}]}'), 400, "invalid_request")


@pytest.mark.parametrize(
    "body, parameter",
    [
        ({"messages": "Hello"}, "messages"),
        ({"messages": {}}, "messages"),
        ({"messages": [1]}, "messages"),
        ({"messages": [{"content": "x"}]}, "role"),
        ({"messages": HELLO, "model": 1}, "model"),
        ({"messages": HELLO, "models": "test/one"}, "models"),
        ({"messages": HELLO, "stream": "yes"}, "stream"),
        ({"messages": HELLO, "max_tokens": "many"}, "max_tokens"),
        ({"messages": HELLO, "max_tokens": 1.5}, "max_tokens"),
        ({"messages": HELLO, "provider": []}, "provider"),
        ({"messages": HELLO, "provider": {"order": "alpha"}}, "order"),
        ({"messages": HELLO, "provider": {"allow_fallbacks": 1}}, "allow_fallbacks"),
        ([], "object"),
        ('"text"', "object"),
    ],
)
def test_wrong_types_name_the_parameter(router, body, parameter):
    error = error_of(post(router, body), 400, "invalid_request")
    where = json.dumps(error)
    assert parameter in where, where


def test_no_messages(router):
    for body in ({"model": "test/one"}, {"model": "test/one", "messages": []}):
        error = error_of(post(router, body), 400)
        assert "messages" in error["message"]


@pytest.mark.parametrize(
    "body",
    [
        '{"model": "test/one", "model": "test/other", "messages": []}',
        '{"model": "test/one", "m\\u006fdel": "test/other", "messages": []}',
        '{"messages": [], "messages": []}',
        '{"messages": [{"role": "user", "role": "system", "content": "x"}]}',
        '{"messages": [{"role": "user", "content": "x", "c\\u006fntent": "y"}]}',
        '{"messages": [{"role": "user", "content": "x"}], "provider": {"only": ["alpha"], "only": []}}',
        '{"messages": [{"role": "user", "content": "x"}], "stream": false, "str\\u0065am": true}',
        '{"messages": [{"role": "user", "content": "x"}], "stream_options": {"include_usage": 1, "include_usage": 1}}',
    ],
)
def test_repeated_keys_are_refused_however_they_are_spelled(router, body):
    error_of(post(router, body), 400, "invalid_request")


def test_escaped_keys_are_the_keys_they_spell(router, simulator):
    tag, message = tagged()
    body = '{"m\\u006fdel": "test/other", "messages": [{"r\\u006fle": "user", "content": %s}]}' % json.dumps(message)
    response = post(router, body)
    assert response.status_code == 200, response.text
    assert response.json()["model"] == "test/other"
    (entry,) = simulator.seen(tag)
    assert entry["body"]["model"] == "gamma-model"
    assert [name for name, _ in json.loads(entry["request"]["body"], object_pairs_hook=list)].count("model") == 1


def test_deep_nesting_is_refused(router):
    error_of(post(router, '{"messages": [], "deep": ' + "[" * 100_000 + "]" * 100_000 + "}"), 400)


def test_too_large_a_body(own_router):
    router = own_router(limits={"body": "1MiB"})
    error = error_of(post(router, {"messages": [{"role": "user", "content": "x" * 1_100_000}]}), 413)
    assert "1" in error["message"]
    # Refused by its announcement alone, before the body is sent.
    with router.connect() as sock:
        sock.sendall(
            b"POST /api/v1/chat/completions HTTP/1.1\r\nHost: t\r\nContent-Length: 2000000\r\n"
            b"Authorization: Bearer " + KEY.encode() + b"\r\nContent-Type: application/json\r\n\r\n"
        )
        status, _, _ = raw.read_head(sock)
        assert status == 413
    # A chunked body is refused when it has become too large.
    with router.connect() as sock:
        sock.sendall(
            b"POST /api/v1/chat/completions HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n"
            b"Authorization: Bearer " + KEY.encode() + b"\r\n\r\n"
        )
        piece = b"10000\r\n" + b" " * 65536 + b"\r\n"
        try:
            for _ in range(20):
                sock.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        status, _, _ = raw.read_head(sock)
        assert status == 413
    assert router.chat("Hello").status_code == 200


@pytest.mark.parametrize("fields", [{"X-Long": "y" * 40_000}, {f"X-{number}": "y" for number in range(129)}])
def test_too_large_a_head(router, fields):
    response = post(router, {"messages": HELLO}, headers={**router.headers, **fields})
    error_of(response, 431, "payload_too_large")


def test_too_many_values(own_router):
    """Six million are read, and leave no memory behind; more are refused before there is room for them."""
    router = own_router(workers=1)
    router.chat("Hello")
    idle = router.resident_kib()
    many = '{"model": "test/nobody", "messages": [{"role": "user", "content": "x"}], "x": [1' + ",1" * 5_900_000 + "]}"
    assert "test/nobody" in error_of(post(router, many), 400)["message"]
    eventually(lambda: router.resident_kib() - idle < 8_000, "the memory of a large text is given back")
    more = '{"messages": [1' + ",1" * 20_000_000 + "]}"
    error = error_of(post(router, more), 400, "invalid_request")
    assert "more than 6 million values" in error["message"]
    assert router.resident_kib() - idle < 8_000
    assert router.chat("Hello").ok


@pytest.mark.parametrize(
    "method, path, allowed",
    [
        ("GET", "/chat/completions", "POST"),
        ("DELETE", "/chat/completions", "POST"),
        ("PUT", "/completions", "POST"),
        ("POST", "/models", "GET"),
        ("POST", "/generation", "GET"),
        ("PATCH", "/providers", "GET"),
    ],
)
def test_wrong_methods_name_the_right_one(router, method, path, allowed):
    response = requests.request(method, router.base + path, headers=router.headers, timeout=30)
    error_of(response, 405)
    assert allowed in response.headers["allow"]


def test_unknown_paths(router):
    for path in ("/nothing", "/models/a", "/chat"):
        error_of(router.get(path), 404, "not_found")


def test_unknown_generation(router):
    error_of(router.generation("gen-1700000000-AAAAAAAAAAAAAAAAAAAA"), 404, "not_found")


def test_no_endpoint_left_tells_what_each_attempt_said(own_router, simulator):
    router = own_router()
    tag, message = tagged(
        alpha={"status": 401, "error": {"message": "bad key", "code": "invalid_api_key"}},
        beta={"status": 500},
        gamma={"cut_after_bytes": -1},
    )
    error = error_of(router.chat(message, model=router.fresh("three")), 502)
    previous = error["metadata"]["previous_errors"]
    # The last failure may stand in the error itself rather than among those before it.
    assert [entry["status"] for entry in previous][:2] == [401, 500]
    assert list(dict.fromkeys(simulator.providers_asked(tag))) == ["alpha", "beta", "gamma"]


def failing(status, **more):
    return {"status": status, **more}


OVERLOADED = failing(503, error={"message": "The engine is overloaded.", "code": "server_is_overloaded"})


@pytest.mark.parametrize(
    "alpha, beta, status, error_type",
    [
        (failing(429), failing(429), 429, "rate_limit_exceeded"),
        (failing(429), failing(500), 503, None),
        (failing(429), failing(503), 503, None),
        (failing(500), failing(500), 502, "provider_unavailable"),
        (failing(502), failing(500), 502, "provider_unavailable"),
        (OVERLOADED, OVERLOADED, 503, "provider_overloaded"),
        (failing(503), failing(503), 503, "provider_overloaded"),
        (failing(529), failing(529), 503, "provider_overloaded"),
        (failing(504), failing(504), 504, "timeout"),
        (failing(408), failing(408), 504, "timeout"),
        (failing(401), failing(401), 502, None),
        (failing(402), failing(402), 502, None),
        (failing(403), failing(403), 502, None),
        (failing(404), failing(404), 502, None),
        (failing(200, body="not json"), failing(200, body="{}"), 502, "provider_unavailable"),
        (failing(200, cut_after_bytes=20), failing(200, cut_after_bytes=0), 502, "provider_unavailable"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_final_status_when_every_endpoint_failed(router, alpha, beta, status, error_type, stream):
    response = router.chat(script(alpha=alpha, beta=beta), model=router.fresh("pair"), stream=stream)
    error_of(response, status, error_type)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_the_request_caused_passes_with_its_sentence(router, simulator, status):
    sentence = "Unknown value for 'messages[0].flavour'."
    tag, message = tagged(any={"status": status, "error": {"message": sentence, "code": None}})
    error = error_of(router.chat(message, model=router.fresh("pair")), status)
    assert sentence in error["message"]
    assert simulator.providers_asked(tag) == ["alpha"], "the caller's fault is not tried elsewhere"


def test_retry_after_is_the_shortest_of_all_attempts(router):
    message = script(
        alpha={"status": 429, "headers": {"Retry-After": "30"}}, beta={"status": 429, "headers": {"Retry-After": "7"}}
    )
    response = router.chat(message, model=router.fresh("pair"))
    error_of(response, 429, "rate_limit_exceeded")
    assert response.headers["retry-after"] == "7"
    assert response.json()["error"]["availability"]["retry_after"] == 7


def test_without_a_word_of_one_there_is_no_retry_after(router):
    message = script(alpha={"status": 429, "headers": {"Retry-After": "30"}}, beta={"status": 429})
    response = router.chat(message, model=router.fresh("pair"))
    error = error_of(response, 429, "rate_limit_exceeded")
    assert "retry-after" not in response.headers and "retry_after" not in error["availability"]


@pytest.mark.parametrize(
    "troubles, status, code",
    [
        ({"status": 429}, 429, "capacity_exhausted"),
        ({"status": 503}, 503, "temporarily_unavailable"),
        ({"status": 500}, 502, "temporarily_unavailable"),
        ({"status": 504}, 504, "temporarily_unavailable"),
        ({"status": 404}, 502, "model_unavailable_upstream"),
        ({"status": 401}, 502, "no_endpoints"),
    ],
)
def test_a_final_failure_says_whether_another_try_may_help(own_router, troubles, status, code):
    answer = own_router().chat(script(any=troubles), model="test/pair")
    availability = error_of(answer, status)["availability"]
    assert availability["code"] == code
    assert availability["retryable"] is (code in ("capacity_exhausted", "temporarily_unavailable"))
    assert availability["affected_providers"] == ["Alpha", "Beta"]
    assert availability["requested_models"] == ["test/pair"]


def test_a_model_without_keys_names_each_provider_once(own_router):
    """OpenAI serves it in three service tiers, with one key."""
    answer = own_router(config={"keys": [{"key": KEY}]}).chat(model="openai/gpt-5")
    error = error_of(answer, 404, "not_found")
    affected = error["availability"]["affected_providers"]
    assert "OpenAI" in affected and len(affected) == len(set(affected)), affected
    assert error["message"].count("OPENAI_API_KEY") == 1 == error["message"].count("(OpenAI)"), error["message"]


@pytest.mark.parametrize(
    "preferences, status, code, excluded",
    [
        ({"only": ["gamma"]}, 404, "constraint_filtered", ["allowed_providers"]),
        ({"ignore": ["alpha", "beta"]}, 404, "constraint_filtered", ["allowed_providers"]),
        ({"quantizations": ["fp4"]}, 404, "constraint_filtered", ["quantization"]),
        ({"max_price": {"prompt": 0.000001}}, 404, "constraint_filtered", ["max_price"]),
        ({"zdr": True}, 404, "privacy_restricted", ["data_policy:zdr"]),
    ],
)
def test_a_constraint_is_named_in_availability(router, preferences, status, code, excluded):
    answer = router.chat(script(), model="test/pair", provider=preferences)
    availability = error_of(answer, status)["availability"]
    assert (availability["code"], availability["retryable"]) == (code, False)
    assert availability["excluded_by"] == excluded
    assert availability["constraint"]["field"].startswith("provider.")


def test_a_free_variant_that_is_not_there_has_its_own_code(router):
    error = error_of(router.chat(script(), model="test/pair:free"), 404)
    assert error["availability"]["code"] == "free_variant_ended"
    assert error["availability"]["fallback_models"] == ["test/pair"]


def test_upstream_texts_of_server_errors_are_not_shown(router):
    message = script(any={"status": 500, "error": {"message": "stack trace with secret-token-123"}})
    response = router.chat(message, model=router.fresh("pair"))
    assert "secret-token-123" not in response.text


def test_no_endpoint_fits_the_preferences(router):
    response = router.chat("Hello", model=router.fresh("pair"), provider={"only": ["gamma"]})
    error = error_of(response, 404)
    assert "only" in error["message"] or "gamma" in error["message"]


@pytest.mark.parametrize(
    "request_bytes, status",
    [
        (b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\nHost: a\n\n", 400),
        (POST + b"Host: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (
            POST + b"Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
        ),
        (POST + b"Host: a\r\nContent-Length: +1\r\n\r\n", 400),
        (POST + b"Host: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", None),
        (b"GET /health HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 40_000 + b"\r\n\r\n", 431),
        (b"GET /health HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    ],
)
def test_smuggling_shapes_are_refused_and_the_connection_closed(router, request_bytes, status):
    with router.connect() as sock:
        sock.sendall(request_bytes)
        found, fields, _ = raw.read_head(sock)
        assert found == status if status else found in (400, 501)
        assert fields.get("connection", "").lower() == "close"
        assert raw.read_all(sock) is not None


def test_pipelined_requests_are_answered_in_order(router):
    with router.connect() as sock:
        one = raw.request_bytes("/health", None, None, method="GET")
        two = raw.request_bytes("/api/v1/models/count", None, None, method="GET", Connection="close")
        sock.sendall(one + two)
        answers = raw.read_all(sock)
    assert answers.count(b"HTTP/1.1 200") == 2
    assert b'"count"' in answers.rsplit(b"\r\n\r\n", 1)[1]


def test_expect_continue_is_answered_before_the_body(router):
    body = json.dumps({"model": "test/one", "messages": HELLO}).encode()
    request = raw.request_bytes("/api/v1/chat/completions", body, KEY, Expect="100-continue")
    with router.connect() as sock:
        sock.sendall(request[: -len(body)])
        status, _, _ = raw.read_head(sock)
        assert status == 100
        sock.sendall(body)
        status, _, _ = raw.read_head(sock)
        assert status == 200


def test_a_caller_that_goes_away_within_its_body_costs_nothing(router):
    for _ in range(20):
        sock = socket.create_connection(("127.0.0.1", router.port))
        sock.sendall(raw.request_bytes("/api/v1/chat/completions", b"x" * 1000, KEY)[:-500])
        sock.close()
    assert router.chat("Hello").status_code == 200


def test_the_documentation_that_an_error_names_is_there(router):
    """The page that `docs_url` leads to explains the same codes as the manual, its own among them."""
    availability = error_of(router.chat(model="test/none"), 400)["availability"]
    response = requests.get(urljoin(router.base + "/chat/completions", availability["docs_url"]), timeout=20)
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/html")
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    shown = re.findall(r"<code>(\w+)</code></th><td>(yes|no)</td><td>[^<\s]", response.text)
    section = (ROOT / "docs/errors.md").read_text().partition("\n## Availability\n")[2].partition("\n## ")[0]
    assert shown == re.findall(r"^\| `(\w+)` \| (yes|no) \|", section, re.M)
    assert (availability["code"], "no") in shown and len(shown) == len(dict(shown)) == 11
    assert requests.post(response.url, timeout=20).status_code == 405
