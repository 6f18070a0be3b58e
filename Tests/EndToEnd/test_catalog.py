"""The catalogue: open to everyone, in the shapes that the official SDK demands."""

import pytest
import requests


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
    from support.processes import standard_config

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


@pytest.mark.parametrize("variable, model", [("OPENAI_API_KEY", "openai/"), ("GROQ_API_KEY", "groq")])
def test_the_shipped_catalogue_switches_on_by_a_variable(own_router, variable, model):
    router = own_router(env={variable: "sk-test"})
    providers = get(router, "/providers").json()["data"]
    assert any(provider["slug"] == variable.split("_")[0].lower() for provider in providers)
    before = {"test/one", "test/pair", "test/three", "test/other", "test/grow"}
    assert {entry["id"] for entry in get(router, "/models").json()["data"]} > before
