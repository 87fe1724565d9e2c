"""Measure runs: time, memory and start-up, beside what the same bytes cost otherwise. Prints a table in Markdown.

    python bench/run.py [FOLDER...]

Without a folder trees of 1,000, 10,000 and 100,000 documents and a JSON list of 100 MB are generated. Times are CPU
seconds, the least of several rounds if that is cheap; nothing else should run.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from generate import document, write_list, write_tree
from measure import Cost, interpreter, measured

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIXES = {".yaml", ".yml", ".json"}
COMPOSE = """
import sys
from pathlib import Path
from ruamel.yaml import YAMLError
from ruamel.yaml.cyaml import CBaseLoader
for path in Path(sys.argv[1]).rglob("*"):
    if path.suffix in {".yaml", ".yml", ".json"} and path.is_file():
        try:
            loader = CBaseLoader(path.read_bytes())
            while loader.check_node():
                loader.get_node()
        except (YAMLError, UnicodeError):
            pass  # it counts as far as it went
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: 'a:1'}]\n"
CONFIGURATION = (
    "cluster: {platform: eks}\nregistries: {registry.example.com: {auth: secret}}\nrules: {latest-tag: error}\n"
)


def main() -> None:
    """Measure the folders of the command line, or generated ones."""
    print(f"{interpreter()}, {os.cpu_count()} processors\n")
    print("| what | figure |\n| --- | --- |")
    start_up()
    session("3,000 documents", [document(number).encode() for number in range(3_000)])
    if len(sys.argv) > 1:
        for folder in sys.argv[1:]:
            tree(folder, Path(folder))
            session(folder, [path.read_bytes() for path in files_in(Path(folder))[:3_000]])
        return
    for documents in (1_000, 10_000, 100_000):
        with tempfile.TemporaryDirectory() as folder:
            write_tree(Path(folder), documents=documents)
            tree(f"{documents:,} documents", Path(folder), is_whole=documents == 10_000)
    json_list()


def row(what: str, figure: str) -> None:
    """Print one line of the table immediately."""
    print(f"| {what} | {figure} |", flush=True)


def start_up() -> None:
    """What one small file costs, beside Python itself and the libraries that every run needs."""
    bare = best(["-c", "pass"])
    imports = best(["-c", "import click, ruamel.yaml"])
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder) / "one.yaml"
        one.write_text(POD, encoding="utf-8")
        small = best(["-m", "imagelint", str(one)])
        (Path(folder) / ".imagelint.yaml").write_text(CONFIGURATION, encoding="utf-8")
        configured = best(["-m", "imagelint", str(one)])
    row("bare Python", f"{bare * 1000:.0f} ms")
    row("importing click and ruamel.yaml", f"{imports * 1000:.0f} ms")
    row("one small file", f"{small * 1000:.0f} ms: {small / bare:.1f} times bare Python, {small / imports:.2f} imports")
    row("one small file with a configuration", f"{configured * 1000:.0f} ms, {configured / imports:.2f} imports")


def files_in(folder: Path) -> list[Path]:
    """The manifests of a folder."""
    return [path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES and path.is_file()]


def tree(name: str, folder: Path, *, is_whole: bool = True) -> None:
    """What a tree costs in one process and in several; if `is_whole`, beside grep and a plain compose."""
    files = files_in(folder)
    size = sum(path.stat().st_size for path in files) / 1e6
    one = lint(str(folder), "--jobs=1", rounds=3 if is_whole else 1)
    row(name, f"{len(files)} files, {size:.1f} MB")
    row(f"{name}: one process", f"{one.cpu:.2f} s CPU, {size / one.cpu:.1f} MB/s, {one.peak:.0f} MB peak")
    several = lint(str(folder), rounds=3 if is_whole else 1)
    share = several.wall / several.cpu
    row(f"{name}: all processors", f"{several.cpu:.2f} s CPU, {several.wall:.2f} s wall, {share:.2f} of the CPU time")
    if is_whole:
        composing = [sys.executable, "-c", COMPOSE, str(folder)]
        compose = min((measured(composing) for _ in range(3)), key=lambda cost: cost.cpu)
        grep = measured(["grep", "-r", "image:", str(folder)])
        row(f"{name}: plain C compose", f"{compose.cpu:.2f} s CPU; imagelint {one.cpu / compose.cpu:.2f} times")
        row(f"{name}: grep -r image:", f"{grep.cpu:.2f} s CPU; imagelint {one.cpu / grep.cpu:.0f} times")


def json_list() -> None:
    """What a list of 100 MB costs, as `kubectl get pods,secrets,serviceaccounts -A -o json` prints it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.json"
        write_list(path, megabytes=100)
        size = path.stat().st_size / 1e6
        cost = lint(str(path))
        peak = f"{cost.peak:.0f} MB peak, {cost.peak / size:.1f} times its size"
        row(f"a JSON list of {size:.0f} MB", f"{cost.cpu:.1f} s CPU, {size / cost.cpu:.1f} MB/s, {peak}")


def session(name: str, texts: Sequence[bytes]) -> None:
    """What an editor waits for: one buffer beside many files changes, and is judged again with all of them in view."""
    from imagelint.config.configuration import Configuration
    from imagelint.runs import Run
    from imagelint.session import Session
    from imagelint.text.places import SourceId
    from imagelint.text.source import Source
    from imagelint_rules import RULES

    held, run, buffer = Session(), Run(Configuration(), (".",), RULES), SourceId("buffer.yaml")
    for number, text in enumerate(texts):
        held.update(Source(SourceId(f"{number}.yaml"), text))
    spent: list[float] = []
    for number in range(10):
        started = time.process_time()
        # Of a registry that needs credentials, but without any: what the other files say of it counts.
        held.update(Source(buffer, POD.replace("a:1", f"ghcr.io/acme/a:{number}").encode()))
        held.lint([run], scope=[buffer])
        spent.append(time.process_time() - started)
    row(f"{name}, held: one buffer linted again", f"{median(spent) * 1000:.0f} ms CPU beside {len(texts):,} files")


def lint(*arguments: str, rounds: int = 1) -> Cost:
    """The cheapest of some runs."""
    command = [sys.executable, "-m", "imagelint", "--format=concise", *arguments]
    return min((measured(command) for _ in range(rounds)), key=lambda cost: cost.cpu)


def best(arguments: list[str], rounds: int = 20) -> float:
    """The least CPU seconds of several rounds of Python."""
    return min(measured([sys.executable, *arguments]).cpu for _ in range(rounds))


if __name__ == "__main__":
    main()
