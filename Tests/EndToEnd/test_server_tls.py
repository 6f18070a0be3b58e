"""The server's own TLS: certificate and key files, read again on reload."""

from __future__ import annotations

import signal
import ssl
import subprocess

import requests
from support.processes import KEY, eventually
from support.scripts import script


def make_certificate(directory, name: str):
    """A self-signed certificate for 127.0.0.1, written to the files that a configuration names."""
    certificate, key = directory / "server.pem", directory / "server.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", f"/CN={name}"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


def test_https_with_certificate_files_and_a_reload(own_router, tmp_path):
    certificate, key = make_certificate(tmp_path, "first")
    router = own_router(tls={"certificate": str(certificate), "key": str(key)})
    assert router.base.startswith("https://")
    first = ssl.get_server_certificate(("127.0.0.1", router.port))
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(certificate)
        session.headers["Authorization"] = f"Bearer {KEY}"
        for stream in (False, True):
            body = {
                "model": "test/one",
                "stream": stream,
                "messages": [{"role": "user", "content": script(chunks=["Hello", " there"])}],
            }
            answer = session.post(f"{router.base}/chat/completions", json=body, timeout=10)
            assert answer.status_code == 200, answer.text
            assert "Hello" in answer.text
    make_certificate(tmp_path, "second")
    router.process.send_signal(signal.SIGHUP)
    eventually(
        lambda: ssl.get_server_certificate(("127.0.0.1", router.port)) != first,
        "new connections get the new certificate",
    )


def test_a_reload_takes_other_files_and_refuses_wrong_ones(own_router, tmp_path):
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    certificate, key = make_certificate(tmp_path / "old", "old")
    router = own_router(tls={"certificate": str(certificate), "key": str(key)})

    def presented() -> str:
        return ssl.get_server_certificate(("127.0.0.1", router.port))

    first = presented()
    assert first == certificate.read_text()
    fresh, fresh_key = make_certificate(tmp_path / "new", "new")
    router.write_config({**router.config, "tls": {"certificate": str(fresh), "key": str(key)}})
    router.signal(signal.SIGHUP)
    eventually(lambda: "reload_failed" in router.errors, "the log says what is wrong")
    assert str(key) in router.errors and "mismatch" in router.errors
    assert presented() == first
    router.write_config({**router.config, "tls": {"certificate": str(fresh), "key": str(fresh_key)}})
    router.signal(signal.SIGHUP)
    eventually(lambda: presented() == fresh.read_text(), "new connections get the new certificate")
    # Without TLS the port would speak another protocol: that waits for a restart.
    router.write_config({name: value for name, value in router.config.items() if name != "tls"})
    router.signal(signal.SIGHUP)
    line = eventually(
        lambda: [entry for entry in router.logs() if entry["event"] == "restart_needed"], "the log says so"
    )
    assert line[0]["keys"] == "tls"
    assert presented() == fresh.read_text()


def test_plain_http_on_a_tls_port_is_cut_off(own_router, tmp_path):
    certificate, key = make_certificate(tmp_path, "only")
    router = own_router(tls={"certificate": str(certificate), "key": str(key)})
    with router.connect() as sock:
        sock.settimeout(5)
        sock.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert not sock.recv(1000).startswith(b"HTTP/1.1 200")
