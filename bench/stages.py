"""What a run spends its CPU time on, stage by stage: `python bench/stages.py [FOLDER...]`.

Samples one process in turns of its CPU clock and prints a table in Markdown, in milliseconds: the mean of several runs,
a generated tree first. A sample counts for the innermost call that belongs to a stage.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from generate import write_tree
from measure import environment, interpreter

ROUNDS = 3
# Each stage with parts of the paths of its modules, in the order of a run.
STAGES = {
    "start": ("importlib",),
    "search for files": ("sources/discover", "sources/candidates", "sources/gitignore"),
    "reading and decoding": ("text/source.py",),
    "documents, and a look at their bytes": ("text/split.py", "facts/screen.py"),
    "events of the C parser": ("ruamel/yaml/events.py", "text/parsers.py"),
    "nodes": ("text/compose.py", "facts/json_", "text/kubectl.py"),
    "facts": ("imagelint/facts/",),
    "overlays": ("sources/kustomize/", "sources/overlays", "sources/trees.py", "sources/gitops", "sources/application"),
    "texts around manifests": ("sources/instructions.py",),
    "index and rules": ("imagelint/index/", "imagelint_rules/"),
    "sorting, grouping and suppressions": ("imagelint/linting/",),
    "report": ("imagelint/reporting/",),
}
REST = "the rest"
# What files are read for, and overlays once more.
SHARED = ("events of the C parser", "nodes", "facts")
OVERLAYS = "sources/overlays.py"
# Run in a process of its own, which must not leave before it has printed.
SAMPLED = """
import json, os, runpy, signal, sys
from collections import Counter

samples = Counter()

def sample(number, frame):
    files = []
    while frame is not None:
        files.append(frame.f_code.co_filename.replace(os.sep, "/"))
        frame = frame.f_back
    samples[tuple(files)] += 1

def leave(status):
    raise SystemExit(status)

path, sys.argv, os._exit = sys.argv[1], ["imagelint", *sys.argv[2:]], leave
signal.signal(signal.SIGPROF, sample)
signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
try:
    runpy.run_module("imagelint", run_name="__main__")
except SystemExit:
    signal.setitimer(signal.ITIMER_PROF, 0)
    spent = sum(os.times()[:2])
    with open(path, "w") as file:
        json.dump([spent, [[list(files), count] for files, count in samples.items()]], file)
"""
OPTIONS = ("--isolated", "--no-render", "--format=json", "--jobs=1")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as generated:
        write_tree(Path(generated), documents=10_000)
        trees = {"10,000 documents": generated, **{Path(folder).name: folder for folder in sys.argv[1:]}}
        spent = {name: _spent(folder) for name, folder in trees.items()}
    print(f"{interpreter()}\n\n| CPU milliseconds | {' | '.join(spent)} |\n| --- |{' --- |' * len(spent)}")
    for stage in [*STAGES, *(f"{stage} of overlays" for stage in SHARED), REST]:
        print(f"| {stage} | {' | '.join(f'{stages[stage]:.0f}' for stages in spent.values())} |")
    print(f"| all | {' | '.join(f'{sum(stages.values()):.0f}' for stages in spent.values())} |")


def _spent(folder: str) -> Counter[str]:
    """The milliseconds by stage."""
    spent: Counter[str] = Counter()
    for _ in range(ROUNDS):
        with tempfile.NamedTemporaryFile() as file:
            command = [sys.executable, "-c", SAMPLED, file.name, *OPTIONS, folder]
            subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(), check=False
            )
            seconds, samples = json.load(file)
        each = seconds / sum(count for _, count in samples) * 1000 / ROUNDS
        for files, count in samples:
            spent[_stage(files)] += count * each
    return spent


def _stage(files: list[str]) -> str:
    """The stage of a sample; `files` are the modules of its calls, innermost first."""
    stages = (stage for file in files for stage, parts in STAGES.items() if any(part in file for part in parts))
    found = next(stages, REST)
    is_of_overlays = found in SHARED and any(OVERLAYS in file for file in files)
    return f"{found} of overlays" if is_of_overlays else found


if __name__ == "__main__":
    main()
