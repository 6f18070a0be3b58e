"""Asks Converse or ConverseStream by the SDK of AWS and prints what it made of the answer, as one JSON object."""

import json
import sys

import boto3
from botocore.exceptions import ClientError, EventStreamError

url, content, is_stream = sys.argv[1], sys.argv[2], sys.argv[3] == "stream"
client = boto3.client(
    "bedrock-runtime", region_name="us-east-1", endpoint_url=url, aws_access_key_id="any", aws_secret_access_key="any"
)
request = {"modelId": "m", "messages": [{"role": "user", "content": [{"text": content}]}]}
found = {"text": "", "reasoning": "", "signature": "", "calls": [], "stop": None, "usage": None, "error": None}


def whole(answer):
    for block in answer["output"]["message"]["content"]:
        if "text" in block:
            found["text"] += block["text"]
        elif "reasoningContent" in block:
            found["reasoning"] = block["reasoningContent"]["reasoningText"]["text"]
            found["signature"] = block["reasoningContent"]["reasoningText"]["signature"]
        else:
            found["calls"].append({"name": block["toolUse"]["name"], "input": block["toolUse"]["input"]})
    found["stop"], found["usage"] = answer["stopReason"], answer["usage"]


def streamed(events):
    for event in events:
        if "contentBlockStart" in event:
            found["calls"].append({"name": event["contentBlockStart"]["start"]["toolUse"]["name"], "input": ""})
        elif "contentBlockDelta" in event:
            delta = event["contentBlockDelta"]["delta"]
            found["text"] += delta.get("text", "")
            found["reasoning"] += delta.get("reasoningContent", {}).get("text", "")
            found["signature"] += delta.get("reasoningContent", {}).get("signature", "")
            if "toolUse" in delta:
                found["calls"][-1]["input"] += delta["toolUse"]["input"]
        elif "messageStop" in event:
            found["stop"] = event["messageStop"]["stopReason"]
        elif "metadata" in event:
            found["usage"] = event["metadata"]["usage"]
    for call in found["calls"]:
        call["input"] = json.loads(call["input"] or "{}")


try:
    if is_stream:
        streamed(client.converse_stream(**request)["stream"])
    else:
        whole(client.converse(**request))
except (ClientError, EventStreamError) as error:
    found["error"] = str(error)
print(json.dumps(found))
