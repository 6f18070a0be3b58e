"""A provider behind TLS with an authority of its own, and a proxy on the way to it. Both on loopback."""

from __future__ import annotations

import contextlib
import http.server
import json
import pathlib
import socket
import socketserver
import ssl
import subprocess
import sys
import threading

ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1700000000,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Sealed."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
#: The same in a stream, which ends with the connection.
EVENTS = "".join(
    f"data: {text}\n\n"
    for text in (
        json.dumps({**ANSWER, "choices": [{"index": 0, "delta": {"content": "Sealed."}, "finish_reason": "stop"}]}),
        "[DONE]",
    )
)


class Authority:
    """A certificate authority in a directory, made by the openssl program."""

    CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")

    def __init__(self, directory: pathlib.Path):
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.file = directory / "authority.pem"
        self._key = directory / "authority.key"
        self._run(
            "req", "-x509", *self.CURVE, "-keyout", self._key, "-out", self.file, "-days", "2", "-subj", "/CN=root"
        )

    def issue(self, name: str, alternatives: str) -> tuple[pathlib.Path, pathlib.Path]:
        """Certificate and key for names such as `DNS:up.test,IP:127.0.0.1`."""
        certificate, key, request = (self.directory / f"{name}.{kind}" for kind in ("pem", "key", "csr"))
        self._run("req", *self.CURVE, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        extensions = self.directory / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternatives}\n")
        files = ("-in", request, "-out", certificate, "-CA", self.file, "-CAkey", self._key, "-extfile", extensions)
        self._run("x509", "-req", *files, "-CAcreateserial", "-days", "2")
        return certificate, key

    @staticmethod
    def _run(*arguments) -> None:
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.requests += 1
        text = EVENTS if body.get("stream") else json.dumps(ANSWER)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if body.get("stream") else "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class TLSUpstream(http.server.ThreadingHTTPServer):
    """Answers every chat request; counts connections that were accepted, and requests."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, certificate: pathlib.Path, key: pathlib.Path):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lock = threading.Lock()
        self.connections = 0
        self.requests = 0
        #: Handshakes that came to nothing, and other ends before their time.
        self.failures: list[str] = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def get_request(self):
        sock, address = super().get_request()
        self.connections += 1
        # The handshake waits for the connection's own thread.
        return self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        with self.lock:
            self.failures.append(repr(sys.exc_info()[1]))

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class _Tunnel(socketserver.StreamRequestHandler):
    def handle(self):
        line = self.rfile.readline().decode()
        fields = {}
        while (field := self.rfile.readline().decode().strip()) != "":
            name, _, value = field.partition(":")
            fields[name.lower()] = value.strip()
        self.server.asked.append((line.strip(), fields))
        method, target, _ = line.split()
        if method != "CONNECT" or target not in self.server.routes:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", self.server.routes[target])) as upstream:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=self._copy, args=(upstream, self.connection), daemon=True)
            back.start()
            self._copy(self.connection, upstream)
            back.join(5)

    @staticmethod
    def _copy(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)


class Proxy(socketserver.ThreadingTCPServer):
    """An HTTP proxy that opens tunnels: `routes` tells to which port of loopback a `host:port` leads."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, routes: dict[str, int]):
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.routes = routes
        self.asked: list[tuple[str, dict[str, str]]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://user:pass@127.0.0.1:{self.server_address[1]}"

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
