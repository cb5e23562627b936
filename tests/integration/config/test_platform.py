"""Promises of the platform that a careless edit would break unseen."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = ("requirements.txt", "requirements-dev.txt", "package-lock.json")


def lines_of(name: str) -> list[str]:
    return (ROOT / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", LOCKS)
def test_lock_file_names_no_registry(name):
    addresses = [line for line in lines_of(name) if "://" in line and '"url":' not in line]
    assert addresses == []
    assert not [line for line in lines_of(name) if '"resolved"' in line or line.startswith(("--", "-i "))]


def test_every_python_package_is_pinned_with_hashes():
    for name in LOCKS[:2]:
        text = (ROOT / name).read_text(encoding="utf-8")
        requirements = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
        assert len(requirements) > 20
        assert [each for each in requirements if "==" not in each or "--hash=sha256:" not in each] == []


def test_what_runs_is_pinned_as_what_is_tested():
    def pins(name: str) -> set[str]:
        return {line.split(" ")[0] for line in lines_of(name) if re.match(r"[a-z0-9]", line)}

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_nothing_secret_is_written_in_the_compose_file():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert not re.search(r"(?i)(password|secret_key|token)\s*[:=]\s*['\"]?[a-z0-9]", text)


def test_compose_and_packages_agree_on_postgresql_and_redis():
    """Containers and the private services are the same major versions as on Debian 12."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert re.search(r"image: postgis/postgis:15-", text)
    assert re.search(r"image: redis:7-", text)


@pytest.mark.parametrize("path", ["/tmp/a b", "/čaj/50%", "/plain_path-1.2~"])  # noqa: S108 - only a text here
def test_percent_encoding_of_a_socket_directory_is_undone_by_the_url_parser(path):
    script = f'. "{ROOT}/scripts/common.sh"; percent_encode "$1"'
    encoded = subprocess.run(  # noqa: S603 - our own script
        ["/bin/bash", "-c", script, "bash", path], capture_output=True, text=True, check=True
    ).stdout
    assert unquote(encoded) == path
    assert "/" not in encoded
    assert " " not in encoded


def test_failure_of_a_script_names_cause_and_remedy():
    script = f'. "{ROOT}/scripts/common.sh"; fail "It is broken." "Mend it."'
    ended = subprocess.run(["/bin/bash", "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "✗ It is broken.\n  → Mend it.\n"


def test_every_setting_from_the_environment_is_in_the_operations_manual():
    settings = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    assert len(names) > 10
    assert {name for name in names if f"`{name}`" not in manual} == set()
