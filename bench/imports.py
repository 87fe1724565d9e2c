"""What each import of a run of one small file without findings costs: `python bench/imports.py`.

Prints a table in Markdown, the dearest packages and modules first, from `python -X importtime`; the least of several
runs. A module costs what it takes without those that it imports.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from measure import environment, interpreter
from run import POD

ROUNDS = 15
SHOWN = 25
# `-X importtime` does not show what `importlib` imports by name.
_PROGRAM = """
import importlib, sys

def as_a_statement_does(name):
    __import__(name)
    return sys.modules[name]

importlib.import_module = as_a_statement_does
from imagelint.__main__ import main
main()
"""
_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")


def main() -> None:
    """Measure, and print two tables: by package, and by module."""
    least: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "one.yaml").write_text(POD.replace("a:1", "quay.io/acme/a:1"), encoding="utf-8")
        for _ in range(ROUNDS):
            for name, microseconds in _imports(folder).items():
                least[name] = min(microseconds, least.get(name, microseconds))
    packages: dict[str, list[int]] = defaultdict(list)
    for name, microseconds in least.items():
        packages[_package(name)].append(microseconds)
    print(f"{interpreter()}\n\n| package | modules | ms |\n| --- | --- | --- |")
    for name, costs in sorted(packages.items(), key=lambda item: -sum(item[1])):
        print(f"| {name} | {len(costs)} | {sum(costs) / 1000:.1f} |")
    print("\n| module | ms |\n| --- | --- |")
    for name, microseconds in sorted(least.items(), key=lambda item: -item[1])[:SHOWN]:
        print(f"| {name} | {microseconds / 1000:.2f} |")


def _imports(folder: str) -> dict[str, int]:
    """The microseconds of each module that a run of one small file imports."""
    command = [sys.executable, "-X", "importtime", "-c", _PROGRAM, "--isolated", "one.yaml"]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    return {name: int(microseconds) for microseconds, name in _LINE.findall(done.stderr)}


def _package(name: str) -> str:
    first = name.partition(".")[0]
    return first if first in {"imagelint", "imagelint_rules", "click", "ruamel"} else "the standard library"


if __name__ == "__main__":
    main()
