"""`examples/fleet` on worker processes of this machine: `make fleet`.

It needs Dask, DuckDB and pyarrow, and so the suite leaves it out.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from manual import DOCS, Place
from support import ROOT, clean_environment

FLEET = ROOT / "examples/fleet"
TODAY, LATER = "2026-11-26", "2027-01-01"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  containers:\n{containers}"
DOCKERCFG = '{"auths": {"quay.io": {"username": "bob", "password": "hunter2"}}}'
SECRET = (
    "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred}\ntype: kubernetes.io/dockerconfigjson\n"
    f"stringData: {{.dockerconfigjson: '{DOCKERCFG}'}}\n---\n"
)
SLOW_HELM = "#!/bin/sh\nexec /bin/sleep 60\n"


def pod(name: str, *images: str) -> str:
    containers = "".join(f"    - name: c{number}\n      image: {image}\n" for number, image in enumerate(images))
    return POD.format(name=name, containers=containers)


DUMP = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "web", "namespace": "prod"},
            "spec": {"containers": [{"name": "web", "image": "docker.io/library/nginx:1.29"}]},
        }
    ],
}
REPOSITORIES = {
    "shop/CODEOWNERS": "* @acme/shop\n/payments/ @acme/payments @bob\n*.md @acme/writers\n!bad\n",
    "shop/web.yaml": pod("web", "docker.io/library/nginx:1.29", "bitnami/redis:7.2", "quay.io/acme/web:1"),
    "shop/payments/pay.yaml": pod("pay", "docker.pkg.github.com/acme/pay/app:1.4", "docker.io/library/nginx:1.29"),
    "legacy/pilot.yaml": pod("pilot", "gcr.io/istio-release/pilot:1.27.0", "bitnami/redis:7.2"),
    "legacy/.github/CODEOWNERS": "# nobody yet\n",
    "registry/secret.yaml": SECRET
    + pod("a", "https://bob:hunter2@quay.io/acme/a:1", "123.dkr.ecr.eu-west-1.amazonaws.com/a:1"),
    "wrong/.imagelint.yaml": "password: hunter2\n",
    "wrong/a.yaml": pod("a", "nginx:1"),
    "link/a.yaml": pod("a", "bitnami/redis:7.2"),
    "we\x1b[31mird/a.yaml": pod("a", "nginx:1"),
    "slow/chart/Chart.yaml": "apiVersion: v2\nname: slow\nversion: 1.0.0\n",
    "slow/chart/templates/a.yaml": pod("a", "nginx:1"),
    "large/a.yaml": pod("a", "nginx:1") + "x:\n" + "- a\n" * 1_000_000,
    "empty/README.md": "nothing\n",
    "cluster.json": json.dumps(DUMP),
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start the run; its progress is on standard error."""
    return subprocess.Popen(
        [sys.executable, "-W", "error::UserWarning", str(FLEET / "fleet.py"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={**clean_environment(), **environment},
    )


def run(*arguments: str, **environment: str) -> str:
    process = start(*arguments, **environment)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    return output


def ask(results: Path, question: str, *options: str) -> tuple[int, list[list[str]], str]:
    """Exit status, the rows that are printed, by cells, and the standard error."""
    command = [sys.executable, str(FLEET / "ask.py"), str(results), question, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=clean_environment())
    lines = [[cell for cell in line.split("  ") if cell] for line in done.stdout.splitlines()]
    return done.returncode, [[cell.strip() for cell in line] for line in lines], done.stderr


def tables(results: Path) -> dict[str, list[dict[str, Any]]]:
    read: Any = import_module("pyarrow.parquet").read_table
    return {
        kind: [row for path in sorted((results / kind).glob("*.parquet")) for row in read(path).to_pylist()]
        for kind in ("repositories", "images", "findings")
    }


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run over repositories of all kinds."""
    folder = tmp_path_factory.mktemp("fleet")
    write(folder / "repositories", REPOSITORIES)
    outside = folder / "owners"
    outside.write_text("* @root:hunter2\n", encoding="utf-8")
    (folder / "repositories/link/CODEOWNERS").symlink_to(outside)
    (folder / "repositories" / os.fsdecode(b"caf\xe9")).mkdir()
    (folder / "repositories" / os.fsdecode(b"caf\xe9/p\xe9.yaml")).write_text(pod("a", "nginx"), encoding="utf-8")
    (folder / "bin").mkdir()
    (folder / "bin/helm").write_text(SLOW_HELM, encoding="utf-8")
    (folder / "bin/helm").chmod(0o755)
    path = os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])
    options = ["--workers=2", f"--today={TODAY}", f"--on={LATER}", "--memory=160", "--seconds=15"]
    output = run(str(folder / "repositories"), f"--to={folder / 'results'}", *options, PATH=path)
    assert output.splitlines()[-1] == "11 repositories: 11 linted, 3 of them without results; 0 were done before"
    assert "\x1b" not in output
    return folder


def test_a_repository_that_fails_is_a_row_with_its_reason(fleet: Path) -> None:
    rows = {row["repository"]: (row["status"], row["reason"]) for row in tables(fleet / "results")["repositories"]}
    assert {name for name, (status, _) in rows.items() if status == "done"} == {
        *("shop", "legacy", "registry", "link", "we\x1b[31mird", "caf\\xe9", "empty", "cluster.json")
    }
    assert rows["slow"] == ("timeout", "takes longer than 15 seconds")
    assert rows["large"] == ("memory", "takes more than 160 MiB of memory")
    assert rows["wrong"][0] == "failed"
    assert rows["wrong"][1].startswith(".imagelint.yaml:1:1: ")
    status, printed, _ = ask(fleet / "results", "repositories_without_results")
    assert (status, [row[0] for row in printed[1:]]) == (0, ["large", "slow", "wrong"])


def test_dead_images_are_counted_for_their_owners(fleet: Path) -> None:
    assert ask(fleet / "results", "dead_images_by_team")[:2] == (
        0,
        [
            ["team", "images", "repositories", "which"],
            ["(nobody)", "1", "2", "bitnami/redis:7.2"],
            ["@acme/payments", "1", "1", "docker.pkg.github.com/acme/pay/app:1.4"],
            ["@acme/shop", "1", "1", "bitnami/redis:7.2"],
            ["@bob", "1", "1", "docker.pkg.github.com/acme/pay/app:1.4"],
        ],
    )
    teams = fleet / "teams.csv"
    teams.write_text("repository,team\nlegacy,platform\nshop,nobody else\n", encoding="utf-8")
    _, rows, _ = ask(fleet / "results", "dead_images_by_team", f"--teams={teams}")
    assert {row[0]: row[2] for row in rows[1:]} == {
        "(nobody)": "1",
        "@acme/payments": "1",
        "@acme/shop": "1",
        "@bob": "1",
        "platform": "1",
    }


def test_registries_without_a_secret(fleet: Path) -> None:
    assert ask(fleet / "results", "registries_without_a_secret")[:2] == (
        0,
        [
            ["registry", "uses", "repositories", "requires_credentials"],
            ["123.dkr.ecr.eu-west-1.amazonaws.com", "1", "1", "1"],
            ["docker.io", "8", "6", "0"],
            ["docker.pkg.github.com", "1", "1", "0"],
            ["gcr.io", "1", "1", "0"],
            ["quay.io", "1", "1", "0"],
        ],
    )


def test_what_breaks_on_a_day(fleet: Path) -> None:
    status, rows, _ = ask(fleet / "results", "breaks_on_a_day", f"--day={LATER}")
    assert (status, [row[:4] for row in rows[1:]]) == (
        0,
        [["legacy", "pilot.yaml", "7", "gcr.io/istio-release/pilot:1.27.0"]],
    )
    assert ask(fleet / "results", "breaks_on_a_day", f"--day={TODAY}")[1][1:] == []
    for options in ([], ["--day=2027-01-02"]):
        status, _, error = ask(fleet / "results", "breaks_on_a_day", *options)
        assert (status, f"has to be one of those that fleet.py judged: {TODAY}, {LATER}" in error) == (2, True)


def test_images_by_repositories(fleet: Path) -> None:
    _, rows, _ = ask(fleet / "results", "images_by_repositories")
    assert rows[1:4] == [
        ["docker.io/bitnami/redis:7.2", "3", "3"],
        ["docker.io/library/nginx:1.29", "2", "3"],
        ["123.dkr.ecr.eu-west-1.amazonaws.com/a:1", "1", "1"],
    ]


def test_questions_of_users(fleet: Path, tmp_path: Path) -> None:
    (tmp_path / "own.sql").write_text("SELECT repository FROM repositories WHERE repository LIKE 'we%'", "utf-8")
    assert ask(fleet / "results", str(tmp_path / "own.sql"))[1] == [["repository"], ["we\\x1b[31mird"]]
    status, _, error = ask(fleet / "results", "absent")
    assert (status, "there is no question `absent`; there are: breaks_on_a_day, " in error) == (2, True)
    (tmp_path / "wrong.sql").write_text("SELECT nothing", encoding="utf-8")
    status, _, error = ask(fleet / "results", str(tmp_path / "wrong.sql"))
    assert (status, "Traceback" in error) == (1, False)


def test_no_password_is_in_the_results(fleet: Path) -> None:
    found = tables(fleet / "results")
    assert "https://•••@quay.io/acme/a:1" in {row["image"] for row in found["images"]}
    assert "hunter2" not in str(found)


def test_a_run_goes_on_where_another_one_was_cut_off(tmp_path: Path) -> None:
    write(tmp_path / "repositories", {f"r{number}/a.yaml": pod("a", "nginx:1") for number in range(24)})
    arguments = [str(tmp_path / "repositories"), f"--to={tmp_path / 'results'}", "--workers=2", f"--today={TODAY}"]
    first = start(*arguments)
    done = wait_for(first, tmp_path / "results", 4)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    before = {path: path.stat().st_mtime_ns for path in done}
    assert 4 <= len(before) < 24
    last = run(*arguments).splitlines()[-1]
    linted = int(last.split(": ")[1].split()[0])
    assert last == f"24 repositories: {linted} linted, 0 of them without results; {24 - linted} were done before"
    assert 0 < linted <= 24 - len(before)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    found = tables(tmp_path / "results")
    for kind in ("repositories", "images"):
        assert Counter(row["repository"] for row in found[kind]) == {f"r{number}": 1 for number in range(24)}
    assert not [*(tmp_path / "results").rglob(".*")]
    assert "24 were done before" in run(*arguments)
    process = start(*arguments[:3], "--today=2026-11-27")
    output, _ = process.communicate(timeout=60)
    assert (process.returncode, "has results of other days or options" in output) == (2, True)


def test_nothing_is_lost_and_nothing_twice_if_a_worker_is_killed(tmp_path: Path) -> None:
    process_of: Any = import_module("psutil").Process
    write(tmp_path / "repositories", {f"r{number}/a.yaml": pod("a", "nginx:1") for number in range(24)})
    arguments = [str(tmp_path / "repositories"), f"--to={tmp_path / 'results'}", "--workers=2", f"--today={TODAY}"]
    running = start(*arguments)
    wait_for(running, tmp_path / "results", 4)
    killed = 0
    while not killed and running.poll() is None:  # a worker with a repository in hand
        for child in process_of(running.pid).children(recursive=True):
            if "-P" in child.cmdline():
                killed = child.ppid()
                os.kill(killed, signal.SIGKILL)
                break
    output, _ = running.communicate(timeout=300)
    assert running.returncode == 0, output
    assert output.splitlines()[-1] == "24 repositories: 24 linted, 0 of them without results; 0 were done before"
    found = tables(tmp_path / "results")
    for kind in ("repositories", "images"):
        assert Counter(row["repository"] for row in found[kind]) == {f"r{number}": 1 for number in range(24)}
    assert {row["status"] for row in found["repositories"]} == {"done"}
    assert not [*(tmp_path / "results").rglob(".*")]


def wait_for(process: subprocess.Popen[str], results: Path, number: int) -> list[Path]:
    """The files of the repositories that are done, once a run has some."""
    while len(done := [*(results / "repositories").glob("*.parquet")]) < number:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return done


def test_any_cluster_of_dask_can_be_used(tmp_path: Path) -> None:
    """Its workers run elsewhere, and have nothing of the example."""
    write(tmp_path / "repositories", {f"r{number}/a.yaml": pod("a", "nginx:1") for number in range(3)})
    (tmp_path / "elsewhere").mkdir()
    file = tmp_path / "scheduler.json"
    dask = str(Path(sys.executable).parent / "dask")
    commands = [
        [dask, "scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard", f"--scheduler-file={file}"],
        [dask, "worker", "--host=127.0.0.1", "--nthreads=1", "--no-dashboard", f"--scheduler-file={file}"],
    ]
    cluster = [
        subprocess.Popen(command, cwd=tmp_path / "elsewhere", stderr=subprocess.DEVNULL, start_new_session=True)
        for command in commands
    ]
    try:
        while not (file.exists() and file.read_text(encoding="utf-8").endswith("}")):
            assert cluster[0].poll() is None
            time.sleep(0.05)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        output = run(str(tmp_path / "repositories"), f"--to={tmp_path / 'results'}", f"--scheduler={address}")
    finally:
        for process in cluster:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert output == "3 repositories: 3 linted, 0 of them without results; 0 were done before\n"
    assert len(tables(tmp_path / "results")["images"]) == 3


def test_wrong_input_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"a/same/x.yaml": "", "b/same/x.yaml": "", "c/README.md": ""})
    for folders, message in (("ab", "two repositories have one name: "), ("c", "no repository in these folders")):
        process = start(*(str(tmp_path / folder) for folder in folders), f"--to={tmp_path / 'results'}")
        output, _ = process.communicate(timeout=60)
        assert (process.returncode, message in output) == (2, True)
    assert not (tmp_path / "results").exists()


def test_the_page_of_the_manual_is_true(tmp_path: Path) -> None:
    page = DOCS / "fleet.md"
    text = page.read_text(encoding="utf-8")
    place = Place(tmp_path, with_a_project=False)
    (place.folder / "examples").symlink_to(ROOT / "examples")
    run_ = place.with_outputs(text)
    if os.environ.get("IMAGELINT_UPDATE_DOCS"):
        page.write_text(run_, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == run_
    assert len([line for line in text.splitlines() if line.startswith("$ python examples/fleet/fleet.py")]) == 1
    programs = "".join(path.read_text(encoding="utf-8") for path in FLEET.glob("*.py"))
    options = set(re.findall(r"(?<![\w|-])--[a-z][a-z-]+", text))
    assert {option for option in options if f'"{option}"' not in programs} == set()
    questions = {path.stem for path in (FLEET / "queries").iterdir()}
    assert all(f"`{question}`" in text for question in questions)
