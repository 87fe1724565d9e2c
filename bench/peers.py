"""Compare what a tree costs with other programs, in turns: kubeconform, kube-linter where it is installed, and grep.

    python bench/peers.py VERSION/kubeconform [FOLDER...]

kubeconform runs without schemas: it only parses. Prints the median of the CPU and wall seconds of several rounds, on
all processors, and how many times as much imagelint takes. Nothing else should run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from generate import write_tree
from measure import Cost, interpreter, measured

ROUNDS = 5
IMAGELINT = [sys.executable, "-m", "imagelint", "--isolated", "--no-render", "--format=concise"]
# A schema location without schemas.
KUBECONFORM = ["-schema-location", "/nonexistent/{{.ResourceKind}}", "-ignore-missing-schemas", "-n"]


def main() -> None:
    """Compare on a generated tree and on each folder of the command line."""
    kubeconform, *folders = sys.argv[1:]
    processors = str(os.cpu_count() or 1)
    commands = {
        f"kubeconform {Path(kubeconform).parent.name}": [kubeconform, *KUBECONFORM, processors],
        "grep -r image:": ["grep", "-r", "image:"],
    }
    if kube_linter := shutil.which("kube-linter"):
        version = subprocess.run([kube_linter, "version"], capture_output=True, text=True, check=True)
        commands[f"kube-linter {version.stdout.strip()}"] = [kube_linter, "lint"]
    print(f"{interpreter()}, {processors} processors\n\n| tree | program | CPU | wall | imagelint takes |")
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as generated:
        write_tree(Path(generated), documents=10_000)
        _compare("10,000 documents", generated, commands)
    for folder in folders:
        _compare(folder, folder, commands)


def _compare(name: str, folder: str, commands: dict[str, list[str]]) -> None:
    runs = {program: [*command, folder] for program, command in {"imagelint": IMAGELINT, **commands}.items()}
    costs: dict[str, list[Cost]] = {program: [] for program in runs}
    for _ in range(ROUNDS):
        for program, command in runs.items():
            costs[program].append(measured(command))
    cpu = {program: median(cost.cpu for cost in found) for program, found in costs.items()}
    wall = {program: median(cost.wall for cost in found) for program, found in costs.items()}
    for program in runs:
        times = cpu["imagelint"] / cpu[program], wall["imagelint"] / wall[program]
        taken = (
            f"{cpu[program]:.2f} s | {wall[program]:.2f} s | {times[0]:.2f} times the CPU, {times[1]:.2f} the wall time"
        )
        print(f"| {name} | {program} | {taken} |", flush=True)


if __name__ == "__main__":
    main()
