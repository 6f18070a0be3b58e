"""Google's token endpoint and Vertex AI in one: the statement of every request for a token is checked by the
`cryptography` package, and models answer only those who bring a token that was given out here and still holds.

Its argument is a JSON object: `public_key` (PEM), `expires_in` (seconds) and `delay` (seconds that a token takes).
`GET /seen` lists what was asked, `GET /waiting` how many wait for a token, `POST /revoke` makes every token worthless,
`POST /settings` changes the settings.
"""

import base64
import http.server
import json
import sys
import threading
import time
import urllib.parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

settings = json.loads(sys.argv[1])
public_key = serialization.load_pem_public_key(settings["public_key"].encode())
seen = []
tokens = set()
waiting = set()
lock = threading.Lock()
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
USAGE = {"promptTokenCount": 11, "candidatesTokenCount": 4, "totalTokenCount": 15}


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def refusal(form, address):
    """Why a statement is none, in Google's words; None for one that is good."""
    if form.get("grant_type") != [GRANT]:
        return "unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}"
    header, claims, signature = form["assertion"][0].split(".")
    if json.loads(decoded(header)) != {"alg": "RS256", "typ": "JWT", "kid": "key-1"}:
        return "invalid_grant", "Invalid JWT header."
    try:
        public_key.verify(decoded(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return "invalid_grant", "Invalid JWT Signature."
    said = json.loads(decoded(claims))
    if said.get("iss") != "martlet@project-1.iam.gserviceaccount.com":
        return "invalid_grant", "Invalid grant: account not found"
    now = time.time()
    if abs(said["iat"] - now) > 60 or said["exp"] - said["iat"] != 3600 or said["aud"] != f"{address}/token":
        return "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes)"
    if said["scope"] != "https://www.googleapis.com/auth/cloud-platform":
        return "invalid_scope", "Invalid OAuth scope or ID token audience provided."
    return None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value, kind="application/json"):
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def note(self, **entry):
        with lock:
            seen.append({"path": self.path, **entry})

    def do_GET(self):
        self.answer(200, len(waiting) if self.path == "/waiting" else seen)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/revoke":
            tokens.clear()
            return self.answer(200, {})
        if self.path == "/settings":
            settings.update(json.loads(body))
            return self.answer(200, {})
        if self.path == "/token":
            return self.give_token(urllib.parse.parse_qs(body.decode()))
        return self.answer_model(body)

    def give_token(self, form):
        waiting.add(self)
        time.sleep(settings["delay"])
        waiting.discard(self)
        if settings.get("token_status"):
            self.note(refused=settings["token_status"])
            return self.answer(settings["token_status"], b"<html>", "text/html")
        refused = refusal(form, f"http://{self.headers['Host']}")
        self.note(refused=refused and refused[1])
        if refused:
            return self.answer(400, {"error": refused[0], "error_description": refused[1]})
        token = f"ya29.{len(seen)}-{time.time_ns()}"
        tokens.add(token)
        return self.answer(200, {"access_token": token, "expires_in": settings["expires_in"], "token_type": "Bearer"})

    def answer_model(self, body):
        is_known = self.headers.get("Authorization", "").removeprefix("Bearer ") in tokens
        self.note(known=is_known)
        if not is_known:
            error = {
                "code": 401,
                "message": "Request had invalid authentication credentials.",
                "status": "UNAUTHENTICATED",
            }
            return self.answer(401, {"error": error})
        asked = json.loads(body)
        if "anthropic" in self.path:
            if not asked.get("messages"):
                return self.answer(
                    400, {"type": "error", "error": {"type": "invalid_request_error", "message": "None."}}
                )
            assert asked["anthropic_version"] and "model" not in asked, asked
            usage = {"input_tokens": 11, "output_tokens": 4}
            content = [{"type": "text", "text": "Claude at Vertex"}]
            whole = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": content}
            return self.answer(200, {**whole, "stop_reason": "end_turn", "stop_sequence": None, "usage": usage})
        if self.path.endswith(":predict"):
            texts = [instance["content"] for instance in asked["instances"]]
            found = [{"values": [len(text), 0.5], "statistics": {"token_count": len(text.split())}} for text in texts]
            return self.answer(200, {"predictions": [{"embeddings": embedding} for embedding in found]})
        if self.path.endswith(":embedContent"):
            (part,) = asked["content"]["parts"]
            usage = {"promptTokenCount": len(part["text"].split())}
            return self.answer(200, {"embedding": {"values": [len(part["text"])]}, "usageMetadata": usage})
        if not asked.get("contents"):
            error = {"code": 400, "message": "Invalid JSON payload received.", "status": "INVALID_ARGUMENT"}
            return self.answer(400, {"error": error})
        if "streamGenerateContent" in self.path:
            pieces = [
                {"candidates": [{"content": {"role": "model", "parts": [{"text": word}]}}]}
                for word in ("Gemini ", "at ")
            ]
            last = {"content": {"role": "model", "parts": [{"text": "Vertex"}]}, "finishReason": "STOP"}
            pieces.append({"candidates": [last], "usageMetadata": USAGE})
            data = "".join(f"data: {json.dumps(piece)}\r\n\r\n" for piece in pieces)
            return self.answer(200, data.encode(), "text/event-stream")
        candidate = {"content": {"role": "model", "parts": [{"text": "Gemini at Vertex"}]}, "finishReason": "STOP"}
        return self.answer(200, {"candidates": [candidate], "usageMetadata": USAGE})


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Handler)
print(f"vertex listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
