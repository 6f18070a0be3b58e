"""The package installs on a Debian without Swift and serves a request there."""

import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator

import pytest
import requests
import yaml
from support.processes import KEY, ROOT, Process, Simulator, standard_config
from support.scripts import script

PACKAGES = ROOT / ".build/package"


def run(*command: str, **more) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, **more)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def package() -> pathlib.Path:
    (path,) = PACKAGES.glob("*.deb")
    return path


def field(package: pathlib.Path, name: str) -> str:
    return run("dpkg-deb", "--field", str(package), name).strip()


def test_it_declares_its_libraries(package):
    depends = field(package, "Depends")
    for library in ("libuv1", "libc-ares2", "libssl3", "libsqlite3-0", "libsodium23", "libyaml-0-2", "zlib1g"):
        assert re.search(rf"(^|, ){library}( |,|$)", depends), depends
    assert "libsimdjson" in depends


def test_it_holds_what_it_should(package):
    listing = run("dpkg-deb", "--contents", str(package))
    for path in ("./usr/bin/martlet", "./lib/systemd/system/martlet.service", "./etc/martlet/martlet.yaml"):
        assert path in listing
    assert re.search(r"^-rw-r----- root/root .* \./etc/martlet/martlet\.yaml$", listing, re.M)
    assert run("dpkg-deb", "--info", str(package), "conffiles").split() == ["/etc/martlet/martlet.yaml"]


def test_links_between_its_documents_lead_somewhere(package, tmp_path):
    run("dpkg-deb", "--extract", str(package), str(tmp_path))
    (tarball,) = PACKAGES.glob("*.tar.gz")
    with tarfile.open(tarball) as archive:
        archive.extractall(tmp_path / "tarball")
    (unpacked,) = (tmp_path / "tarball").iterdir()
    for root in (tmp_path / "usr/share/doc/martlet", unpacked):
        pages = list(root.rglob("*.md"))
        assert root / "docs/configuration.md" in pages and list((root / "scenarios").glob("*.yaml"))
        for page in pages:
            assert page.stat().st_mode & 0o777 == 0o644, page
            for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
                assert "://" in target or target.startswith("mailto:") or (page.parent / target).exists(), (
                    page,
                    target,
                )


def test_the_program_is_small_and_has_the_swift_runtime_inside(package, tmp_path):
    run("dpkg-deb", "--extract", str(package), str(tmp_path))
    program = tmp_path / "usr/bin/martlet"
    # It is 17 MB. Foundation, which nothing may link, would make it 72.
    assert program.stat().st_size < 24 << 20, "something large was linked in"
    needed = run("readelf", "--dynamic", str(program))
    assert "libswift" not in needed and "libFoundation" not in needed and "libdispatch" not in needed


def test_the_unit_is_well_formed():
    text = (ROOT / "packaging/martlet.service").read_text()
    assert "Type=notify" in text and "User=martlet" in text and "ExecReload=/bin/kill -HUP $MAINPID" in text
    if shutil.which("systemd-analyze"):
        checked = subprocess.run(
            ["systemd-analyze", "verify", str(ROOT / "packaging/martlet.service")], capture_output=True, text=True
        )
        complaints = [line for line in checked.stderr.splitlines() if "martlet.service" in line]
        assert all("not executable" in line or "No such file" in line for line in complaints), complaints


def test_the_shipped_configuration_is_valid(tmp_path):
    assert yaml.safe_load((ROOT / "packaging/martlet.yaml").read_text())["data"] == "/var/lib/martlet"


@pytest.fixture(scope="session")
def debian_root(package, tmp_path_factory) -> Iterator[pathlib.Path]:
    """A minimal Debian with the libraries that the package asks for, and nothing else. Made once, then copied."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a Debian root and enter it")
    libraries = sorted({part.split("|")[0].split()[0] for part in field(package, "Depends").split(",")})
    name = hashlib.sha256(" ".join(libraries).encode()).hexdigest()[:16]
    cached = ROOT / ".martlet/debian" / name
    if not (cached / "complete").exists():
        shutil.rmtree(cached.parent, ignore_errors=True)
        cached.mkdir(parents=True)
        os.chmod(cached, 0o755)
        run("debootstrap", "--variant=minbase", f"--include={','.join(libraries)}", "bookworm", str(cached))
        (cached / "complete").touch()
    copy = tmp_path_factory.mktemp("debian") / "root"
    run("cp", "--archive", "--reflink=auto", str(cached), str(copy))
    # Paths that lead here have to be open to the service's user inside.
    os.chmod(copy, 0o755)
    # Programs find their arguments and their limits there; no Debian runs without it.
    run("mount", "--types", "proc", "proc", str(copy / "proc"))
    yield copy
    run("umount", str(copy / "proc"))


@pytest.mark.timeout(1200)
def test_it_installs_without_swift_and_serves(package, debian_root):
    shutil.copy(package, debian_root / "martlet.deb")
    run("chroot", str(debian_root), "dpkg", "--install", "/martlet.deb")
    assert not list((debian_root / "usr").rglob("libswift*"))
    assert run("chroot", str(debian_root), "martlet", "--version").strip()
    state = debian_root / "var/lib/martlet"
    assert state.stat().st_mode & 0o777 == 0o700 and state.stat().st_uid != 0

    with Simulator() as simulator:
        config = standard_config(simulator)
        config.update(listen="127.0.0.1:0", data="/var/lib/martlet")
        path = debian_root / "etc/martlet/martlet.yaml"
        path.write_text(yaml.safe_dump(config))
        user = run("chroot", str(debian_root), "id", "-u", "martlet").strip()
        group = run("chroot", str(debian_root), "id", "-g", "martlet").strip()
        command = [
            "chroot",
            f"--userspec={user}:{group}",
            str(debian_root),
            "/usr/bin/martlet",
            "serve",
            "--config",
            "/etc/martlet/martlet.yaml",
        ]
        with Process(command, r"martlet listening on (http://\S+)", cwd="/") as server:
            body = {"model": "test/one", "messages": [{"role": "user", "content": script(alpha={"text": "Packed."})}]}
            headers = {"Authorization": f"Bearer {KEY}"}
            url = f"{server.url}/api/v1"
            answer = requests.post(f"{url}/chat/completions", json=body, headers=headers, timeout=30).json()
            assert answer["choices"][0]["message"]["content"] == "Packed."
            record = requests.get(f"{url}/generation", params={"id": answer["id"]}, headers=headers, timeout=30)
            assert record.status_code == 200
    assert any(state.iterdir())
    run("chroot", str(debian_root), "dpkg", "--purge", "martlet")
    assert not state.exists() and not (debian_root / "etc/martlet").exists()


def test_the_tarball_holds_the_same_program(package):
    (path,) = PACKAGES.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = archive.getnames()
        (program,) = [member for member in archive.getmembers() if member.name.endswith("/martlet")]
        assert program.mode & 0o111
    root = names[0].split("/")[0]
    assert {f"{root}/README.md", f"{root}/martlet.yaml", f"{root}/martlet.service"} <= set(names)
