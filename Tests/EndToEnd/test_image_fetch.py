"""Images and documents by URL are fetched for providers that cannot, and nothing is reached that is not public."""

import base64
import gzip
import http.server
import random
import threading
import time

import pytest
import requests
from support.dialects import config
from support.processes import PRICING, Router, eventually
from support.scripts import tagged

PNG = b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(70_000)
JPEG = b"\xff\xd8\xff\xe0" + random.Random(2).randbytes(999)
PDF = b"%PDF-1.7\n" + random.Random(3).randbytes(2000)
LIMITS = {"max_size": "100KiB", "max_total": "150KiB", "max_count": 4, "max_redirects": 2, "timeout": "700ms"}


class Pictures(http.server.ThreadingHTTPServer):
    """Answers by its paths, and remembers who came and what was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections = 0
        self.requests = []
        self.left = 0
        self.url = f"http://127.0.0.1:{self.server_port}"

    def get_request(self):
        self.connections += 1
        return super().get_request()

    def handle_error(self, *_):
        pass

    def paths(self):
        return [path for path, _ in self.requests]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append((self.path, dict(self.headers)))
        path = self.path.split("?")[0]
        if path.startswith("/to/"):
            return self.answer(302, {"Location": f"{self.server.url}/{path[4:]}"})
        if path.startswith("/aside/"):
            return self.answer(307, {"Location": f"http://127.0.0.2:{self.server.server_port}/{path[7:]}"})
        if path == "/slow.png":
            return self.drip()
        if path == "/endless.png":
            return self.stream()
        kinds = {"png": ("image/png", PNG), "jpg": ("image/jpeg; q=1", JPEG), "pdf": ("application/pdf", PDF)}
        extras = {
            "/page.png": ("text/html", b"<html>"),
            "/disguised.png": ("image/png", b"<html>secret</html>"),
            "/big.png": ("image/png", PNG + PNG),
            "/packed.png": ("image/png", gzip.compress(PNG)),
        }
        kind = extras.get(path) or kinds.get(path.rpartition(".")[2])
        if not kind or "missing" in path:
            return self.answer(404, {"Content-Type": "image/png"}, b"nothing")
        fields = {"Content-Type": kind[0]}
        if path == "/packed.png":
            fields["Content-Encoding"] = "gzip"
        self.answer(200, fields, kind[1])

    def answer(self, status, fields, body=b""):
        self.send_response(status)
        for name, value in {**fields, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self):
        """A byte now and then, until nobody listens any more."""
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        try:
            for byte in PNG:
                self.wfile.write(bytes([byte]))
                time.sleep(0.02)
        except OSError:
            self.server.left += 1

    def stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        try:
            while True:
                self.wfile.write(PNG)
        except OSError:
            self.server.left += 1

    def log_message(self, *_):
        pass


@pytest.fixture
def pictures():
    server = Pictures()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def models(simulator) -> dict:
    """The models of every dialect, and two whose last endpoint is at Anthropic, which takes URLs itself."""
    result = config(simulator)
    found = {model["id"]: model for model in result["models"]}
    for chain in (("bedrock", "anthropic"), ("gemini", "bedrock", "anthropic")):
        endpoints = [found[f"dialects/{name}"]["endpoints"][0] for name in chain]
        result["models"].append({**found["dialects/gemini"], "id": f"dialects/{chain[0]}-then", "endpoints": endpoints})
    base = f"{simulator.url}/p/by-ollama/v1"
    result["providers"].append({"slug": "ollama", "base_url": base})
    ollama = {"provider": "ollama", "model": "llava", "pricing": PRICING}
    result["models"].append({**found["dialects/gemini"], "id": "dialects/ollama", "endpoints": [ollama]})
    for model in result["models"]:
        model["input_modalities"] = ["text", "image", "file"]
    return result


@pytest.fixture(scope="module")
def careful(simulator, tmp_path_factory):
    """A router as it is by itself."""
    with Router(models(simulator), tmp_path_factory.mktemp("careful")) as process:
        yield process


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    """A router that may fetch from 127.0.0.1, and from nowhere else around here."""
    fetch = {**LIMITS, "allow_private": ["127.0.0.1"]}
    with Router({**models(simulator), "fetch_images": fetch}, tmp_path_factory.mktemp("fetching")) as process:
        yield process


def image(url):
    return {"type": "image_url", "image_url": {"url": url}}


def document(url):
    return {"type": "file", "file": {"filename": "paper.pdf", "file_data": url}}


def ask(router, model, *parts, **more):
    """The answer, and the tag to find by what the providers were asked."""
    tag, text = tagged()
    return router.chat([{"type": "text", "text": text}, *parts], model=model, **more), tag


def post(router, path, body):
    return requests.post(router.base + path, json=body, headers=router.headers, timeout=30)


def inlined(simulator, tag):
    """The type and the bytes of everything inlined in the one request of this tag."""
    (seen,) = simulator.seen(tag)
    found = []

    def walk(value):
        if isinstance(value, list):
            for item in value:
                walk(item)
        if not isinstance(value, dict):
            return
        if isinstance(value.get("inlineData"), dict):
            found.append((value["inlineData"]["mimeType"], base64.b64decode(value["inlineData"]["data"])))
        if isinstance(value.get("source"), dict) and "bytes" in value["source"]:
            found.append((value["format"], base64.b64decode(value["source"]["bytes"])))
        for item in value.values():
            walk(item)

    walk(seen["body"])
    assert "http://" not in seen["request"]["body"]
    return found


def error_of(answer):
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert error["param"] == "messages[0].content[1]"
    return error["message"]


class TestInlined:
    @pytest.mark.parametrize("dialect", ["gemini", "bedrock"])
    def test_byte_for_byte_and_once(self, router, simulator, pictures, dialect):
        names = ["a.png", "b.jpg", "a.png"]
        parts = [image(f"{pictures.url}/{name}") for name in names] + [document(f"{pictures.url}/c.pdf")]
        answer, tag = ask(router, f"dialects/{dialect}", *parts)
        assert answer.status_code == 200, answer.text
        types = ["image/png", "image/jpeg", "image/png", "application/pdf"]
        words = [kind.rpartition("/")[2] for kind in types] if dialect == "bedrock" else types
        assert inlined(simulator, tag) == list(zip(words, [PNG, JPEG, PNG, PDF], strict=True))
        assert sorted(pictures.paths()) == ["/a.png", "/b.jpg", "/c.pdf"]

    def test_nothing_of_the_caller_goes_along(self, router, pictures):
        answer, _ = ask(
            router, "dialects/gemini", image(f"{pictures.url}/to/a.png?q=1"), headers={"Cookie": "c=1", "X-Title": "t"}
        )
        assert answer.status_code == 200, answer.text
        assert pictures.paths() == ["/to/a.png?q=1", "/a.png"]
        for _, fields in pictures.requests:
            names = {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
            assert set(fields) == names and fields["Accept-Encoding"] == "identity"

    def test_messages(self, router, simulator, pictures):
        tag, text = tagged()
        source = {"type": "url", "url": f"{pictures.url}/a.png"}
        use = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
        result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "image", "source": source}]}
        paper = {"type": "document", "source": {"type": "url", "url": f"{pictures.url}/c.pdf"}}
        body = {
            "model": "dialects/bedrock",
            "max_tokens": 100,
            "tools": [{"name": "look", "input_schema": {"type": "object"}}],
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": text}, paper]},
                {"role": "assistant", "content": [use]},
                {"role": "user", "content": [result, {"type": "text", "text": "What is it?"}]},
            ],
        }
        answer = post(router, "/messages", body)
        assert answer.status_code == 200, answer.text
        assert sorted(pictures.paths()) == ["/a.png", "/c.pdf"]
        assert inlined(simulator, tag) == [("pdf", PDF), ("png", PNG)]

    def test_responses(self, router, simulator, pictures):
        tag, text = tagged()
        content = [
            {"type": "input_text", "text": text},
            {"type": "input_image", "image_url": f"{pictures.url}/a.png", "detail": "auto"},
            {"type": "input_file", "file_url": f"{pictures.url}/c.pdf"},
        ]
        answer = post(
            router, "/responses", {"model": "dialects/gemini", "input": [{"role": "user", "content": content}]}
        )
        assert answer.status_code == 200, answer.text
        assert inlined(simulator, tag) == [("image/png", PNG), ("application/pdf", PDF)]

    def test_spliced_into_a_chat_request(self, router, simulator, pictures):
        parts = [image(f"{pictures.url}/a.png"), document(f"{pictures.url}/c.pdf"), image("data:image/png;base64,AA==")]
        parts.append({"type": "file", "file": {"file_data": f"{pictures.url}/c.pdf"}})
        answer, tag = ask(router, "dialects/ollama", *parts)
        assert answer.status_code == 200, answer.text
        (seen,) = simulator.seen(tag)
        content = seen["body"]["messages"][0]["content"]
        assert content[1] == image(f"data:image/png;base64,{base64.b64encode(PNG).decode()}")
        assert content[2] == document(f"data:application/pdf;base64,{base64.b64encode(PDF).decode()}")
        assert content[4] == {"type": "file", "file": {**content[2]["file"], "filename": "document.pdf"}}
        assert content[3] == parts[2] and sorted(pictures.paths()) == ["/a.png", "/c.pdf"]

    def test_streams(self, router, simulator, pictures):
        answer, tag = ask(router, "dialects/gemini", image(f"{pictures.url}/a.png"), stream=True)
        assert answer.status_code == 200 and "[DONE]" in answer.text
        assert inlined(simulator, tag) == [("image/png", PNG)]

    def test_where_the_provider_takes_urls_nothing_is_fetched(self, router, simulator, pictures):
        url = f"{pictures.url}/a.png"
        for dialect in ("anthropic", "openai", "openai-responses", "cohere"):
            answer, tag = ask(router, f"dialects/{dialect}", image(url))
            assert answer.status_code == 200, answer.text
            assert url in simulator.seen(tag)[0]["request"]["body"]
        assert pictures.connections == 0


class TestRefused:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"])
    def test_nothing_private_is_connected_to(self, careful, pictures, host):
        answer, _ = ask(careful, "dialects/gemini", image(f"http://{host}:{pictures.server_port}/a.png"))
        assert "at no public address (see fetch_images.allow_private)" in error_of(answer)
        assert pictures.connections == 0

    def test_a_redirect_to_somewhere_private(self, router, pictures):
        answer, _ = ask(router, "dialects/gemini", image(f"{pictures.url}/aside/a.png"))
        assert "at no public address" in error_of(answer)
        assert pictures.paths() == ["/aside/a.png"] and pictures.connections == 1

    @pytest.mark.parametrize(
        ("path", "said"),
        [
            ("missing.png", "its host answered 404: not found"),
            ("page.png", "it is text/html, which is no image that is fetched"),
            ("disguised.png", "its host calls it image/png, but its first bytes are of no known kind"),
            ("big.png", "it has more than 102400 bytes (fetch_images.max_size)"),
            ("endless.png", "it has more than 102400 bytes (fetch_images.max_size)"),
            ("packed.png", "content coding"),
            ("to/to/to/a.png", "redirected more than 2 times (fetch_images.max_redirects)"),
            ("c.pdf", "it is application/pdf, which is no image"),
        ],
    )
    def test_what_is_no_image_within_bounds(self, router, simulator, pictures, path, said):
        answer, tag = ask(router, "dialects/bedrock", image(f"{pictures.url}/{path}"))
        message = error_of(answer)
        assert said in message and "data URL" in message and "secret" not in message
        assert simulator.seen(tag) == []

    def test_a_slow_one_is_given_up(self, router, pictures):
        began = time.monotonic()
        answer, _ = ask(router, "dialects/gemini", image(f"{pictures.url}/slow.png"))
        assert "within 700 ms (fetch_images.timeout)" in error_of(answer)
        assert 0.6 < time.monotonic() - began < 3
        eventually(lambda: pictures.left == 1, "the connection is closed")

    def test_too_much_in_all_and_too_many(self, router, pictures):
        urls = [f"{pictures.url}/{number}.png" for number in range(5)]
        answer, _ = ask(router, "dialects/gemini", *map(image, urls[:3]))
        assert answer.status_code == 400 and "fetch_images.max_total" in answer.text
        pictures.requests.clear()
        answer, _ = ask(router, "dialects/gemini", *map(image, urls))
        assert answer.status_code == 400 and "fetch_images.max_count" in answer.text
        assert answer.json()["error"]["param"] == "messages[0].content[5]" and pictures.requests == []

    def test_urls_that_are_none(self, router, pictures):
        for url, said in [
            ("http://user:password@127.0.0.1/a.png", "names a user"),
            ("http://127.0.0.1:25/a.png", "port"),
            (f"{pictures.url}/a\n.png", "control characters"),
        ]:
            answer, _ = ask(router, "dialects/gemini", image(url))
            assert said in error_of(answer) and "password" not in answer.text
        assert pictures.connections == 0

    def test_more_than_the_memory_holds(self, own_router, simulator, pictures):
        limits = {"memory": "1MiB", "body": "64KiB"}
        router = own_router(config=models(simulator), limits=limits, fetch_images={"allow_private": ["127.0.0.1"]})
        urls = [f"{pictures.url}/{number}.png" for number in range(5)]
        for _ in range(2):
            answer, _ = ask(router, "dialects/gemini", *map(image, urls))
            assert answer.status_code == 503 and "limits.memory" in answer.text
            # It has been given back: one alone fits again.
            answer, _ = ask(router, "dialects/gemini", image(urls[0]))
            assert answer.status_code == 200, answer.text

    def test_switched_off(self, own_router, simulator, pictures):
        fetch = {"enabled": False, "allow_private": ["127.0.0.1"]}
        router = own_router(config=models(simulator), fetch_images=fetch)
        answer, _ = ask(router, "dialects/gemini", image(f"{pictures.url}/a.png"))
        assert "does not fetch" in error_of(answer)
        assert pictures.connections == 0


class TestOtherEndpoints:
    @pytest.mark.parametrize("name", ["gemini", "bedrock"])
    def test_one_that_takes_urls_is_still_asked(self, careful, simulator, pictures, name):
        url = f"{pictures.url}/a.png"
        answer, tag = ask(careful, f"dialects/{name}-then", image(url))
        assert answer.status_code == 200, answer.text
        (seen,) = simulator.seen(tag)
        assert seen["provider"] == "by-anthropic" and url in seen["request"]["body"]
        assert pictures.connections == 0

    def test_fetched_once_for_all_of_them(self, router, simulator, pictures):
        tag, text = tagged(**{"by-gemini": {"status": 503}})
        parts = [{"type": "text", "text": text}, image(f"{pictures.url}/a.png")]
        answer = router.chat(parts, model="dialects/gemini-then")
        assert answer.status_code == 200, answer.text
        assert simulator.providers_asked(tag) == ["by-gemini", "by-bedrock"]
        assert pictures.paths() == ["/a.png"]


def test_a_caller_who_leaves_ends_the_fetch(own_router, simulator, pictures):
    router = own_router(config=models(simulator), fetch_images={"allow_private": ["127.0.0.1"]})
    with pytest.raises(OSError):
        ask(router, "dialects/gemini", image(f"{pictures.url}/slow.png"), timeout=0.3)
    eventually(lambda: pictures.left == 1, "the connection is closed")
