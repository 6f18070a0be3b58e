"""Bedrock by access keys: the signature of every request is checked by the SDK of AWS."""

import json
import pathlib
import urllib.parse

import pytest
import requests
import yaml
from support import sse
from support.processes import KEY, PRICING, Process, Router, python_of, run_martlet

SERVER = pathlib.Path(__file__).parent / "clients/bedrock_server.py"
CREDENTIALS = {"AKIAONE": ["sec/ret+one", None], "ASIATWO": ["secret-two", "Fwo/token+two=="]}
MODELS = {
    "plain": "us.amazon.nova-lite-v1:0",
    "arn": "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.x",
    "percent": "custom%2Fmodel 1:0%",
}
TITAN = "amazon.titan-embed-text-v2:0"
SECRETS = ["sec/ret+one", "secret-two", "Fwo/token+two==", "sec-wrong"]
ONE = {"access_key_id": "AKIAONE", "secret_access_key": "${ONE_SECRET}"}
TWO = {"access_key_id": "ASIATWO", "secret_access_key": "secret-two", "session_token": "Fwo/token+two=="}
WRONG = {"access_key_id": "AKIAONE", "secret_access_key": "sec-wrong"}
ENVIRONMENT = {"ONE_SECRET": "sec/ret+one"}


@pytest.fixture(scope="module")
def bedrock():
    settings = json.dumps({"region": "eu-west-1", "credentials": CREDENTIALS})
    with Process([python_of("clients"), str(SERVER), settings], r"bedrock listening on (http://\S+)") as process:
        yield process


def config(bedrock: Process, credentials: dict, **more) -> dict:
    provider = {"slug": "aws", "dialect": "bedrock", "base_url": bedrock.url, "region": "eu-west-1"}
    return {
        "catalog": "none",
        "log": {"level": "debug"},
        "keys": [{"key": KEY, "name": "test"}],
        "providers": [{**provider, **credentials, **more}],
        "models": [
            {
                "id": f"aws/{name}",
                "context_length": 128000,
                "max_completion_tokens": 1000,
                "endpoints": [{"provider": "aws", "model": model, "pricing": PRICING}],
            }
            for name, model in MODELS.items()
        ]
        + [
            {
                "id": "aws/embed",
                "output_modalities": ["embeddings"],
                "context_length": 8192,
                "endpoints": [{"provider": "aws", "model": TITAN, "pricing": {"prompt": "0.00000002"}}],
            }
        ],
    }


@pytest.fixture(scope="module", params=[ONE, TWO], ids=["key", "session"])
def router(request, bedrock, tmp_path_factory):
    with Router(config(bedrock, request.param), tmp_path_factory.mktemp("bedrock"), env=ENVIRONMENT) as process:
        process.identifier = request.param["access_key_id"]
        yield process
    assert not [secret for secret in SECRETS if secret in process.errors + "".join(process.out)]


def seen(bedrock: Process) -> list[dict]:
    return requests.get(bedrock.url, timeout=10).json()


@pytest.mark.parametrize("name", MODELS)
class TestSignatures:
    def test_plain(self, router, bedrock, name):
        answer = router.chat(model=f"aws/{name}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["choices"][0]["message"]["content"] == f"Signed by {router.identifier}"
        assert answer.json()["usage"]["prompt_tokens"] == 11
        path = f"/model/{urllib.parse.quote(MODELS[name], safe='-._~')}/converse"
        assert seen(bedrock)[-1] == {"path": path, "id": router.identifier, "error": None}

    def test_stream(self, router, bedrock, name):
        headers = {"X-OpenRouter-Metadata": "enabled"}
        with router.stream(model=f"aws/{name}", headers=headers) as answer:
            stream = sse.read(answer)
        assert stream.chunks[-1]["openrouter_metadata"]["region"] == "eu-west-1"
        assert stream.text.strip() == f"Signed by {router.identifier}"
        path = f"/model/{urllib.parse.quote(MODELS[name], safe='-._~')}/converse-stream"
        assert seen(bedrock)[-1] == {"path": path, "id": router.identifier, "error": None}

    def test_a_body_of_any_bytes(self, router, name):
        answer = router.chat("Grüße, 世界 \x7f \u2028 " + "lang " * 5000, model=f"aws/{name}")
        assert answer.status_code == 200, answer.text


def test_embeddings_are_signed_too(router, bedrock):
    body = {"model": "aws/embed", "input": "zwölf Wörter"}
    answer = requests.post(f"{router.base}/embeddings", json=body, headers=router.headers, timeout=30)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"][0]["embedding"] == [0.5, -0.25] and answer.json()["usage"]["prompt_tokens"] == 2
    path = f"/model/{urllib.parse.quote(TITAN, safe='-._~')}/invoke"
    assert seen(bedrock)[-1] == {"path": path, "id": router.identifier, "error": None}


class TestKeys:
    def test_one_that_is_refused_rests_while_the_other_works(self, own_router, bedrock):
        keys = {"api_keys": [{**WRONG, "weight": 1000000}, {**TWO, "weight": 0.001}]}
        router = own_router(config=config(bedrock, keys))
        mark = len(seen(bedrock))
        for _ in range(4):
            answer = router.chat(model="aws/plain")
            assert answer.status_code == 200, answer.text
            assert answer.json()["choices"][0]["message"]["content"] == "Signed by ASIATWO"
        asked = [(entry["id"], entry["error"]) for entry in seen(bedrock)[mark:]]
        assert asked == [("AKIAONE", "InvalidSignatureException")] + 4 * [("ASIATWO", None)]
        router.stop()
        assert not [secret for secret in SECRETS if secret in router.errors + "".join(router.out)]

    def test_a_refused_signature_is_not_shown_to_the_caller(self, own_router, bedrock):
        router = own_router(config=config(bedrock, {**TWO, "session_token": "old-token"}))
        answer = router.chat(model="aws/plain")
        assert answer.status_code == 502
        assert "old-token" not in answer.text and "ASIATWO" not in answer.text


def doctor(tmp_path, values: dict, env=None):
    path = tmp_path / "martlet.yaml"
    path.write_text(yaml.safe_dump(values))
    command = ["doctor", "--config", str(path), "--listen", "127.0.0.1:0", "--data", str(tmp_path / "data")]
    done = run_martlet(*command, env={**ENVIRONMENT, **(env or {})})
    assert not [secret for secret in SECRETS if secret in done.stdout + done.stderr]
    return done


class TestDoctor:
    def test_says_that_the_keys_work(self, bedrock, tmp_path):
        done = doctor(tmp_path, config(bedrock, TWO))
        assert done.returncode == 0, done.stdout
        assert "access keys for eu-west-1" in done.stdout and "takes the key" in done.stdout

    @pytest.mark.parametrize(
        ("credentials", "said", "advice"),
        [
            (WRONG, "InvalidSignatureException", "secret_access_key"),
            ({**ONE, "access_key_id": "AKIANOBODY"}, "UnrecognizedClientException", "access_key_id"),
            ({**TWO, "session_token": "old"}, "ExpiredTokenException", "new session credentials"),
            ({**ONE, "region": "us-east-1"}, "InvalidSignatureException", "region"),
        ],
        ids=["secret", "id", "token", "region"],
    )
    def test_says_what_amazon_refuses(self, bedrock, tmp_path, credentials, said, advice):
        done = doctor(tmp_path, config(bedrock, credentials))
        assert done.returncode == 1
        line = next(line for line in done.stdout.splitlines() if said in line)
        assert advice in line

    @pytest.mark.parametrize(
        ("credentials", "said"),
        [
            ({"secret_access_key": "sec-wrong"}, "secret_access_key needs access_key_id beside it"),
            ({**TWO, "region": None}, "needs a region, such as us-east-1: set region, or the variable AWS_REGION"),
        ],
        ids=["half", "region"],
    )
    def test_says_what_is_missing(self, bedrock, tmp_path, credentials, said):
        done = doctor(tmp_path, config(bedrock, credentials), {"AWS_REGION": "", "AWS_DEFAULT_REGION": ""})
        assert done.returncode == 1 and said in done.stdout
