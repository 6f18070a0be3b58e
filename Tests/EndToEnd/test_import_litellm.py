"""`martlet import litellm`: configurations of a LiteLLM proxy, taken over and served."""

import collections
import json
import stat

import pytest
import yaml
from support.processes import KEY, ROOT, Router, run_martlet
from support.scripts import script, tagged

FIXTURES = ROOT / "Tests/Fixtures/litellm"
#: What each fixture holds and nobody may see.
SECRETS = {
    "startup": ["sk-ant-secret-0123456789", "pg-password"],
    "enterprise": ["sk-contoso-master-0123456789", "redis-password", "cache-password"],
    "platform": ["vllm-secret-0123456789"],
}


def imported(path, output, *more):
    result = run_martlet("import", "litellm", str(path), "-o", str(output), *more)
    assert result.returncode == 0, result.stdout + result.stderr
    return result, yaml.safe_load(output.read_text())


def models(config) -> dict:
    return {model["id"]: model for model in config["models"]}


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_reach_the_file_alone(tmp_path, name):
    source, output = FIXTURES / f"{name}.yaml", tmp_path / "martlet.yaml"
    result, _ = imported(source, output)
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    shown = run_martlet("import", "litellm", str(source))
    assert shown.returncode == 0 and yaml.safe_load(shown.stdout)["models"]
    for secret in SECRETS[name]:
        for text in (result.stdout, result.stderr, shown.stdout, shown.stderr):
            assert secret not in text
    assert "in plain" in result.stdout and "in plain" in shown.stderr
    again = run_martlet("import", "litellm", str(source), "-o", str(output))
    assert again.returncode == 1 and "--force" in again.stderr
    report = json.loads(run_martlet("import", "litellm", str(source), "-o", str(output), "--force", "--json").stdout)
    assert report["ok"] and report["problems"] == [] and report["literal_secrets"] == 1
    lines = source.read_text().splitlines()
    for remark in report["remarks"]:
        assert 1 <= remark["line"] <= len(lines) and remark["reason"]


def test_a_small_company(tmp_path):
    result, config = imported(FIXTURES / "startup.yaml", tmp_path / "martlet.yaml")
    assert config["catalog"] == "none" and config["timeouts"] == {"total": "600s"}
    assert config["keys"] == [{"key": "${LITELLM_MASTER_KEY}", "name": "litellm-master"}]
    gpt = models(config)["openai/gpt-4o"]
    assert gpt["aliases"] == ["gpt-4o"] and gpt["fallbacks"] == ["anthropic/claude-sonnet"]
    endpoint = gpt["endpoints"][0]
    assert endpoint["limits"] == {"rpm": 480}
    assert endpoint["timeouts"] == {"total": "300s", "first_byte": "60s"}
    assert endpoint["pricing"]["prompt"] == "0.0000025" and endpoint["context_length"] == 128000
    assert models(config)["anthropic/claude-sonnet"]["endpoints"][0]["pricing"]["completion"] == "0.000015"
    llama = models(config)["ollama/local-llama"]
    assert llama["fallbacks"] == ["openai/gpt-4o"] and llama["endpoints"][0]["model"] == "llama3.2:3b"
    assert models(config)["openai/text-embedding-3-small"]["output_modalities"] == ["embeddings"]
    providers = {provider["slug"]: provider for provider in config["providers"]}
    assert providers["ollama"]["base_url"] == "http://localhost:11434/v1" and "api_key" not in providers["ollama"]
    assert providers["anthropic"]["api_key"] == "sk-ant-secret-0123456789"
    source = (FIXTURES / "startup.yaml").read_text().splitlines()
    for setting, what in (
        ("temperature:", "litellm_params.temperature"),
        ("success_callback:", "litellm_settings.success_callback"),
        ("database_url:", "general_settings.database_url"),
    ):
        line = next(number for number, text in enumerate(source, 1) if text.strip().startswith(setting))
        place = f"{FIXTURES}/startup.yaml:{line}: dropped: "
        assert any(row.startswith(place) and what in row for row in result.stdout.splitlines()), what


def test_a_large_company(tmp_path):
    result, config = imported(FIXTURES / "enterprise.yaml", tmp_path / "martlet.yaml")
    gpt = models(config)["azure/gpt-4o"]
    assert gpt["aliases"] == ["gpt-4o", "gpt-4", "gpt-4-turbo"] and config["default_model"] == "azure/gpt-4o"
    assert [endpoint.get("order") for endpoint in gpt["endpoints"]] == [1, 1, 2]
    assert [endpoint.get("tag") for endpoint in gpt["endpoints"]] == ["azure/azure-eu", "azure-2/azure-us", None]
    assert gpt["endpoints"][0]["limits"] == {"tpm": 150000, "concurrency": 20}
    assert gpt["endpoints"][0]["pricing"]["prompt"] == gpt["endpoints"][2]["pricing"]["prompt"]
    assert gpt["fallbacks"] == ["deepseek/reasoner"]
    bases = [provider["base_url"] for provider in config["providers"]]
    assert bases[:2] == ["https://contoso-eu.openai.azure.com/openai/v1", "${AZURE_API_BASE_US}/openai/v1"]
    openai = config["providers"][2]
    assert openai["organization"] == "org-contoso" and openai["headers"] == {"X-Team": "platform"}
    reasoner = models(config)["deepseek/reasoner"]["endpoints"][0]
    assert reasoner["pricing"] == {"prompt": "0.00000055", "completion": "0.00000219"}
    assert config["budgets"] == {"monthly": 1000} and config["records"] == {"keep": "90d"}
    for words in (
        "signs for amazon-bedrock; add it with its access keys by hand",
        "the model claude did not come along",
        "guardrails: dropped",
    ):
        assert words.replace("guardrails: dropped", "dropped: guardrails") in result.stdout, words


def test_servers_of_ones_own(tmp_path):
    result, config = imported(FIXTURES / "platform.yaml", tmp_path / "martlet.yaml")
    assert config["catalog"] == "shipped" and config["routing"] == {"algorithm": "adaptive"}
    qwen = models(config)["hosted-vllm/qwen"]
    assert [endpoint["weight"] for endpoint in qwen["endpoints"]] == [500, 1000]
    assert [endpoint["provider"] for endpoint in qwen["endpoints"]] == ["hosted-vllm", "hosted-vllm-2"]
    assert qwen["endpoints"][1]["context_length"] == 40960 and "input_modalities" not in qwen
    assert qwen["fallbacks"] == ["groq/llama-70b"]
    assert models(config)["groq/llama-70b"]["fallbacks"] == ["hosted-vllm/qwen"]
    slugs = {provider["slug"]: provider for provider in config["providers"]}
    assert slugs["mistral"] == {"slug": "mistral", "api_key": "${MISTRAL_API_KEY}"}
    assert slugs["together"]["api_key"] == "${TOGETHERAI_API_KEY}"
    assert "16 to 256" in result.stdout and "mystery" in result.stdout


def litellm_config(simulator) -> dict:
    """Three names over the simulator: one balanced, one in order, one with a fallback."""

    def entry(name, provider, info=None, **params):
        params = {"model": f"openai/{provider}-model", "api_base": simulator.base_url(provider), **params}
        price = {"input_cost_per_token": 1e-6, "output_cost_per_token": "2e-06"}
        return {"model_name": name, "litellm_params": {"api_key": f"key-{provider}", **params}, "model_info": price}

    return {
        "model_list": [
            entry("balanced", "alpha", weight=9),
            entry("balanced", "beta", weight=1),
            entry("ordered", "alpha", order=2, weight=1000),
            entry("ordered", "beta", order=1),
            entry("fragile", "alpha"),
            entry("sturdy", "gamma"),
        ],
        "router_settings": {"model_group_alias": {"old-name": "sturdy"}, "fallbacks": [{"fragile": ["sturdy"]}]},
        "general_settings": {"master_key": "os.environ/MASTER", "completion_model": "sturdy"},
    }


@pytest.fixture(scope="module")
def served(simulator, tmp_path_factory):
    directory = tmp_path_factory.mktemp("litellm")
    source, output = directory / "config.yaml", directory / "imported.yaml"
    source.write_text(yaml.safe_dump(litellm_config(simulator)))
    imported(source, output)
    doctor = run_martlet(
        "doctor", "--config", str(output), "--listen", "127.0.0.1:0", "--json", cwd=directory, env={"MASTER": KEY}
    )
    findings = json.loads(doctor.stdout)["checks"]
    assert [entry for entry in findings if entry["level"] == "error"] == [], findings
    with Router(yaml.safe_load(output.read_text()), directory / "router", env={"MASTER": KEY}) as router:
        yield router


def test_the_imported_configuration_serves(served, simulator):
    tag, message = tagged()
    answer = served.chat(message, model="old-name", max_tokens=5)
    assert answer.ok, answer.text
    body = answer.json()
    assert body["choices"][0]["message"]["content"] == "Hello from gamma."
    usage = body["usage"]
    assert usage["cost"] == pytest.approx(usage["prompt_tokens"] * 1e-6 + usage["completion_tokens"] * 2e-6)
    seen = simulator.seen(tag)[0]
    assert seen["body"]["model"] == "gamma-model"
    assert served.chat(model=None).json()["model"] == body["model"]
    listed = {model["id"] for model in served.get("/models").json()["data"]}
    assert len(listed) == 4


def test_a_failing_model_falls_back_to_the_other(served, simulator):
    tag, message = tagged(alpha={"status": 400, "error": {"message": "No."}})
    answer = served.chat(message, model="fragile")
    assert answer.ok and answer.json()["choices"][0]["message"]["content"] == "Hello from gamma."
    assert simulator.providers_asked(tag) == ["alpha", "gamma"]
    tag, message = tagged(any={"status": 400, "error": {"message": "No."}})
    strict = served.chat(message, model="fragile", provider={"allow_fallbacks": False})
    assert strict.status_code == 400 and simulator.providers_asked(tag) == ["alpha"]


def test_weights_and_orders_hold(served, simulator):
    tag, message = tagged(beta={"status": 400, "error": {"message": "No.", "code": "unsupported_parameter"}})
    assert served.chat(message, model="ordered").ok
    assert simulator.providers_asked(tag) == ["beta", "alpha"]
    firsts = collections.Counter()
    for _ in range(100):
        answer = served.chat(script(), model="balanced").json()
        firsts[answer["choices"][0]["message"]["content"]] += 1
    # Nine in ten, give or take more than four deviations.
    assert 75 <= firsts["Hello from alpha."] <= 100


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "it must be a mapping"),
        ("model_list: [", "is no valid YAML"),
        ("providers: []", "no list model_list"),
        ("model_list: 3", "no list model_list"),
    ],
)
def test_what_is_no_litellm_configuration_is_refused(tmp_path, text, words):
    source = tmp_path / "config.yaml"
    source.write_text(text)
    result = run_martlet("import", "litellm", str(source), "-o", str(tmp_path / "out.yaml"))
    assert result.returncode == 1 and words in result.stderr and "config.yaml" in result.stderr
    assert not (tmp_path / "out.yaml").exists()
    assert run_martlet("import", "litellm", str(tmp_path / "none.yaml")).returncode == 1
    assert run_martlet("import").returncode == 2 and run_martlet("import", "litellm").returncode == 2
    assert run_martlet("import", "litellm", str(source), "--json").returncode == 2
