"""Run the tests of what changed since the branch left main, the last stage of `make quick`.

A changed test file runs itself. A changed module runs the tests that are named like it and those that import it, and a
data file or a page the tests of its folder. Tests that start many processes run only when they changed themselves.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What a change below a folder runs in addition.
_OF_FOLDERS = {
    "rules/imagelint_rules/": "tests/test_rules.py",
    "linter/imagelint/data/": "tests/linter/test_data.py",
    "linter/imagelint/world/knowledge/": "tests/linter/world/",
    "linter/": "tests/test_layers.py",
    "ARCHITECTURE.md": "tests/test_architecture.py",
    "CONTRIBUTING.md": "tests/test_contributing.py",
    "docs/decisions/": "tests/test_architecture.py",
}
_SLOW = re.compile(r"tests/(?:hostile/|linter/sources/test_reading|test_(?:action|distribution|fuzz|manual|precommit))")


def changed_files() -> list[str]:
    """Paths relative to the project: committed on the branch, uncommitted, or not yet known to git."""
    base = _git("merge-base", "HEAD", "main") or ["HEAD"]
    files = _git("diff", "--name-only", "--no-renames", *base)
    return sorted({*files, *_git("ls-files", "--others", "--exclude-standard")})


def tests_of(changed: list[str]) -> list[str]:
    """The test files and folders to run, relative to the project."""
    paths = sorted((ROOT / "tests").rglob("test_*.py"))
    texts = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}
    found = {path for path in changed if path in texts}
    for path in changed:
        found |= {tests for folder, tests in _OF_FOLDERS.items() if path.startswith(folder)}
        if path.endswith(".py") and not path.startswith("tests/"):
            named, imports = f"/test_{Path(path).stem}.py", _imports(path)
            found |= {test for test in texts if test.endswith(named) and not _SLOW.match(test)}
            found |= {test for test, text in texts.items() if imports.search(text) and not _SLOW.match(test)}
    return sorted(found)


def _imports(path: str) -> re.Pattern[str]:
    """What imports a module: `from imagelint.text.places import`, `from imagelint_rules import latest_tag`."""
    *packages, name = Path(path).with_suffix("").parts[1:] or (path,)
    package = re.escape(".".join(packages))
    return re.compile(rf"^from {package}(?:\.{name} import\b| import \(?[^)]*?\b{name}\b)", re.MULTILINE)


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def main() -> int:
    """Run the tests; the exit status is that of pytest."""
    tests = tests_of(changed_files())
    if not tests:
        sys.stdout.write("no tests belong to what changed\n")
        return 0
    sys.stdout.write(f"{' '.join(tests)}\n")
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-m", "pytest", "--quiet", *tests], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
