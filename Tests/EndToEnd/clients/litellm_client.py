"""LiteLLM against the router: one case by name; prints one JSON object."""

import json
import os
import sys

import litellm

litellm.suppress_debug_info = True
COMMON = {
    "api_base": os.environ["MARTLET_URL"],
    "api_key": os.environ["MARTLET_KEY"],
    "num_retries": 0,
    "timeout": 120,
    # Small models ramble: an answer without a limit may take minutes.
    "max_tokens": 200,
}


def main(case: str, prefix: str, model: str, message: str) -> dict:
    messages = [{"role": "user", "content": message}]
    arguments = {"model": f"{prefix}/{model}", "messages": messages, **COMMON}
    if case == "plain":
        answer = litellm.completion(**arguments)
        return {"text": answer.choices[0].message.content, "tokens": answer.usage.total_tokens}
    if case == "stream":
        text = ""
        finishes = []
        for chunk in litellm.completion(stream=True, **arguments):
            text += chunk.choices[0].delta.content or ""
            finishes.append(chunk.choices[0].finish_reason)
        return {"text": text, "finishes": [reason for reason in finishes if reason]}
    if case == "tools":
        tools = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]
        answer = litellm.completion(tools=tools, tool_choice="required", **arguments)
        return {"calls": [call.function.name for call in answer.choices[0].message.tool_calls]}
    if case == "json_schema":
        schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
        schema_format = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
        return {"text": litellm.completion(response_format=schema_format, **arguments).choices[0].message.content}
    if case == "error":
        try:
            litellm.completion(**arguments)
        except Exception as error:  # noqa: BLE001 (the class is what is asked about)
            return {"error": type(error).__name__, "message": str(error)}
    if case == "cancel":
        stream = litellm.completion(stream=True, **arguments)
        for number, _ in enumerate(stream):
            if number == 5:
                break
        return {"cancelled": True}
    raise SystemExit(f"no case {case}")


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
