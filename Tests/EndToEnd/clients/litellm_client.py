"""LiteLLM against the router: jobs as a JSON list of {route, case, model, content}; prints what became of each."""

import asyncio
import json
import os
import sys

import litellm

litellm.suppress_debug_info = True
URL = os.environ["MARTLET_URL"]
# Small models ramble: an answer without a limit may take minutes.
COMMON = {"api_key": os.environ["MARTLET_KEY"], "num_retries": 0, "timeout": 120}
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FUNCTION = {"name": "f", "description": "Tells.", "parameters": PARAMETERS}
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


def completion(route: str, case: str, model: str, content: str) -> dict:
    """Its own interface, over Chat or, with the prefix anthropic, over Messages."""
    base = URL.removesuffix("/v1") if route == "anthropic" else URL
    request = {"model": f"{route}/{model}", "messages": [{"role": "user", "content": content}], "max_tokens": 80}
    request |= {"api_base": base, **COMMON}
    if "tools" in case:
        request |= {"tools": [{"type": "function", "function": FUNCTION}], "tool_choice": "required"}
    if case == "json_schema":
        request["response_format"] = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
    if case == "cancel":
        for number, _ in enumerate(litellm.completion(stream=True, **request)):
            if number == 5:
                break
        return {"cancelled": True}
    if case.endswith("stream"):
        chunks = list(litellm.completion(stream=True, stream_options={"include_usage": True}, **request))
        answer = litellm.stream_chunk_builder(chunks)
    else:
        answer = litellm.completion(**request)
    message = answer.choices[0].message
    calls = [[call.function.name, json.loads(call.function.arguments)] for call in message.tool_calls or []]
    tokens = [answer.usage.prompt_tokens, answer.usage.completion_tokens]
    return {"text": message.content or "", "calls": calls, "tokens": tokens, "end": answer.choices[0].finish_reason}


async def messages(case: str, model: str, content: str) -> dict:
    """Its interface that is Anthropic's; for streams it wants the packages of its own proxy."""
    request = {"model": f"anthropic/{model}", "messages": [{"role": "user", "content": content}], "max_tokens": 80}
    request |= {"api_base": URL.removesuffix("/v1"), "api_key": COMMON["api_key"]}
    if "tools" in case:
        tool = {"name": "f", "description": "Tells.", "input_schema": PARAMETERS}
        request |= {"tools": [tool], "tool_choice": {"type": "any"}}
    answer = await litellm.anthropic.messages.acreate(**request)
    blocks, usage = answer["content"], answer["usage"]
    return {
        "text": "".join(block["text"] for block in blocks if block["type"] == "text"),
        "calls": [[block["name"], block["input"]] for block in blocks if block["type"] == "tool_use"],
        "tokens": [usage["input_tokens"], usage["output_tokens"]],
        "end": {"end_turn": "stop", "tool_use": "tool_calls", "max_tokens": "length"}[answer["stop_reason"]],
    }


def responses(case: str, model: str, content: str) -> dict:
    """Its interface that is OpenAI's newer one."""
    request = {"model": f"openai/{model}", "input": content, "max_output_tokens": 80, "api_base": URL, **COMMON}
    if "tools" in case:
        request |= {"tools": [{"type": "function", **FUNCTION, "strict": False}], "tool_choice": "required"}
    if case == "json_schema":
        request["text"] = {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA}}
    if case.endswith("stream"):
        answer = list(litellm.responses(stream=True, **request))[-1].response
    else:
        answer = litellm.responses(**request)
    calls = [[item.name, json.loads(item.arguments)] for item in answer.output if item.type == "function_call"]
    return {
        "text": "".join(part.text for item in answer.output if item.type == "message" for part in item.content),
        "calls": calls,
        "tokens": [answer.usage.input_tokens, answer.usage.output_tokens],
        "end": "tool_calls" if calls else {"completed": "stop", "incomplete": "length"}[answer.status],
    }


def run(route: str, **job) -> dict:
    try:
        if route == "messages":
            return asyncio.run(messages(**job))
        return responses(**job) if route == "responses" else completion(route, **job)
    except Exception as error:  # noqa: BLE001 (the class is what is asked about)
        return {"error": type(error).__name__, "message": str(error)}


if __name__ == "__main__":
    print(json.dumps([run(**job) for job in json.loads(sys.argv[1])]))
