"""The scripts of the pages that are pure are tested by Node's own runner, beside everything else."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted((ROOT / "tests/js").glob("*.test.js")), ids=lambda path: path.name)
def test_scripts_do_what_their_tests_say(path):
    node = shutil.which("node")
    assert node, "Node is needed to test the scripts"
    ran = subprocess.run([node, "--test", path], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert ran.returncode == 0, ran.stdout
