"""The clients that quick starts and streaming guides teach, with nothing but base URL and key changed."""

import json
import re
import subprocess
import sys
import threading

import openai
import pytest
import requests
from support.processes import KEY, ROOT, eventually
from support.scripts import script, tagged

README = (ROOT / "README.md").read_text()


@pytest.fixture
def as_in_the_readme(router, tmp_path):
    """Where its commands run: the key is in the file that they read. Only address and model are replaced."""
    (tmp_path / ".martlet").mkdir()
    (tmp_path / ".martlet/key").write_text(KEY + "\n")

    def run(command: list[str], example: str) -> str:
        text = example.replace("http://127.0.0.1:8080", router.url).replace(
            "huggingface/smollm2-135m-instruct", "test/one"
        )
        assert router.url in text and "test/one" in text and "8080" not in text
        done = subprocess.run([*command, text], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_the_curl_of_the_readme_streams_an_answer(as_in_the_readme):
    (example,) = re.findall(r"^```\n(curl [^`]*)^```$", README, re.M)
    lines = [line for line in as_in_the_readme(["bash", "-c"], example).splitlines() if line.startswith("data: ")]
    assert lines[-1] == "data: [DONE]" and len(lines) > 3
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
    assert "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    assert chunks[-1]["usage"]["cost"] > 0


def test_the_python_of_the_readme_prints_an_answer(as_in_the_readme):
    (example,) = re.findall(r"^```python\n(from openai [^`]*)^```$", README, re.M)
    assert as_in_the_readme([sys.executable, "-c"], example).strip()


def test_requests_with_a_json_body_and_app_headers(router):
    response = requests.post(
        url=f"{router.base}/chat/completions",
        headers={
            "Authorization": f"Bearer {KEY}",
            "HTTP-Referer": "https://my-site.example",
            "X-Title": "My site",
            "Content-Type": "application/json",
        },
        data=json.dumps(
            {
                "model": "test/one",
                "messages": [{"role": "user", "content": script(alpha={"text": "Life is a question."})}],
            }
        ),
        timeout=30,
    )
    assert response.json()["choices"][0]["message"]["content"] == "Life is a question."


def test_openai_sdk_with_another_base_url(router):
    client = openai.OpenAI(base_url=router.base, api_key=KEY)
    completion = client.chat.completions.create(
        extra_headers={"HTTP-Referer": "https://my-site.example", "X-Title": "My site"},
        extra_body={},
        model="test/one",
        messages=[{"role": "user", "content": script(alpha={"text": "Life is a question."})}],
    )
    assert completion.choices[0].message.content == "Life is a question."


def read_stream(url: str, key: str, payload: dict) -> str:
    """A loop over lines, as taught: comments skipped by prefix, `choices[0]` of every chunk read unasked."""
    text = ""
    buffer = ""
    with requests.post(
        url, headers={"Authorization": f"Bearer {key}"}, json=payload, stream=True, timeout=60
    ) as answer:
        answer.encoding = "utf-8"
        for piece in answer.iter_content(chunk_size=1024, decode_unicode=True):
            buffer += piece
            while True:
                end = buffer.find("\n")
                if end == -1:
                    break
                line = buffer[:end].strip()
                buffer = buffer[end + 1 :]
                if line.startswith("data: "):
                    data = line[6:]
                    if data == "[DONE]":
                        return text
                    content = json.loads(data)["choices"][0]["delta"].get("content")
                    if content:
                        text += content
    raise AssertionError("the stream ended without [DONE]")


def payload(message: str) -> dict:
    return {"model": "test/one", "messages": [{"role": "user", "content": message}], "stream": True}


@pytest.mark.parametrize(
    "scenario",
    [
        {"text": "How would you build the tallest building ever?"},
        {"text": "with usage", "usage": "always"},
        {"text": "slowly, word by word", "gap_ms": 30},
        {"reasoning": "Hm.", "text": "after some thought"},
    ],
)
def test_the_requests_loop(router, scenario):
    text = read_stream(f"{router.base}/chat/completions", KEY, payload(script(alpha=scenario)))
    assert text == scenario["text"]


def test_the_requests_loop_with_comments_in_between(own_router):
    router = own_router(timeouts={"comment": "200ms"})
    scenario = {"text": "It took a while.", "latency_ms": 700, "gap_ms": 300}
    assert read_stream(f"{router.base}/chat/completions", KEY, payload(script(alpha=scenario))) == "It took a while."


def stream_with_errors(url: str, key: str, body: dict) -> tuple[str, dict | None]:
    """The error-handling loop: errors before the stream by status, errors within it by the `error` of a chunk."""
    response = requests.post(url, headers={"Authorization": f"Bearer {key}"}, json=body, stream=True, timeout=60)
    if response.status_code != 200:
        return "", response.json()["error"]
    text = ""
    for line in response.iter_lines():
        if not line:
            continue
        line = line.decode("utf-8")
        if not line.startswith("data: "):
            continue
        data = line[6:]
        if data == "[DONE]":
            break
        parsed = json.loads(data)
        if "error" in parsed:
            assert parsed["choices"][0]["finish_reason"] == "error"
            return text, parsed["error"]
        text += parsed["choices"][0]["delta"].get("content") or ""
    return text, None


def test_the_error_handling_loop(router):
    url = f"{router.base}/chat/completions"
    text, error = stream_with_errors(url, KEY, payload(script(alpha={"text": "All is well."})))
    assert (text, error) == ("All is well.", None)
    text, error = stream_with_errors(url, "wrong", payload("Hello"))
    assert text == "" and error["code"] == 401 and error["message"]
    text, error = stream_with_errors(url, KEY, payload(script(any={"status": 429})))
    assert text == "" and error["code"] == 429
    text, error = stream_with_errors(url, KEY, payload(script(alpha={"chunks": 9, "error_after_chunks": 3})))
    assert text == "t0 t1 t2 " and error["code"] >= 500 and error["metadata"]["error_type"]


def test_cancelling_by_an_event(router, simulator):
    """The taught cancellation: another thread sets an event, the loop closes the response."""
    tag, message = tagged(alpha={"unlimited": True, "gap_ms": 10})
    cancelled = threading.Event()
    pieces = []

    def run():
        url = f"{router.base}/chat/completions"
        headers = {"Authorization": f"Bearer {KEY}"}
        with requests.post(url, headers=headers, json=payload(message), stream=True, timeout=60) as response:
            for line in response.iter_lines():
                if cancelled.is_set():
                    response.close()
                    return
                if line:
                    pieces.append(line)

    thread = threading.Thread(target=run)
    thread.start()
    eventually(lambda: len(pieces) > 5, "the stream has begun")
    cancelled.set()
    thread.join(10)
    assert not thread.is_alive()
    eventually(lambda: simulator.seen(tag)[0]["outcome"] == "gone", "the provider's connection is closed")


def test_model_fallbacks_by_extra_body(router):
    client = openai.OpenAI(base_url=router.base, api_key=KEY)
    completion = client.chat.completions.create(
        model=router.fresh("other"),
        extra_body={"models": ["test/one"]},
        messages=[{"role": "user", "content": script(gamma={"status": 503}, alpha={"text": "Fallback."})}],
    )
    assert completion.model == "test/one"


def test_looking_a_generation_up(router):
    answer = router.chat(script()).json()
    response = requests.get(
        f"{router.base}/generation?id={answer['id']}", headers={"Authorization": f"Bearer {KEY}"}, timeout=30
    )
    assert response.json()["data"]["total_cost"] > 0
