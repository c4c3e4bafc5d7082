"""What other repositories and hosts run: hooks, an action, a job, a container. Each command in them is run here."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, run_command, start_server, stop_server
from endpoints import fetch
from projects import make_project
from proxies import nginx

import ecoop_ld

DEPLOY = ROOT / "deploy"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


def run(command: str, project: Path, **values: str) -> int:
    """The exit code of a command line of ``ecoop-ld``, with values for its variables."""
    for name, value in values.items():
        command = re.sub(rf"\$\{{?{name}\}}?", value, command)
    assert "$" not in command
    program, *arguments = shlex.split(command.partition(">")[0])
    assert program == "ecoop-ld"
    return run_command(*arguments, cwd=project).returncode


def test_the_hooks_run_and_look_at_the_files_of_a_project(project: Path) -> None:
    hooks = {hook["id"]: hook for hook in read(ROOT / ".pre-commit-hooks.yaml")}
    assert re.search(hooks["ecoop-ld-check"]["files"], "data/a/b.csv")
    assert not re.search(hooks["ecoop-ld-check"]["files"], "public/index.html")
    assert re.search(hooks["ecoop-ld-format"]["files"], "data/a.ttl")
    assert run_command("format", cwd=project).returncode == 0
    for hook in hooks.values():
        assert hook["language"] == "python"
        assert run(hook["entry"], project) == 0
    (project / "data/things.ttl").write_text(
        "<https://example.org/a>   <https://example.org/b> <https://example.org/c> .", encoding="utf-8"
    )
    assert run(hooks["ecoop-ld-format"]["entry"], project) == 1
    (project / "data/things.ttl").write_text("<https://example.org/a> <", encoding="utf-8")
    assert run(hooks["ecoop-ld-check"]["entry"], project) == 1


def test_the_action_checks_builds_and_hands_over_what_it_built(project: Path) -> None:
    action = read(ROOT / "action.yml")
    steps = action["runs"]["steps"]
    own = [step["run"] for step in steps if step.get("run", "").startswith("ecoop-ld ")]
    assert [run(command, project, PROJECT=".", ADDRESS="https://me.test/x/") for command in own] == [0, 0]
    uploaded = next(step["with"]["path"] for step in steps if "upload-pages-artifact" in step.get("uses", ""))
    assert (project / uploaded / "index.html").is_file()
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(steps)))
    assert used == set(action["inputs"])
    assert not [step for step in steps if "${{" in step.get("run", "")], "an input in a script would be run as one"


def test_the_job_of_gitlab_checks_and_builds(project: Path) -> None:
    jobs = read(DEPLOY / "gitlab-ci.yml")
    for name in ("check", "pages"):
        for command in jobs[name]["script"]:
            assert run(command, project, CI_PAGES_URL="https://me.test/x") == 0
    assert jobs["pages"]["artifacts"]["paths"] == ["public"]
    assert (project / "public/index.html").is_file()


def test_the_container_runs_without_root_and_what_it_runs_is_there() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    said = [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines if re.match(r"[A-Z]+ ", line)]
    users = [value for word, value in said if word == "USER"]
    assert users == ["10001"]
    assert said.index(("USER", "10001")) < [word for word, _ in said].index("ENTRYPOINT")
    entry = json.loads(next(value for word, value in said if word == "ENTRYPOINT"))
    told = run_command("serve", "--help").stdout
    assert entry[:2] == ["ecoop-ld", "serve"]
    assert all(option in told for option in entry if option.startswith("--"))
    extras = set(re.findall(r"\[([a-z,]+)\]", " ".join(lines))[0].split(","))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(f"\n{extra} = [" in project for extra in extras)


def test_the_health_check_tells_a_server_that_answers_from_one_that_does_not(project: Path) -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    command = json.loads(re.search(r"^\s+CMD (\[.*\])$", text, re.M)[1])  # type: ignore[index]
    running = start_server(project, project / "public")

    def healthy() -> bool:
        code = command[-1].replace("http://127.0.0.1:8000/", running.url)
        return subprocess.run([shutil.which("python3") or "python3", "-c", code], capture_output=True).returncode == 0

    assert healthy()
    stop_server(running)
    assert not healthy()


@pytest.fixture
def proxied(tmp_path: Path, project: Path) -> Iterator[str]:
    """Address of nginx with the file of the repository, but for its ports and folders."""
    running = start_server(project, project / "public")
    port = re.search(r":(\d+)/", running.url)[1]  # type: ignore[index]
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("site:8000", f"127.0.0.1:{port}")
    with nginx(tmp_path, lambda own: text.replace("listen 8080", f"listen 127.0.0.1:{own}")) as found:
        yield found
    stop_server(running)


def test_nginx_in_front_passes_everything_on(proxied: str) -> None:
    assert fetch(proxied, "").status == 200
    assert fetch(proxied, "doc/thing/one.ttl").status == 200
    assert fetch(proxied, "sparql", "POST", {"Content-Type": "application/sparql-query"}, b"ASK {}").status == 200


def test_the_compose_file_fits_the_image_and_the_proxy() -> None:
    services = read(DEPLOY / "compose.yaml")["services"]
    site, nginx = services["site"], services["nginx"]
    assert (DEPLOY / "compose.yaml").parent.joinpath(site["build"]["context"], site["build"]["dockerfile"]).is_file()
    assert site["read_only"] is True
    assert any(volume.endswith(":/project:ro") for volume in site["volumes"])
    assert all(port.startswith("127.0.0.1:") for port in nginx["ports"]), "loopback, unless somebody says otherwise"
    assert "listen 8080" in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert all(option in run_command("serve", "--help").stdout for option in site["command"] if option.startswith("--"))


def test_the_page_names_the_present_version_and_hooks_that_are_there() -> None:
    page = (ROOT / "docs/automation.md").read_text(encoding="utf-8")
    assert f"rev: v{ecoop_ld.__version__}" in page
    assert set(re.findall(r"- id: (\S+)", page)) == {hook["id"] for hook in read(ROOT / ".pre-commit-hooks.yaml")}
