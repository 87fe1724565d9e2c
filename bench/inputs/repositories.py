"""A fleet of repositories, with the mix of 37 public ones that deploy to Kubernetes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generate import document

if TYPE_CHECKING:
    from pathlib import Path

# How many files with YAML or JSON they have.
FILES = (
    *(20, 28, 29, 56, 58, 61, 68, 94, 96, 100, 110, 116, 131, 133, 163, 184, 190, 190, 206, 213, 242, 270, 353, 439),
    *(479, 479, 533, 777, 824, 842, 868, 1053, 1168, 1177, 1310, 1443, 3017),
)
# Of sixteen files, by what `document` makes of the number: seven workloads, three definitions of what they need, two
# ConfigMaps, three Services, and one CustomResourceDefinition. A file then has 7 kB on average, as theirs have.
_TURNS = (0, 90, 10, 55, 20, 95, 30, 50, 40, 60, 5, 97, 15, 62, 52, 70)
_FOLDER = 20
_PATCHED = "images: [{{name: ghcr.io/acme/app-{number}, newTag: latest}}]\n"
# Images that are gone, one for each of five repositories.
_OLD = "apiVersion: v1\nkind: Pod\nmetadata: {{name: old}}\nspec:\n  containers: [{{name: a, image: '{image}'}}]\n"
_GONE = ("docker.pkg.github.com/acme/web/app:1.4", "docker.io/bitnami/redis:7.2", "gcr.io/istio-release/pilot:1.27.0")


def write_fleet(folder: Path, repositories: int) -> int:
    """Write repositories, and return the number of their files."""
    return sum(_write(folder / f"repository-{number}", number) for number in range(repositories))


def _write(folder: Path, number: int) -> int:
    """Seven of ten have kustomizations, every second one has CODEOWNERS, as of the public ones."""
    files = FILES[number % len(FILES)]
    for start in range(0, files, _FOLDER):
        app = folder / f"app-{start // _FOLDER}"
        app.mkdir(parents=True)
        names = [f"{turn}.yaml" for turn in range(start, min(start + _FOLDER, files))]
        for name, turn in zip(names, range(start, files), strict=False):
            (app / name).write_text(document(_document_number(turn)), encoding="utf-8")
        if number % 10 < 7:
            (app / "kustomization.yaml").write_text(json.dumps({"resources": names}), encoding="utf-8")
            overlay = folder / "overlays" / app.name
            overlay.mkdir(parents=True)
            patched = f"resources: [../../{app.name}]\n" + _PATCHED.format(number=_document_number(start))
            (overlay / "kustomization.yaml").write_text(patched, encoding="utf-8")
    if number % 2:
        owners = "".join(f"/app-{start}/ @acme/team-{start % 7}\n" for start in range(files // _FOLDER))
        (folder / "CODEOWNERS").write_text("* @acme/platform\n" + owners, encoding="utf-8")
    if number % 5 == 0:
        image = _GONE[number // 5 % len(_GONE)]
        (folder / "old.yaml").write_text(_OLD.format(image=image), encoding="utf-8")
    return files


def _document_number(turn: int) -> int:
    """Of the document that file `turn` of a repository has: 43 is the inverse of the 7 in `document`, modulo 100."""
    return turn // len(_TURNS) * 100 + _TURNS[turn % len(_TURNS)] * 43 % 100
