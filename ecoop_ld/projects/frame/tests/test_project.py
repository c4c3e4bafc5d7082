"""What has to hold before anything is published: ``python -m unittest discover tests``."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).parent.parent


def ecoop_ld(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ecoop_ld", *arguments, "--project", str(ROOT)]
    return subprocess.run(command, capture_output=True, text=True)


class WholeProject(unittest.TestCase):
    def test_nothing_is_wrong(self) -> None:
        done = ecoop_ld("check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_it_builds(self) -> None:
        with tempfile.TemporaryDirectory() as out:
            done = ecoop_ld("build", "--out", f"{out}/public")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertTrue((Path(out) / "public/index.html").is_file())
