"""Providers behind TLS: verified, kept open, reached through a proxy where the environment says so."""

from __future__ import annotations

import base64
import time

import pytest
from support import sse
from support.processes import PRICING
from support.tls import Authority, Proxy, TLSUpstream

#: Of the requests to one origin, those that find a connection open, at 5 requests a second and 16 loops.
REUSE = 0.95


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def upstream(authority):
    certificate, key = authority.issue("good", "DNS:up.test,IP:127.0.0.1,IP:0.0.0.0")
    with TLSUpstream(certificate, key) as server:
        yield server


@pytest.fixture
def asking(own_router):
    """Starts a router whose one model is at this URL, with these variables."""

    def start(url: str, *, env=None, **changes):
        provider = {"slug": "sealed", "name": "Sealed", "base_url": url, "api_key": "upstream-secret"}
        endpoint = {"provider": "sealed", "model": "m", "pricing": dict(PRICING)}
        model = {"id": "test/one", "context_length": 128000, "endpoints": [endpoint]}
        # What the environment of the tests says of proxies is not meant for them.
        nothing = {name: "" for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE")}
        return own_router(providers=[provider], models=[model], env={**nothing, **(env or {})}, **changes)

    return start


def test_a_provider_behind_tls_answers_plainly_and_streamed(asking, upstream, authority):
    router = asking(f"https://127.0.0.1:{upstream.port}/v1", env={"SSL_CERT_FILE": str(authority.file)})
    for _ in range(5):
        answer = router.chat("Hello")
        assert answer.ok and answer.json()["choices"][0]["message"]["content"] == "Sealed.", answer.text
        stream = sse.read(router.stream("Hello"))
        sse.check_good_end(stream)
        assert stream.text == "Sealed."
    assert upstream.requests == 10


def refused(router, upstream) -> dict:
    """The error of a request whose provider is not trusted, and is told nothing."""
    response = router.chat("Hello")
    assert response.status_code >= 500, response.text
    assert upstream.connections > 0 and upstream.requests == 0
    assert upstream.failures, "no handshake was ended well"
    return response.json()["error"]


def test_a_certificate_for_another_name_is_refused(asking, authority):
    with TLSUpstream(*authority.issue("other", "DNS:other.test,IP:127.0.0.2")) as upstream:
        router = asking(f"https://127.0.0.1:{upstream.port}/v1", env={"SSL_CERT_FILE": str(authority.file)})
        assert "TLS" in refused(router, upstream)["message"]


def test_a_certificate_of_an_unknown_authority_is_refused(asking, upstream, tmp_path):
    router = asking(f"https://127.0.0.1:{upstream.port}/v1")
    refused(router, upstream)
    another = Authority(tmp_path / "another")
    router = asking(f"https://127.0.0.1:{upstream.port}/v1", env={"SSL_CERT_FILE": str(another.file)})
    refused(router, upstream)


def test_a_proxy_opens_a_tunnel_to_a_name_that_it_alone_knows(asking, upstream, authority):
    with Proxy({"up.test:443": upstream.port}) as proxy:
        env = {"SSL_CERT_FILE": str(authority.file), "HTTPS_PROXY": proxy.url}
        router = asking("https://up.test/v1", env=env)
        for _ in range(3):
            assert router.chat("Hello").ok
        assert upstream.requests == 3
        lines = {line for line, _ in proxy.asked}
        assert lines == {"CONNECT up.test:443 HTTP/1.1"}
        wanted = "Basic " + base64.b64encode(b"user:pass").decode()
        assert {fields["proxy-authorization"] for _, fields in proxy.asked} == {wanted}
        assert "upstream-secret" not in str(proxy.asked), "the provider's key is for the provider"


def test_names_are_verified_behind_a_proxy_too(asking, authority):
    with (
        TLSUpstream(*authority.issue("elsewhere", "DNS:elsewhere.test")) as upstream,
        Proxy({"up.test:443": upstream.port}) as proxy,
    ):
        env = {"SSL_CERT_FILE": str(authority.file), "HTTPS_PROXY": proxy.url}
        assert "TLS" in refused(asking("https://up.test/v1", env=env), upstream)["message"]


def test_what_no_proxy_names_is_reached_directly(asking, upstream, authority):
    # An address of this machine that is not in the loopback block, which no proxy is ever asked for.
    origin = f"0.0.0.0:{upstream.port}"
    with Proxy({origin: upstream.port}) as proxy:
        env = {"SSL_CERT_FILE": str(authority.file), "HTTPS_PROXY": proxy.url}
        assert asking(f"https://{origin}/v1", env=env).chat("Hello").ok
        assert [line for line, _ in proxy.asked] == [f"CONNECT {origin} HTTP/1.1"]
        router = asking(f"https://{origin}/v1", env={**env, "NO_PROXY": "other.test,0.0.0.0"})
        assert router.chat("Hello").ok
        assert len(proxy.asked) == 1 and upstream.requests == 2


@pytest.mark.slow
def test_many_loops_keep_their_connections_to_one_origin(asking, upstream, authority):
    """Each loop has connections of its own, and few requests: they are kept long enough to be used again."""
    url = f"https://127.0.0.1:{upstream.port}/v1"
    router = asking(url, env={"SSL_CERT_FILE": str(authority.file)}, workers=16)
    count, gap = 400, 0.2
    began = time.monotonic()
    for number in range(count):
        time.sleep(max(0, began + number * gap - time.monotonic()))
        # A connection of its own each, so that the system hands them to one loop or another.
        assert router.chat("Hello").ok
    assert upstream.requests == count
    assert upstream.connections > 4, "several loops have been asked"
    assert upstream.connections <= count * (1 - REUSE), f"{upstream.connections} connections for {count} requests"
