"""instructor against the router: jobs as a JSON list of {caller, case, model, content}; prints what became of each."""

import json
import os
import sys
import typing

import anthropic
import instructor
import openai
import pydantic
from instructor import Mode
from instructor.v2.providers.openrouter.client import from_openrouter

URL = os.environ["MARTLET_URL"]
OPTIONS = {"api_key": os.environ["MARTLET_KEY"], "timeout": 120, "max_retries": 0}


class City(pydantic.BaseModel):
    """A city and whether it is a capital."""

    name: str = pydantic.Field(max_length=12)
    capital: bool


class Weather(pydantic.BaseModel):
    """The weather that was asked for."""

    city: str


# The SDKs of OpenAI share a client, that of Anthropic adds /v1/messages itself.
OPENAI = openai.OpenAI(base_url=URL, **OPTIONS)
ANTHROPIC = anthropic.Anthropic(base_url=URL.removesuffix("/v1"), **OPTIONS)
CLIENTS = {
    "chat": lambda mode: instructor.from_openai(OPENAI, mode=mode),
    "openrouter": lambda mode: from_openrouter(OPENAI, mode=mode),
    "messages": lambda mode: instructor.from_anthropic(ANTHROPIC, mode=mode),
    "responses": lambda mode: instructor.from_openai(OPENAI, mode=Mode.RESPONSES_TOOLS),
}


def run(caller: str, case: str, model: str, content: str):
    mode = {"schema": Mode.JSON_SCHEMA, "json": Mode.JSON, "parallel": Mode.PARALLEL_TOOLS}.get(case, Mode.TOOLS)
    client = CLIENTS[caller](mode)
    # Small models ramble: an answer without a limit may take minutes.
    limits = {"max_tokens": 80, "temperature": 0}
    request = {"model": model, "messages": [{"role": "user", "content": content}], **limits}
    if case in ("object", "schema", "json"):
        return client.create(response_model=City, max_retries=0, **request).model_dump()
    if case == "again":
        # What did not fit goes back with the errors, and the model answers anew.
        return client.create(response_model=City, max_retries=1, **request).model_dump()
    if case == "partial":
        return [city.model_dump() for city in client.create_partial(response_model=City, **request)][-1]
    if case == "iterable":
        return [city.model_dump() for city in client.create_iterable(response_model=City, **request)]
    if case == "parallel":
        wanted = typing.Iterable[City | Weather]
        found = client.create(response_model=wanted, max_retries=0, **request)
        return [[type(item).__name__, item.model_dump()] for item in found]
    raise SystemExit(f"no case {case}")


def answer(job: dict):
    try:
        return run(**job)
    except Exception as error:  # noqa: BLE001 (the test shows it)
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    print(json.dumps([answer(job) for job in json.loads(sys.argv[1])]))
