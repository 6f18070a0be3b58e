"""The catalogue: open to everyone, in the shapes that the official SDK demands."""

import concurrent.futures
import json
import signal

import pytest
import requests
from support import sse
from support.processes import eventually, standard_config
from support.scripts import script


def get(router, path, **more):
    return requests.get(router.base + path, timeout=30, **more)


def test_models(router):
    body = get(router, "/models").json()
    models = {model["id"]: model for model in body["data"]}
    assert {"test/one", "test/pair", "test/three", "test/other", "test/grow"} <= set(models)
    model = models["test/one"]
    assert model["name"] == "One"
    assert model["context_length"] == 128000
    assert model["pricing"]["prompt"] == "0.000001" and model["pricing"]["completion"] == "0.000002"
    assert model["architecture"]["input_modalities"] == ["text", "image"]
    assert model["architecture"]["output_modalities"] == ["text"]
    assert model["top_provider"]["context_length"] == 128000
    assert isinstance(model["supported_parameters"], list)


def test_count(router):
    count = get(router, "/models/count").json()["data"]["count"]
    assert count == len(get(router, "/models").json()["data"])


def test_one_model(router):
    assert get(router, "/model/test/one").json()["data"]["id"] == "test/one"
    response = get(router, "/model/test/oen")
    assert response.status_code == 404 and response.json()["error"]["code"] == 404


def test_endpoints(router):
    data = get(router, "/models/test/three/endpoints").json()["data"]
    assert data["id"] == "test/three"
    assert [endpoint["provider_name"] for endpoint in data["endpoints"]] == ["Alpha", "Beta", "Gamma"]
    endpoint = data["endpoints"][0]
    assert endpoint["tag"].startswith("alpha")
    assert endpoint["pricing"]["prompt"] == "0.000001"
    assert endpoint["context_length"] == 128000
    response = get(router, "/models/test/nothing/endpoints")
    assert response.status_code == 404


def test_providers(router):
    providers = {provider["slug"]: provider for provider in get(router, "/providers").json()["data"]}
    assert {"alpha", "beta", "gamma"} <= set(providers)
    assert providers["alpha"]["name"] == "Alpha"


def test_prices_keep_their_spelling(own_router, simulator):
    config = standard_config(simulator)
    config["models"][0]["endpoints"][0]["pricing"] = {"prompt": "0.00000015", "completion": "0.0000006"}
    router = own_router(config=config)
    model = get(router, "/model/test/one").json()["data"]
    assert model["pricing"]["prompt"] == "0.00000015" and model["pricing"]["completion"] == "0.0000006"


@pytest.mark.parametrize("origin", ["https://app.example", "http://localhost:3000"])
def test_browsers_may_call_from_anywhere(router, origin):
    preflight = requests.options(
        router.base + "/chat/completions",
        timeout=30,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,x-title,http-referer",
        },
    )
    assert preflight.status_code in (200, 204)
    assert preflight.headers["access-control-allow-origin"] in ("*", origin)
    assert "POST" in preflight.headers["access-control-allow-methods"]
    allowed = preflight.headers["access-control-allow-headers"].lower()
    assert allowed == "*" or all(name in allowed for name in ("authorization", "content-type", "x-title"))
    for response in (
        router.chat("Hello", headers={"Origin": origin}),
        requests.post(router.base + "/chat/completions", json={}, headers={"Origin": origin}, timeout=30),
        get(router, "/models", headers={"Origin": origin}),
    ):
        assert response.headers["access-control-allow-origin"] in ("*", origin)
        assert "x-generation-id" in response.headers.get("access-control-expose-headers", "x-generation-id").lower()


@pytest.mark.parametrize(
    "variable, model", [("OPENAI_API_KEY", "openai/gpt-5"), ("GROQ_API_KEY", "openai/gpt-oss-120b")]
)
def test_the_shipped_catalogue_switches_on_by_a_variable(own_router, variable, model):
    router = own_router(env={variable: "sk-test"})
    slug = variable.split("_")[0].lower()
    listed = get(router, f"/models/{model}/endpoints").json()["data"]["endpoints"]
    assert {endpoint["tag"].split("/")[0] for endpoint in listed} == {slug}
    assert {endpoint["status"] for endpoint in listed} == {0}
    before = {"test/one", "test/pair", "test/three", "test/other", "test/grow"}
    assert {entry["id"] for entry in get(router, "/models").json()["data"]} > before


def test_a_model_without_a_key_is_listed_and_says_what_to_set(router):
    listed = get(router, "/model/anthropic/claude-opus-5.5").json()["data"]
    assert listed["pricing"]["prompt"] == "0.000004"
    response = router.chat(model="anthropic/claude-opus-5.5")
    assert response.status_code == 404
    message = response.json()["error"]["message"]
    assert "Bring your own key" in message and "ANTHROPIC_API_KEY" in message and "OPENROUTER_API_KEY" in message
    response = router.chat(model="anthropic/claude-opus-5.5", models=["test/one"])
    assert response.ok and response.json()["model"] == "test/one"


def test_gpt_5_is_right(router):
    model = get(router, "/model/openai/gpt-5").json()["data"]
    assert model["context_length"] == 400000
    assert model["top_provider"]["max_completion_tokens"] == 128000
    prices = {key: model["pricing"][key] for key in ("prompt", "completion", "input_cache_read")}
    assert prices == {"prompt": "0.00000125", "completion": "0.00001", "input_cache_read": "0.000000125"}
    assert "temperature" not in model["supported_parameters"]
    assert {"reasoning", "tools", "structured_outputs", "seed"} <= set(model["supported_parameters"])
    assert get(router, "/model/openai/gpt-5.1-chat").json()["data"]["context_length"] == 128000


def test_families_and_bare_names(own_router, simulator):
    config = standard_config(simulator)
    config["models"][0].update(family="line", created=10)
    config["models"][1].update(family="line", created=20)
    router = own_router(config=config)
    rows = {model["id"]: model for model in get(router, "/models").json()["data"]}
    assert rows["~test/line-latest"]["alias_target"] == {"slug": "test/pair", "name": "Pair"}
    assert rows["~openai/gpt-latest"]["alias_target"]["slug"] == "openai/gpt-5.5"
    assert "alias_target" not in rows["test/pair"]
    assert get(router, "/model/~test/line-latest").json()["data"]["alias_target"]["slug"] == "test/pair"
    for name in ("~test/line-latest", "pair"):
        response = router.chat(model=name)
        assert response.ok and response.json()["model"] == "test/pair"


def test_models_that_have_ended_say_so_and_hand_on_their_familys_name(own_router, simulator, tmp_path):
    provider = {"slug": "facts", "name": "Facts", "base_url": simulator.base_url("alpha"), "key_variable": "FACTS"}

    def model(name: str, created: int, **more) -> dict:
        endpoint = {"provider": "facts", "model": name, "pricing": {"prompt": "0", "completion": "0"}}
        return {"id": f"facts/{name}", "created": created, "family": "line", **more, "endpoints": [endpoint]}

    models = [model("first", 1), model("second", 2, expiration_date="2026-01-01")]
    (tmp_path / "providers.json").write_text(json.dumps({"providers": [provider]}))
    (tmp_path / "models.json").write_text(json.dumps({"models": models}))
    config = {**standard_config(simulator), "catalog": str(tmp_path)}
    router = own_router(config=config, env={"FACTS": "key-1"}, directory=tmp_path / "router")
    assert router.chat(model="~facts/line-latest").json()["model"] == "facts/first"
    # As long as it answers it is served; once nobody knows it, the date tells why.
    assert router.chat(model="facts/second").ok
    gone = script(alpha={"status": 404})
    ended = router.chat(gone, model="facts/second")
    assert ended.status_code == 404, ended.text
    assert ended.json()["error"]["availability"]["code"] == "model_deprecated"
    assert "2026-01-01" in ended.json()["error"]["message"]
    missing = router.chat(gone, model="facts/first")
    assert missing.status_code == 502
    assert missing.json()["error"]["availability"]["code"] == "model_unavailable_upstream"


def test_the_catalogue_of_a_directory_is_read_again_and_a_broken_one_changes_nothing(own_router, simulator, tmp_path):
    def write(*names, text=None):
        provider = {"slug": "facts", "name": "Facts", "base_url": simulator.base_url("alpha"), "key_variable": "FACTS"}
        endpoint = {"provider": "facts", "model": "alpha-model", "pricing": {"prompt": "0", "completion": "0"}}
        models = [{"id": f"facts/{name}", "endpoints": [endpoint]} for name in names]
        (tmp_path / "providers.json").write_text(json.dumps({"providers": [provider]}))
        (tmp_path / "models.json").write_text(text or json.dumps({"models": models}))

    write("old")
    router = own_router(config={**standard_config(simulator), "catalog": str(tmp_path)}, env={"FACTS": "key-1"})
    assert router.chat(model="facts/old").ok
    assert get(router, "/model/openai/gpt-5").status_code == 404
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(lambda: sse.read(router.stream(script(alpha={"chunks": 20, "gap_ms": 50}))))
        write("old", "new")
        router.signal(signal.SIGHUP)
        eventually(lambda: get(router, "/model/facts/new").ok, "the new model is there")
        sse.check_good_end(running.result())
    assert router.chat(model="facts/new").ok
    write(text='{"models": [{"id": "facts/third", "endpoints": [{"provider": "facts"}]}]}')
    router.signal(signal.SIGHUP)
    eventually(lambda: "facts/third" in router.errors + "".join(router.out), "the log says what is wrong")
    assert "models.json:1" in router.errors + "".join(router.out)
    assert router.chat(model="facts/new").ok
    assert get(router, "/model/facts/third").status_code == 404
