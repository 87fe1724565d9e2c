"""The command line of the comparison with kustomize; `oracle/README.md` describes it."""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformity.comparison import compare, run, run_cases
from conformity.recording import record
from conformity.seeds import Seeds
from real_kustomize.kubectl import Kubectl
from real_kustomize.question import KUSTOMIZATIONS, built
from real_kustomize.repositories import repositories, roots
from real_kustomize.rows import Row, in_common
from real_kustomize.upstream import upstream_cases

if TYPE_CHECKING:
    from conformity.comparison import Result
    from conformity.question import Case

PROJECT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Compare, print what differs, and return 1 where anything does."""
    options = _parser().parse_args()
    kubectl = Kubectl(options.kubectl)
    seed = options.seed or str(secrets.randbelow(1_000_000))
    print(f"kustomize {kubectl.version()}, SEED={seed} SCALE={options.scale:g}", flush=True)
    if options.record:
        print(f"{record(kubectl, KUSTOMIZATIONS, Seeds(PROJECT), options.record, seed)} cases recorded")
        return 0
    different = 0
    if options.upstream:
        cases = upstream_cases(options.upstream)
        different += _print("upstream", run_cases(kubectl, KUSTOMIZATIONS, cases, options.reduce))
    for repository in repositories(options.trees) if options.trees else ():
        different += _compare_repository(kubectl, repository)
    if options.scale:
        result = run(kubectl, KUSTOMIZATIONS, Seeds(PROJECT), seed=seed, scale=options.scale, seconds=options.reduce)
        different += _print("generated", result)
    print(f"{different:,} differences")
    return 1 if different else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="real_kustomize", description=__doc__)
    parser.add_argument("kubectl", type=Path, help="the real one: a program with `kubectl kustomize`")
    parser.add_argument("--scale", type=float, default=1.0, help="factor for the number of random trees; 0 for none")
    parser.add_argument("--seed", help="repeat the trees of an earlier run")
    parser.add_argument("--trees", type=Path, help="a folder of repositories, whose kustomizations are compared, too")
    parser.add_argument(
        "--upstream", type=Path, help="the folder `api/krusty` of the source of kustomize: its own cases"
    )
    parser.add_argument("--record", type=Path, help="write small cases with their answers to this folder instead")
    parser.add_argument("--reduce", type=float, default=20.0, help="seconds to reduce each example")
    return parser


def _print(name: str, result: Result) -> int:
    different = sum(found.cases for found in result.classes)
    print(f"{name}: {result.cases:,} cases, {different:,} differences in {len(result.classes)} classes", flush=True)
    for found in result.classes:
        print(f"  {found.cases:7,}  {found.difference.label}\n{_shown(found.example)}", flush=True)
    return different


def _shown(case: Case) -> str:
    """A tree for people: the path of each file above its lines."""
    if "folder" in case:
        return f"           {case['folder']}/{case['root']}"
    lines = [f"kubectl kustomize {case['root']}"]
    for path, text in case["files"].items():
        lines += [f"-- {path}", *text.splitlines()]
    return "".join(f"           {line}\n" for line in lines)


def _compare_repository(kubectl: Kubectl, repository: Path) -> int:
    """Print a line of figures, and one for each root that differs; returns the number of these."""
    cases = [*roots(repository)]
    different = total = exact = is_built = 0
    lines: list[str] = []
    for case, answer in zip(cases, kubectl.ask(cases), strict=True):
        difference = compare(KUSTOMIZATIONS, case, answer)
        if difference is not None:
            lines.append(f"    {case['root']}: {difference.label}")
        if "rows" in answer:
            theirs = [Row.of(row) for row in answer["rows"]]
            is_built += 1
            different += difference is not None
            total += sum(bool(row.path) for row in theirs)
            exact += in_common(built(case), theirs)
    figures = f"{len(cases):,} roots, {is_built:,} built by kustomize, {is_built - different:,} of them the same"
    print(f"{repository.name}: {figures}; {exact:,} of {total:,} containers", *lines, sep="\n", flush=True)
    return len(lines)


if __name__ == "__main__":
    sys.exit(main())
