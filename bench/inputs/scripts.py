"""Scripts and texts beside manifests, which are searched for what they build, fill in and write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inputs.rows import Rows, pod, stream

if TYPE_CHECKING:
    from pathlib import Path

ROWS = Rows()
_LINT = ["check", "."]
# Less than is searched of one script.
_BYTES = 100_000


def _script(folder: Path, text: str, before: str = "docker build\n") -> list[str]:
    """Write a text as scripts beside a pod with an image that may be built."""
    (folder / "pod.yaml").write_text(pod("web", "acme/web"), encoding="utf-8")
    for number, start in enumerate(range(0, len(text), _BYTES)):
        part = text[start : start + _BYTES]
        (folder / f"{number}.sh").write_text(f"{before}{part}\n", encoding="utf-8")
    return _LINT


@ROWS.add("scripts that build")
def _many(folder: Path, n: int) -> list[str]:
    (folder / "pod.yaml").write_text(pod("web", "acme/web"), encoding="utf-8")
    for i in range(n):
        (folder / f"b{i}.sh").write_text(f"IMAGE=acme/app{i}\ndocker build -t $IMAGE .\n", encoding="utf-8")
    return _LINT


@ROWS.add("commands of scripts", 2000)
def _commands(folder: Path, n: int) -> list[str]:
    return _script(folder, "".join(f"docker push acme/app{i}:$TAG\n" for i in range(n)))


@ROWS.add("variables in one word of a script", 2000)
def _word(folder: Path, n: int) -> list[str]:
    return _script(folder, "${{a}}" * n, "docker tag ")


@ROWS.add("long variables in a script", 2000)
def _variables(folder: Path, n: int) -> list[str]:
    return _script(folder, "docker push " + "$A" * n, f"A={'a' * _BYTES}\n")


@ROWS.add("dashes in a list of tags", 2000)
def _dashes(folder: Path, n: int) -> list[str]:
    (folder / "pod.yaml").write_text(pod("web", "acme/web"), encoding="utf-8")
    (folder / "cloudbuild.yaml").write_text(f"build: &a\ntags:\n  - {'-' * n}!\n", encoding="utf-8")
    return _LINT


@ROWS.add("`kind load` repeated on one line", 2000)
def _loads(folder: Path, n: int) -> list[str]:
    return _script(folder, "kind load " * n)


@ROWS.add("placeholders that a README mentions")
def _placeholders(folder: Path, n: int) -> list[str]:
    pods = (pod(f"p{i}", f"acme/app:${{TAG_{i}}}") for i in range(n))
    (folder / "pods.yaml").write_text(stream(pods), encoding="utf-8")
    (folder / "README.md").write_text("".join(f"Set TAG_{i}, envsubst\n" for i in range(n)), encoding="utf-8")
    return _LINT


@ROWS.add("missing files that a script writes")
def _missing(folder: Path, n: int) -> list[str]:
    listed = "".join(f"- missing-{i}.yaml\n" for i in range(n))
    (folder / "kustomization.yaml").write_text(f"resources:\n{listed}", encoding="utf-8")
    (folder / "make.sh").write_text("".join(f"helm > missing-{i}.yaml\n" for i in range(n)), encoding="utf-8")
    return _LINT
