"""A host of Bedrock's runtime that lets nobody in whose signature botocore would not have made.

Its argument is a JSON object: the region, and the credentials `{ID: [SECRET, TOKEN or null]}`. `GET /seen` lists what
was asked, and why it was refused.
"""

import datetime
import http.server
import json
import re
import struct
import sys
import zlib

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

settings = json.loads(sys.argv[1])
seen = []
SKEW = datetime.timedelta(minutes=5)
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/bedrock/aws4_request, SignedHeaders=(\S+), Signature=(\w{64})"
)
USAGE = {"inputTokens": 11, "outputTokens": 4, "totalTokens": 15}


def refusal(handler, body):
    """The name of Amazon's error and its sentence; None for a request that is signed as it should be."""
    match = AUTHORIZATION.fullmatch(handler.headers.get("Authorization", ""))
    if not match:
        return "MissingAuthenticationTokenException", "Missing Authentication Token"
    identifier, day, region, names, signature = match.groups()
    if identifier not in settings["credentials"]:
        return "UnrecognizedClientException", "The security token included in the request is invalid."
    secret, token = settings["credentials"][identifier]
    if handler.headers.get("X-Amz-Security-Token") != token:
        return "ExpiredTokenException", "The security token included in the request is expired"
    date = handler.headers.get("X-Amz-Date", "")
    when = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
    if abs(datetime.datetime.now(datetime.UTC) - when) > SKEW or not date.startswith(day):
        return "InvalidSignatureException", f"Signature expired: {date} is now earlier than the time allowed"
    required = {"host", "x-amz-date", "content-type"} | ({"x-amz-security-token"} if token else set())
    if not required <= set(names.split(";")) or region != settings["region"]:
        return "InvalidSignatureException", "Credential should be scoped to a valid region."
    headers = {name: handler.headers[name] for name in names.split(";")}
    url = f"http://{handler.headers['Host']}{handler.path}"
    request = AWSRequest(method=handler.command, url=url, data=body, headers=headers)
    request.context["timestamp"] = date
    signer = SigV4Auth(Credentials(identifier, secret, token), "bedrock", region)
    canonical = signer.canonical_request(request)
    if signer.signature(signer.string_to_sign(request, canonical), request) != signature:
        sentence = "The request signature we calculated does not match the signature you provided."
        return "InvalidSignatureException", f"{sentence}\n\nThe Canonical String should have been\n{canonical}"
    return None


def frame(kind, payload):
    """One message of the binary event stream."""
    named = {":message-type": "event", ":event-type": kind, ":content-type": "application/json"}
    headers = b"".join(
        struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", 7, len(value)) + value.encode()
        for name, value in named.items()
    )
    data = json.dumps(payload).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(data), len(headers))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + data
    return message + struct.pack("!I", zlib.crc32(message))


def stream(text):
    yield frame("messageStart", {"role": "assistant"})
    for word in text.split():
        yield frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": word + " "}})
    yield frame("contentBlockStop", {"contentBlockIndex": 0})
    yield frame("messageStop", {"stopReason": "end_turn"})
    yield frame("metadata", {"usage": USAGE, "metrics": {"latencyMs": 1}})


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, data, kind="application/json", error=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if error:
            self.send_header("x-amzn-ErrorType", f"{error}:http://internal.amazon.com/coral/")
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.answer(200, json.dumps(seen).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        refused = refusal(self, body)
        identifier = self.headers.get("Authorization", "").partition("Credential=")[2].partition("/")[0]
        seen.append({"path": self.path, "id": identifier, "error": refused and refused[0]})
        if refused:
            return self.answer(403, json.dumps({"message": refused[1]}).encode(), error=refused[0])
        if self.path.endswith("/invoke"):
            whole = {"embedding": [0.5, -0.25], "inputTextTokenCount": len(json.loads(body)["inputText"].split())}
            return self.answer(200, json.dumps(whole).encode())
        if not json.loads(body)["messages"]:
            sentence = json.dumps({"message": "A conversation must start with a user message."}).encode()
            return self.answer(400, sentence, error="ValidationException")
        text = f"Signed by {identifier}"
        if self.path.endswith("/converse-stream"):
            return self.answer(200, b"".join(stream(text)), "application/vnd.amazon.eventstream")
        message = {"role": "assistant", "content": [{"text": text}]}
        whole = {"output": {"message": message}, "stopReason": "end_turn", "usage": USAGE, "metrics": {"latencyMs": 1}}
        return self.answer(200, json.dumps(whole).encode())


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"bedrock listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
