"""Providers of the shipped catalogue are asked in their own dialect; only their address is another here."""

import http.server
import json
import threading

import pytest
from support.processes import run_martlet, standard_config
from support.scripts import script

KEY = "k-native-0123456789"
# The slug, a model of the shipped catalogue, what is below its address plain and streamed, the field of its key, and
# where it lists its models, in which words.
PROVIDERS = {
    "anthropic": (
        "anthropic/claude-sonnet-4.5",
        ("/v1/messages", "/v1/messages"),
        ("x-api-key", KEY),
        ("/v1/models?limit=1000", lambda names: {"data": [{"id": name, "type": "model"} for name in names]}),
    ),
    "google-ai-studio": (
        "google/gemini-2.5-pro",
        (
            "/v1beta/models/gemini-2.5-pro:generateContent",
            "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
        ),
        ("x-goog-api-key", KEY),
        ("/v1beta/models?pageSize=1000", lambda names: {"models": [{"name": f"models/{name}"} for name in names]}),
    ),
    "cohere": (
        "cohere/command-a",
        ("/v2/chat", "/v2/chat"),
        ("authorization", f"Bearer {KEY}"),
        ("/v1/models?page_size=1000", lambda names: {"models": [{"name": name} for name in names]}),
    ),
    "amazon-bedrock": (
        "anthropic/claude-sonnet-5",
        ("/model/anthropic.claude-sonnet-5/converse", "/model/anthropic.claude-sonnet-5/converse-stream"),
        ("authorization", f"Bearer {KEY}"),
        ("/foundation-models", lambda names: {"modelSummaries": [{"modelId": name} for name in names]}),
    ),
}


def test_answers(own_router, simulator):
    config = standard_config(simulator)
    for slug in PROVIDERS:
        config["providers"].append({"slug": slug, "base_url": f"{simulator.url}/p/{slug}", "api_key": KEY})
    router = own_router(config=config)
    for slug, (model, paths, key, _) in PROVIDERS.items():
        for is_stream in (False, True):
            tag = f"native-{slug}-{is_stream}"
            content = script(tag, **{slug: {"text": "In my own words."}})
            response = router.chat(content, model=model, stream=is_stream, provider={"only": [slug]})
            assert response.ok, (slug, response.text)
            assert "words." in response.text
            (seen,) = simulator.seen(tag)
            assert seen["request"]["line"] == f"POST /p/{slug}{paths[is_stream]} HTTP/1.1"
            fields = seen["request"]["headers"]
            assert fields[key[0]] == key[1]
            assert fields.get("anthropic-version") == ("2023-06-01" if slug == "anthropic" else None)


@pytest.fixture
def listing():
    """A server that lists models for whoever asks as a provider's own clients do, and refuses everybody else."""
    models: dict[str, list[str]] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            slug = self.path.split("/")[1]
            _, _, (field, key), (path, words) = PROVIDERS[slug]
            is_known = self.path == f"/{slug}{path}" and self.headers[field] == key
            body = json.dumps(words(models[slug])).encode()
            self.send_response(200 if is_known else 401)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", models
    server.shutdown()
    server.server_close()
    thread.join()


def test_doctor_reaches_them(listing, tmp_path):
    url, lists = listing
    providers = [{"slug": slug, "base_url": f"{url}/{slug}", "api_key": KEY} for slug in PROVIDERS]
    config = {
        "catalog": str(tmp_path / "catalog"),
        "keys": [{"key": KEY, "name": "test"}],
        "providers": providers,
    }
    (tmp_path / "catalog").mkdir()
    names = {
        "anthropic": "claude-x",
        "google-ai-studio": "gemini-x",
        "cohere": "command-x",
        "amazon-bedrock": "us.nova",
    }
    dialects = {"google-ai-studio": "gemini", "amazon-bedrock": "bedrock"}
    known = [
        {
            "slug": slug,
            "name": slug,
            "dialect": dialects.get(slug, slug),
            "base_url": "https://x.example",
            "key_variable": "NONE",
        }
        for slug in PROVIDERS
    ]
    pricing = {"prompt": "0", "completion": "0"}
    models = [
        {"id": f"test/{slug}", "endpoints": [{"provider": slug, "model": name, "pricing": pricing}]}
        for slug, name in names.items()
    ]
    (tmp_path / "catalog" / "providers.json").write_text(json.dumps({"providers": known}))
    (tmp_path / "catalog" / "models.json").write_text(json.dumps({"models": models}))
    path = tmp_path / "martlet.yaml"
    path.write_text(json.dumps(config))

    def levels():
        done = run_martlet("doctor", "--config", str(path), "--listen", "127.0.0.1:0", "--json", cwd=tmp_path)
        found = {}
        for check in json.loads(done.stdout)["checks"]:
            found.setdefault(check["area"], []).append(check["level"])
        return {slug: found[f"provider {slug}"] for slug in PROVIDERS}

    lists.update({slug: [name.removeprefix("us.")] for slug, name in names.items()})
    assert levels() == {slug: ["ok"] for slug in PROVIDERS}
    lists.update({slug: ["another"] for slug in PROVIDERS})
    assert levels() == {slug: ["ok", "warning"] for slug in PROVIDERS}
    for provider in providers:
        provider["api_key"] = "wrong-key-0123456789"
    path.write_text(json.dumps(config))
    assert levels() == {slug: ["error"] for slug in PROVIDERS}
