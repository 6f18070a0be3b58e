"""`response-healing`: a plain answer that was to be JSON and is not comes mended."""

import json

import anthropic
import openai
import pytest
from support.dialects import CALLERS, UPSTREAMS, config, script
from support.processes import KEY, Router

BROKEN = 'Here you are:\n```json\n{name: \'Ada\', "tags": ["a", "b",], "age": 36\n```\nBye!'
WHOLE = {"name": "Ada", "tags": ["a", "b"], "age": 36}
SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}}
PLUGIN = [{"id": "response-healing"}]


@pytest.fixture(scope="module")
def router(simulator, tmp_path_factory):
    with Router(config(simulator), tmp_path_factory.mktemp("healing")) as process:
        yield process


def ask(router, caller: str, model: str, content: str, plugins) -> str:
    if caller == "messages":
        with anthropic.Anthropic(api_key=KEY, base_url=router.base.removesuffix("/v1"), max_retries=0) as client:
            answer = client.messages.create(
                model=model,
                max_tokens=200,
                messages=[{"role": "user", "content": content}],
                output_config={"format": {"type": "json_schema", "schema": SCHEMA}},
                extra_body={"plugins": plugins},
            )
            return "".join(block.text for block in answer.content)
    with openai.OpenAI(api_key=KEY, base_url=router.base, max_retries=0) as client:
        if caller == "responses":
            text = {"format": {"type": "json_schema", "name": "person", "schema": SCHEMA}}
            return client.responses.create(
                model=model, input=content, text=text, extra_body={"plugins": plugins}
            ).output_text
        form = {"type": "json_schema", "json_schema": {"name": "person", "schema": SCHEMA}}
        messages = [{"role": "user", "content": content}]
        answer = client.chat.completions.create(
            model=model, messages=messages, response_format=form, extra_body={"plugins": plugins}
        )
        return answer.choices[0].message.content


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("dialect", UPSTREAMS)
def test_an_answer_is_mended_in_every_dialect(router, caller, dialect):
    content = script(dialect, text=BROKEN)
    assert json.loads(ask(router, caller, f"dialects/{dialect}", content, PLUGIN)) == WHOLE
    assert ask(router, caller, f"dialects/{dialect}", content, []) == BROKEN
    valid = '{"name":  "Ada"}'
    assert ask(router, caller, f"dialects/{dialect}", script(dialect, text=valid), PLUGIN) == valid


def test_only_where_it_is_asked_for_and_possible(router):
    def content(**more):
        wish = {"plugins": PLUGIN, "response_format": {"type": "json_object"}, **more}
        finish = more.pop("finish", "stop")
        wish.pop("finish", None)
        response = router.chat(
            script("openai", text=BROKEN, finish_reason=finish),
            model="dialects/openai",
            headers={"X-OpenRouter-Metadata": "enabled"},
            **wish,
        )
        body = response.json()
        return body["choices"][0]["message"]["content"], body["openrouter_metadata"].get("pipeline")

    text, pipeline = content()
    assert json.loads(text) == WHOLE
    assert [stage["type"] for stage in pipeline] == ["response_healing"] and pipeline[0]["data"]["choices_mended"] == 1
    for untouched in (
        {"plugins": [{"id": "response-healing", "enabled": False}]},
        {"response_format": {"type": "text"}},
        {"finish": "length"},
    ):
        assert content(**untouched) == (BROKEN, None), untouched
