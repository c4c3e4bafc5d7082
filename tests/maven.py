"""Java programs of Maven Central, for tests that compare with them: fetched once, found again by their names."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, need

JENA = "5.6.0"
"""The last one that runs with Java 17."""
LOG4J = "2.25.1"
_FOLDER = ROOT / ".pytest_cache" / "maven"
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>tests</groupId><artifactId>tests</artifactId><version>1</version><dependencies>{}</dependencies></project>
"""
_DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"


def classpath(*artifacts: str) -> str:
    """What ``java -cp`` wants for artifacts (``group:name:version``). Skips where there is no Java or no Maven."""
    need(shutil.which("java") and shutil.which("mvn"), "Java with Maven")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    name = "_".join(artifacts).replace(":", "-")
    with (_FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = _FOLDER / f"{name}.txt"
        if not found.is_file() or not all(Path(jar).is_file() for jar in found.read_text().split(":")):
            _resolve(artifacts, _FOLDER / f"{name}.xml", found)
        return found.read_text()


def _resolve(artifacts: tuple[str, ...], pom: Path, found: Path) -> None:
    pom.write_text(_POM.format("".join(_DEPENDENCY.format(*one.split(":")) for one in artifacts)))
    command = ["mvn", "-q", "-B", "-f", str(pom), "dependency:build-classpath", f"-Dmdep.outputFile={found}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.fail(f"Maven did not find {', '.join(artifacts)}: {done.stdout[-500:]}")
