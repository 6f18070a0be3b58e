"""Vertex AI by service accounts: tokens are made here, and the statements they are given for checked elsewhere."""

import concurrent.futures
import json
import pathlib
import subprocess

import pytest
import requests
import yaml
from support import metrics, sse
from support.processes import KEY, PRICING, Process, eventually, python_of, run_martlet

SERVER = pathlib.Path(__file__).parent / "clients/vertex_server.py"
BASE = "/v1/projects/project-1/locations/europe-west4/publishers"


def openssl(*arguments: str, source: str = "") -> str:
    return subprocess.run(["openssl", *arguments], input=source, capture_output=True, text=True, check=True).stdout


class Google(Process):
    def __init__(self, public_key: str):
        settings = json.dumps({"public_key": public_key, "expires_in": 3600, "delay": 0})
        super().__init__([python_of("clients"), str(SERVER), settings], r"vertex listening on (http://\S+)")

    def seen(self) -> list[dict]:
        return requests.get(f"{self.url}/seen", timeout=10).json()

    def tokens(self) -> int:
        return sum(entry["path"] == "/token" for entry in self.seen())

    def post(self, path: str, **settings) -> None:
        requests.post(self.url + path, json=settings, timeout=10).raise_for_status()


@pytest.fixture(scope="module")
def private_key():
    return openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")


@pytest.fixture
def google(private_key):
    with Google(openssl("pkey", "-pubout", source=private_key)) as process:
        yield process


@pytest.fixture
def key_file(google, private_key, tmp_path):
    """Writes the key file of a service account, changed as a test wants it; nothing of the key may be printed."""

    def write(name="key.json", **changes) -> str:
        values = {
            "type": "service_account",
            "project_id": "project-1",
            "private_key_id": "key-1",
            "private_key": private_key,
            "client_email": "martlet@project-1.iam.gserviceaccount.com",
            "token_uri": f"{google.url}/token",
            **changes,
        }
        path = tmp_path / name
        path.write_text(json.dumps({name: value for name, value in values.items() if value is not None}))
        return str(path)

    return write


def config(google: Google, **provider) -> dict:
    provider = {"slug": "vertex", "dialect": "vertex", "base_url": google.url, "location": "europe-west4", **provider}
    models = {"gemini": "gemini-4-argon", "claude": "claude-opus-5@20261001"}
    return {
        "catalog": "none",
        "log": {"level": "debug"},
        "keys": [{"key": KEY, "name": "test"}],
        "providers": [provider],
        "models": [
            {
                "id": f"vertex/{name}",
                "context_length": 128000,
                "max_completion_tokens": 1000,
                "endpoints": [{"provider": "vertex", "model": model, "pricing": PRICING}],
            }
            for name, model in models.items()
        ],
    }


def ask(router, model="gemini") -> str:
    answer = router.chat(model=f"vertex/{model}")
    assert answer.status_code == 200, answer.text
    return answer.json()["choices"][0]["message"]["content"]


def printed(router) -> str:
    router.stop()
    return router.errors + "".join(router.out)


def test_one_token_serves_every_request_of_either_publisher(own_router, google, key_file, private_key):
    router = own_router(config=config(google, credentials=key_file()))
    assert ask(router) == "Gemini at Vertex"
    with router.stream(model="vertex/gemini") as answer:
        assert sse.read(answer).text == "Gemini at Vertex"
    assert ask(router, "claude") == "Claude at Vertex"
    assert [entry["path"] for entry in google.seen()] == [
        "/token",
        f"{BASE}/google/models/gemini-4-argon:generateContent",
        f"{BASE}/google/models/gemini-4-argon:streamGenerateContent?alt=sse",
        f"{BASE}/anthropic/models/claude-opus-5%4020261001:rawPredict",
    ]
    text = printed(router)
    assert "ya29." not in text and private_key.splitlines()[1] not in text


def test_embeddings_by_either_method(own_router, google, key_file):
    settings = config(google, credentials=key_file())
    pricing = {"prompt": "0.00000002"}
    for name in ("text-embedding-005", "gemini-embedding-2"):
        endpoint = {"provider": "vertex", "model": name, "pricing": pricing}
        kind = {"output_modalities": ["embeddings"], "context_length": 2048, "endpoints": [endpoint]}
        settings["models"].append({"id": f"vertex/{name}", **kind})
    router = own_router(config=settings)

    def embed(name: str, texts):
        body = {"model": f"vertex/{name}", "input": texts, "input_type": "search_query", "dimensions": 2}
        return requests.post(f"{router.base}/embeddings", json=body, headers=router.headers, timeout=30)

    answer = embed("text-embedding-005", ["two words", "word"])
    assert answer.status_code == 200, answer.text
    assert [entry["embedding"] for entry in answer.json()["data"]] == [[9, 0.5], [4, 0.5]]
    assert answer.json()["usage"]["prompt_tokens"] == 3
    answer = embed("gemini-embedding-2", "two words")
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"][0]["embedding"] == [9] and answer.json()["usage"]["prompt_tokens"] == 2
    refused = embed("gemini-embedding-2", ["a", "b"]).json()["error"]
    assert refused["code"] == 400 and refused["param"] == "input" and "one by one" in refused["message"]
    assert [entry["path"] for entry in google.seen()] == [
        "/token",
        f"{BASE}/google/models/text-embedding-005:predict",
        f"{BASE}/google/models/gemini-embedding-2:embedContent",
    ]
    assert google.tokens() == 1


def test_requests_at_once_wait_for_one_token(own_router, google, key_file):
    google.post("/settings", delay=0.5)
    router = own_router(config=config(google, credentials=key_file()))
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(router), range(16)))
    assert answers == 16 * ["Gemini at Vertex"]
    assert google.tokens() == 1


def test_a_token_is_renewed_five_minutes_before_its_end(own_router, google, key_file):
    google.post("/settings", expires_in=300)
    router = own_router(config=config(google, credentials=key_file()))
    ask(router), ask(router)
    assert google.tokens() == 2
    google.post("/settings", expires_in=330)
    ask(router), ask(router), ask(router)
    assert google.tokens() == 3


def test_a_token_that_still_holds_is_used_while_the_next_one_is_fetched(own_router, google, key_file):
    google.post("/settings", expires_in=200)
    router = own_router(config=config(google, credentials=key_file()))
    ask(router)
    google.post("/settings", delay=1)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, router) for _ in range(4)]
        first = next(concurrent.futures.as_completed(asked))
        assert first.result() == "Gemini at Vertex" and google.tokens() == 1
    assert [answer.result() for answer in asked] == 4 * ["Gemini at Vertex"]
    assert google.tokens() == 2


def test_a_token_that_still_holds_is_used_while_no_other_is_given(own_router, google, key_file):
    google.post("/settings", expires_in=200)
    router = own_router(config=config(google, credentials=key_file()))
    ask(router)
    google.post("/settings", token_status=503)
    ask(router), ask(router)
    assert [entry.get("refused") for entry in google.seen() if entry["path"] == "/token"] == [None, 503]


def test_a_server_that_stops_ends_what_waits_for_a_token(own_router, google, key_file):
    google.post("/settings", delay=8)
    router = own_router(config=config(google, credentials=key_file()), drain_delay="0s", drain="0s")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(router.chat, model="vertex/gemini") for _ in range(2)]
        eventually(lambda: requests.get(f"{google.url}/waiting", timeout=10).json() == 1, "a token is asked for")
        eventually(lambda: metrics.value(router, "in_flight") == 2, "the other request waits too")
        assert router.stop() == 0
        answers = [answer.result() for answer in asked]
    assert all(answer.status_code in (502, 503) and "shutting down" in answer.text for answer in answers)


def test_a_token_that_is_refused_is_renewed_once(own_router, google, key_file):
    router = own_router(config=config(google, credentials=key_file()))
    ask(router)
    google.post("/revoke")
    assert ask(router) == "Gemini at Vertex"
    assert [entry.get("known") for entry in google.seen()] == [None, True, False, None, True]


def test_an_account_that_is_refused_rests_while_another_works(own_router, google, key_file):
    other = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    stranger = key_file("other.json", private_key=other)
    keys = [{"credentials": stranger, "weight": 1000000}, {"credentials": key_file(), "weight": 0.001}]
    router = own_router(config=config(google, api_keys=keys))
    for _ in range(3):
        assert ask(router) == "Gemini at Vertex"
    refused = [entry["refused"] for entry in google.seen() if entry["path"] == "/token"]
    assert refused == ["Invalid JWT Signature.", None]
    router.stop()
    failed = [line for line in router.logs() if line.get("code") == "no_access_token"]
    assert len(failed) == 1 and "Invalid JWT Signature." in failed[0]["reason"]
    assert other.splitlines()[1] not in router.errors


def test_a_caller_is_not_told_what_google_says_of_the_account(own_router, google, key_file):
    credentials = key_file(client_email="stranger@project-1.iam.gserviceaccount.com")
    answer = own_router(config=config(google, credentials=credentials)).chat(model="vertex/gemini")
    assert answer.status_code == 502
    assert "stranger" not in answer.text and "account not found" not in answer.text


def doctor(tmp_path, values: dict, **env):
    path = tmp_path / "martlet.yaml"
    path.write_text(yaml.safe_dump(values))
    return run_martlet(
        *("doctor", "--config", str(path), "--listen", "127.0.0.1:0", "--data", str(tmp_path / "data")), env=env
    )


class TestDoctor:
    def test_fetches_a_token_and_asks_with_it(self, google, key_file, tmp_path):
        done = doctor(tmp_path, config(google, credentials=key_file()))
        assert done.returncode == 0, done.stdout
        assert "the service account martlet@project-1" in done.stdout and "takes the key" in done.stdout

    def test_says_what_google_refuses(self, google, key_file, tmp_path):
        done = doctor(tmp_path, config(google, credentials=key_file(private_key_id="key-2")))
        assert done.returncode == 1 and "Invalid JWT header." in done.stdout and "`credentials`" in done.stdout

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"client_email": None}, '"client_email" is missing'),
            ({"type": "authorized_user"}, 'must be "service_account"'),
            ({"private_key": "-----BEGIN PRIVATE KEY-----\nhush\n"}, '"private_key" is no private key'),
            ({"project_id": None}, "set project, or the variable GOOGLE_CLOUD_PROJECT"),
        ],
        ids=["email", "type", "key", "project"],
    )
    def test_names_the_member_at_fault(self, google, key_file, tmp_path, changes, said):
        done = doctor(tmp_path, config(google, credentials=key_file(**changes)), GOOGLE_CLOUD_PROJECT="")
        assert done.returncode == 1 and said in done.stdout
        assert "hush" not in done.stdout + done.stderr
