"""Exports and backups: everything, in formats that other programs read, however slowly they do."""

import csv
import fcntl
import io
import json
import pathlib
import socket
import sqlite3
import subprocess
import time

import pytest
import requests
from support.accounts import Manager, database, management_key
from support.processes import KEY, Router, eventually, run_martlet, standard_config
from support.scripts import script

TEXT = 'a "quoted", größe\nand a line; =1+1'


@pytest.fixture(scope="module")
def filled(simulator, tmp_path_factory):
    """A router with a few generations of every kind, a grant and a refund."""
    with Router(standard_config(simulator), tmp_path_factory.mktemp("export")) as router:
        manager = Manager(router)
        manager.grant(5, reason=TEXT)
        router.identifiers = [
            router.chat(script(), user=TEXT, metadata={"k": TEXT}, trace={"trace_id": "t", "x": [1]}).json()["id"],
            router.chat(script(), session_id="s").json()["id"],
            router.chat(script(any={"status": 500})).headers["x-generation-id"],
        ]
        body = {"generation_id": router.identifiers[0], "reason": "back", "amount": "0.000001"}
        assert manager.post("/credits/adjustments", body).status_code == 201
        router.manager = manager
        yield router


def lines(response: requests.Response) -> list[dict]:
    assert response.status_code == 200, response.text
    assert response.text.endswith("\n")
    return [json.loads(line) for line in response.text.splitlines()]


def rows(response: requests.Response) -> list[dict]:
    assert response.status_code == 200, response.text
    assert response.text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


def test_generations_as_json_lines_are_what_generation_tells(filled):
    response = filled.manager.get("/export/generations")
    assert response.headers["content-type"] == "application/x-ndjson"
    assert "martlet-generations.jsonl" in response.headers["content-disposition"]
    found = lines(response)
    assert [line["id"] for line in found] == sorted(filled.identifiers)
    for line in found:
        assert line == filled.generation(line["id"]).json()["data"]


def test_generations_as_csv(filled):
    response = filled.manager.get("/export/generations", format="csv")
    assert response.headers["content-type"].startswith("text/csv")
    found = {row["id"]: row for row in rows(response)}
    assert set(found) == set(filled.identifiers)
    for identifier, row in found.items():
        record = filled.generation(identifier).json()["data"]
        assert None not in row and None not in row.values(), "as many fields as columns"
        for name in ("model", "provider_name", "status", "api_key_hash", "created_at", "endpoint_id"):
            assert row[name] == record[name]
        assert float(row["total_cost"]) == record["total_cost"] and "e" not in row["total_cost"]
        assert int(row["tokens_prompt"]) == record["tokens_prompt"]
        assert row["streamed"] == str(record["streamed"]).lower()
        assert row["external_user"] == (record["external_user"] or "")
        assert (json.loads(row["metadata"]) if row["metadata"] else None) == record["metadata"]
        assert int(row["attempts"]) == len(record["provider_responses"])
    assert found[filled.identifiers[0]]["external_user"] == TEXT


FORMULAS = ["=1+1", "+1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x","y")', "=1,2"]


def test_no_cell_is_a_formula(own_router):
    """What a caller chose must not run in the spreadsheet of whoever reads the export."""
    router = own_router()
    manager = Manager(router)
    for text in FORMULAS:
        assert router.chat(script(), user=text, session_id=text, headers={"X-Title": text, "User-Agent": text}).ok
    manager.post("/credits/adjustments", {"amount": "-2.5", "reason": FORMULAS[0]})
    found = rows(manager.get("/export/generations", format="csv"))
    for row, text in zip(found, FORMULAS, strict=True):
        for name in ("external_user", "session_id", "app_title", "user_agent"):
            assert row[name] == "'" + text
        assert all(value[:1] not in ("=", "+", "@", "-") for value in row.values())
    for line, text in zip(lines(manager.get("/export/generations")), FORMULAS, strict=True):
        assert line["external_user"] == line["session_id"] == line["app_title"] == text, "JSON needs no such thing"
    (row,) = [row for row in rows(manager.get("/export/ledger", format="csv")) if row["kind"] == "adjustment"]
    assert row["amount"] == "-2.5" and row["reason"] == "'" + FORMULAS[0], "a number stays a number"


def test_the_ledger_is_what_the_listing_tells(filled):
    listed = filled.manager.data("/credits/ledger")
    found = lines(filled.manager.get("/export/ledger", format="jsonl"))
    assert found == listed[::-1] and [line["id"] for line in found] == [1, 2, 3, 4]
    for row, line in zip(rows(filled.manager.get("/export/ledger", format="csv")), found, strict=True):
        assert row["kind"] == line["kind"] and row["reason"] == line["reason"]
        assert float(row["amount"]) == line["amount"]
        assert row["generation_id"] == (line["generation_id"] or "")


def test_exports_of_a_time(filled):
    for path in ("/export/generations", "/export/ledger"):
        everything = lines(filled.manager.get(path))
        moments = [line["created_at"] for line in everything]
        assert moments == sorted(moments)
        later = lines(filled.manager.get(path, **{"from": moments[1]}))
        assert later == [line for line in everything if line["created_at"] >= moments[1]]
        earlier = lines(filled.manager.get(path, to=moments[-1], **{"from": "2020-01-01"}))
        assert earlier == [line for line in everything if line["created_at"] < moments[-1]]
        empty = filled.manager.get(path, to="2020-01-01")
        assert empty.status_code == 200 and empty.text == ""
        assert len(rows(filled.manager.get(path, format="csv", to="2020-01-01"))) == 0


@pytest.mark.parametrize("name, value", [("format", "xml"), ("from", "then"), ("to", "2026-02-30")])
def test_wrong_questions_are_refused_by_name(filled, name, value):
    for path in ("/export/generations", "/export/ledger"):
        response = filled.manager.get(path, **{name: value})
        assert response.status_code == 400 and response.json()["error"]["param"] == name


def multiply(connection: sqlite3.Connection, count: int) -> None:
    """Copies the only generation and its charge."""
    columns = [row[1] for row in connection.execute("PRAGMA table_info(generations)")]
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    # Each a second before the one before it: the time is in the id and in the key.
    new_id = "'gen-' || (substr(id, 5, 10) - i) || substr(id, 15)"
    special = {"id": new_id, "order_key": "order_key - (i * 1000 << 19)", "created_ms": "created_ms - i * 1000"}
    values = ", ".join(special.get(name, name) for name in columns)
    connection.execute(f"{numbers} INSERT INTO generations SELECT {values} FROM generations, n")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(ledger)")]
    special = {"seq": "seq + i", "generation": new_id.replace("id,", "generation,")}
    values = ", ".join(special.get(name, name) for name in columns)
    connection.execute(f"{numbers} INSERT INTO ledger SELECT {values} FROM ledger, n")


@pytest.mark.slow
@pytest.mark.parametrize("path, rows", [("/export/generations", 30_000), ("/export/ledger", 100_000)])
def test_a_slow_reader_costs_no_memory_and_disturbs_nobody(own_router, tmp_path, path, rows):
    directory = tmp_path / "large"
    router = own_router(directory=directory)
    key = management_key(router)
    router.chat(script())
    router.stop()
    with database(router) as connection:
        multiply(connection, rows)
    router = own_router(directory=directory)
    before = router.resident_kib()
    reader = socket.create_connection(("127.0.0.1", router.port))
    reader.sendall(f"GET /api/v1{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
    assert reader.recv(1000).startswith(b"HTTP/1.1 200")
    slowest = 0
    for _ in range(20):
        began = time.monotonic()
        assert router.chat(script()).ok
        slowest = max(slowest, time.monotonic() - began)
    assert router.resident_kib() - before < 16 * 1024, "the server reads no faster than its reader"
    assert slowest < 2
    reader.close()
    count, highest = 0, 0
    with requests.get(
        router.base + path, headers={"Authorization": f"Bearer {key}"}, stream=True, timeout=120
    ) as answer:
        for line in answer.iter_lines():
            count += 1
            if count % 10_000 == 0:
                highest = max(highest, router.resident_kib())
            if count in (1, rows):
                assert json.loads(line)
    assert count == rows + 21
    assert highest - before < 32 * 1024


def test_an_export_that_breaks_off_does_not_look_whole(own_router):
    router = own_router()
    manager = Manager(router)
    router.chat(script())
    with database(router) as connection:
        multiply(connection, 1000)
        # A kind of generation that this version does not know.
        connection.execute("UPDATE generations SET details = 'ki=99' WHERE id = (SELECT max(id) FROM generations)")
    answer = requests.get(manager.base + "/export/generations", headers=manager.headers, stream=True, timeout=60)
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        for _ in answer.iter_content(65536):
            pass
    eventually(lambda: any(entry.get("event") == "export_broken" for entry in router.logs()), "the log says so")


def check_copy(path, router) -> None:
    with sqlite3.connect(path) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ids = {row[0] for row in copy.execute("SELECT id FROM generations")}
        assert set(router.identifiers) <= ids
        assert copy.execute("SELECT count(*) FROM ledger").fetchone()[0] >= 4
    assert KEY.encode() not in path.read_bytes()


def test_a_backup_is_a_whole_database(filled, tmp_path, own_router):
    response = filled.manager.post("/backup")
    assert response.status_code == 200 and response.headers["content-type"] == "application/vnd.sqlite3"
    data = tmp_path / "restored" / "data"
    data.mkdir(parents=True)
    (data / "martlet.db").write_bytes(response.content)
    check_copy(data / "martlet.db", filled)
    restored = Manager(own_router(directory=tmp_path / "restored"), filled.manager.key)
    assert restored.get("/credits").text == filled.manager.get("/credits").text
    assert len(lines(restored.get("/export/generations"))) >= 3


def test_backups_under_load_hold_every_answer_that_was_seen(own_router, tmp_path):
    import concurrent.futures

    router = own_router()
    manager = Manager(router)
    with concurrent.futures.ThreadPoolExecutor(9) as pool:
        running = [pool.submit(lambda: [router.chat(script()).json()["id"] for _ in range(20)]) for _ in range(8)]
        seen = [router.chat(script()).json()["id"] for _ in range(10)]
        copies = [manager.post("/backup").content for _ in range(3)]
        for future in running:
            future.result()
    for number, content in enumerate(copies):
        path = tmp_path / f"copy{number}.db"
        path.write_bytes(content)
        with sqlite3.connect(path) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            ids = {row[0] for row in copy.execute("SELECT id FROM generations WHERE status = 0")}
            charged = {row[0] for row in copy.execute("SELECT generation FROM ledger WHERE kind = 0")}
            (recorded,) = copy.execute("SELECT sum(cost_nanos) FROM generations").fetchone()
            (owed,) = copy.execute("SELECT sum(nanos) FROM ledger").fetchone()
        assert set(seen) <= ids and ids == charged and recorded == owed
    data = tmp_path / "restored" / "data"
    data.mkdir(parents=True)
    path.rename(data / "martlet.db")
    restored = Manager(own_router(directory=tmp_path / "restored"), manager.key)
    assert round(restored.data("/credits")["total_usage"] * 1e9) == owed
    keys = restored.data("/keys")
    assert round(sum(key["usage"] for key in keys) * 1e9) == owed


ON_A_SMALL_DISK = """
set -e
mkdir -p "$1"
mount -t tmpfs -o size=32m,mode=755 none "$1"
shift
exec "$@"
"""


@pytest.mark.skipif(
    subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode != 0,
    reason="this user may not mount",
)
def test_a_backup_never_fills_the_disk(simulator, tmp_path):
    """The copy lies beside the database for a while: where there is no room for both, the service comes first."""
    data = tmp_path / "data"
    wrapper = ["unshare", "-m", "sh", "-c", ON_A_SMALL_DISK, "sh", str(data)]
    with Router(standard_config(simulator), tmp_path, wrapper=wrapper) as router:
        manager = Manager(router)
        assert router.chat(script()).ok
        assert manager.post("/backup").status_code == 200
        inside = pathlib.Path(f"/proc/{router.pid}/root{data}")
        (inside / "filler").write_bytes(b"x" * (20 << 20))
        refused = manager.post("/backup")
        assert refused.status_code == 507, refused.text
        assert "are free" in refused.json()["error"]["message"]
        environment = {"MARTLET_BASE_URL": router.base, "MARTLET_MANAGEMENT_KEY": manager.key}
        done = run_martlet("backup", str(tmp_path / "copy.db"), env=environment)
        assert done.returncode == 1 and "are free" in done.stderr
        assert not list(tmp_path.glob("copy.db*")), "nothing is left behind"
        assert router.chat(script()).ok and requests.get(f"{router.url}/ready", timeout=10).status_code == 200
        (inside / "filler").unlink()
        assert manager.post("/backup").status_code == 200
        known = {"martlet.db", "martlet.db-wal", "martlet.db-shm", "lock", "secret.key"}
        assert {path.name for path in inside.iterdir()} <= known


def test_a_download_that_breaks_off_leaves_no_file(own_router, tmp_path):
    router = own_router()
    manager = Manager(router)
    router.chat(script())
    with database(router) as connection:
        multiply(connection, 1000)
        # A kind of generation that this version does not know.
        connection.execute("UPDATE generations SET details = 'ki=99' WHERE id = (SELECT max(id) FROM generations)")
    environment = {"MARTLET_BASE_URL": router.base, "MARTLET_MANAGEMENT_KEY": manager.key}
    kept = tmp_path / "kept.jsonl"
    kept.write_text("what was there")
    done = run_martlet("export", "generations", "-o", str(kept), env=environment)
    assert done.returncode == 1 and done.stderr
    assert kept.read_text() == "what was there" and [path.name for path in tmp_path.glob("kept*")] == ["kept.jsonl"]


def test_a_download_takes_its_file_for_itself(filled, tmp_path):
    """Whatever lies where the file is made: nobody else reads it, and nothing else is written."""
    environment = {"MARTLET_BASE_URL": filled.base, "MARTLET_MANAGEMENT_KEY": filled.manager.key}
    target, part = tmp_path / "copy.db", tmp_path / "copy.db.part"
    part.write_bytes(b"what an interrupted one left" * 10_000)
    part.chmod(0o644)
    assert run_martlet("backup", str(target), env=environment).returncode == 0
    assert target.stat().st_mode & 0o777 == 0o600 and not part.exists()
    check_copy(target, filled)
    target.unlink()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    part.symlink_to(elsewhere)
    assert run_martlet("backup", str(target), env=environment).returncode == 1
    assert elsewhere.read_text() == "mine" and not target.exists()
    part.unlink()
    with part.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        done = run_martlet("backup", str(target), env=environment)
    assert done.returncode == 1 and "another process" in done.stderr


def test_nobody_else_may_read_the_database(own_router, tmp_path):
    directory = tmp_path / "open"
    (directory / "data").mkdir(parents=True, mode=0o755)
    router = own_router(directory=directory)
    assert router.chat(script()).ok
    modes = {path.name: path.stat().st_mode & 0o777 for path in router.data.iterdir()}
    assert "martlet.db" in modes and set(modes.values()) == {0o600}, modes


def test_the_command_line(filled, tmp_path):
    environment = {"MARTLET_BASE_URL": filled.base, "MARTLET_MANAGEMENT_KEY": filled.manager.key}
    done = run_martlet("export", "generations", env=environment)
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 3, done.stderr
    target = tmp_path / "ledger.csv"
    done = run_martlet("export", "ledger", "--format", "csv", "-o", str(target), env=environment)
    assert done.returncode == 0, done.stderr
    with target.open(newline="") as file:
        assert [row["kind"] for row in csv.DictReader(file)] == ["grant", "charge", "charge", "refund"]
    for what in ("ledger", "generations"):
        target.write_text("mine")
        refused = run_martlet("export", what, "-o", str(target), env=environment)
        assert refused.returncode == 1 and "is there already" in refused.stderr and "--force" in refused.stderr
        assert target.read_text() == "mine" and [path.name for path in tmp_path.iterdir()] == [target.name]
        done = run_martlet("export", what, "--force", "-o", str(target), env=environment)
        assert done.returncode == 0 and "mine" not in target.read_text(), done.stderr
    copy = tmp_path / "copy.db"
    done = run_martlet("backup", str(copy), env=environment)
    assert done.returncode == 0, done.stderr
    assert copy.stat().st_mode & 0o777 == 0o600
    check_copy(copy, filled)
    assert run_martlet("backup", str(copy), env=environment).returncode == 1
    assert run_martlet("backup", "--force", str(copy), env=environment).returncode == 0
    refused = run_martlet("export", "ledger", "--from", "then", env=environment)
    assert refused.returncode == 1 and "from" in refused.stderr
