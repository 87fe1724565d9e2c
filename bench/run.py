"""Measure a run over a tree: time, peak memory, and the ratio to one plain C compose of the same bytes.

    python bench/run.py [FOLDER]

Without a folder a tree is generated, with the mix of documents of real repositories.
"""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generate import write_tree


def main() -> None:
    """Measure the folder of the command line, or a generated one."""
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        write_tree(Path(folder), documents=10_000)
        measure(Path(folder))


def measure(folder: Path) -> None:
    """Print the figures of one folder."""
    files = [path for path in folder.rglob("*") if path.suffix in {".yaml", ".yml", ".json"} and path.is_file()]
    size = sum(path.stat().st_size for path in files)
    print(f"{len(files)} files, {size / 1e6:.1f} MB")
    compose = child(["-c", COMPOSE, str(folder)])
    print(f"plain C compose of every document: {compose[0]:.2f} s CPU")
    own = child(["-m", "imagelint", "--format=concise", str(folder)])
    print(f"imagelint: {own[0]:.2f} s CPU, {own[1]:.2f} s wall, {own[2]:.0f} MB peak, {size / 1e6 / own[0]:.1f} MB/s")
    print(f"ratio to the plain compose: {own[0] / compose[0]:.2f}")
    base = best(["-c", "pass"])
    imports = best(["-c", "import click, ruamel.yaml"])
    with tempfile.TemporaryDirectory() as small:
        one = Path(small) / "one.yaml"
        one.write_text(
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: 'a:1'}]\n"
        )
        start = best(["-m", "imagelint", str(one)])
        (Path(small) / ".imagelint.yaml").write_text(
            "cluster: {platform: eks}\nregistries: {registry.example.com: {auth: secret}}\nrules: {latest-tag: error}\n"
        )
        configured = best(["-m", "imagelint", str(one)])
    print(f"one small file: {start * 1000:.0f} ms, bare Python {base * 1000:.0f} ms, imports {imports * 1000:.0f} ms")
    print(f"ratio to importing click and ruamel.yaml: {start / imports:.2f}")
    print(f"one small file with a configuration: {configured * 1000:.0f} ms, ratio {configured / imports:.2f}")


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


def child(arguments: list[str]) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak megabytes of a Python process."""
    started = time.perf_counter()
    # With bytecode on disk, as every run of an installed program but the first has it.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss / 1024


def best(arguments: list[str], rounds: int = 15) -> float:
    """The least CPU seconds of several rounds."""
    return min(child(arguments)[0] for _ in range(rounds))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        main()
