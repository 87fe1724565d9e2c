"""Charts of strangers: they cost themselves at most, run nothing, reach nothing, and show no value."""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from imagelint.config.charts import RenderOptions
from imagelint.reporting import FORMATS
from imagelint.session import Request, Session
from imagelint.sources.charts import helm as helm_module
from linter.sources.charts import CHART, HELMS, IMAGE, POD, chart, needs_helm, path_with, write
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "hunter2canary"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a chart that renders, as the working folder."""
    root = tmp_path / "tree"
    write(root, {".git/HEAD": "", **chart("good")})
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", path_with(HELMS[0]) if HELMS else "/nonexistent")
    return root


def rendered() -> tuple[set[str], list[str]]:
    """The images of all charts, and the notes about `bad`."""
    session = Session()
    found = session.read(Request(["."], charts=RenderOptions()))
    images = {
        one.image.value
        for unit in found.units.values()
        for pod in found.files[unit.id].pods
        for one in pod.containers
        if one.image is not None and not one.image_filled_in
    }
    return images, [note for note in found.notes if note.startswith("bad")]


GOOD = "ghcr.io/acme/shop:3.1"
VALUES = {
    "tags": "image: !!python/object/apply:os.system [touch ran]\n",
    "unknown tags": "image: !vault {tag: x}\nother: !Ref x\n",
    "laughs": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    "itself": "a: &a {b: *a}\n",
    "depth": "a: " + "[" * 5000 + "]" * 5000 + "\n",
    "no mapping": "- a\n",
    "no YAML": "a: [\n",
    "NUL": "a: \0\n",
    "nothing": "",
    "long": "a: " + "x" * 6_000_000 + "\n",
}


@needs_helm
@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("file", ["values.yaml", "values-prod.yaml"])
def test_values(name: str, file: str, tree: Path) -> None:
    """What helm or imagelint cannot read is a note with the reason; other charts are there."""
    write(tree, chart("bad"))
    write(tree, {f"bad/{file}": VALUES[name]})
    images, notes = rendered()
    assert GOOD in images
    assert all("Traceback" not in note and len(note) < 400 for note in notes)
    assert not (tree / "ran").exists()


CHARTS = {
    "no name": {"Chart.yaml": "version: 1\n"},
    "no YAML": {"Chart.yaml": "name: [\n"},
    "a list": {"Chart.yaml": "- a\n"},
    "itself as dependency": {"Chart.yaml": f"{CHART}dependencies: [{{name: shop, version: 1.0.0, repository: 'file://.'}}]\n"},
    "each other": {
        "Chart.yaml": f"{CHART}dependencies: [{{name: a, version: 1.0.0, repository: 'file://a'}}]\n",
        "a/Chart.yaml": f"{CHART.replace('shop', 'a')}dependencies: [{{name: shop, version: 1.0.0, repository: 'file://..'}}]\n",
    },
    "dependency outside": {"Chart.yaml": f"{CHART}dependencies: [{{name: x, version: 1.0.0, repository: 'file://../../x'}}]\n"},
    "odd dependency": {"Chart.yaml": f"{CHART}dependencies: [{{name: ../../x, repository: 'file:///etc'}}, 3]\n"},
    "option as name": {"Chart.yaml": CHART.replace("shop", "--post-renderer=touch")},
    "template that ends": {"templates/a.yaml": "{{ end }}"},
    "open action": {"templates/a.yaml": "{{ " * 3000},
    "fail": {"templates/a.yaml": "{{ fail .Values.secret }}", "values.yaml": f"secret: {CANARY}\n"},
    "file of the host": {"templates/a.yaml": POD.format("{{ .Files.Get \"/etc/hostname\" }}x")},
    "environment": {"templates/a.yaml": "{{ env \"HOME\" }}"},
    "regular expression": {"templates/a.yaml": "{{ regexMatch \"(a*)*$\" (repeat 50000 \"a\") }}"},
    "marks": {"templates/a.yaml": POD.format("ghcr.io/acme/x:1\" #zz999zz # \"")},
    "sentinels": {"templates/a.yaml": POD.format("ghcr.io/acme/x:1-zz999999zz")},
    "no UTF-8": {},
}  # fmt: skip


@needs_helm
@pytest.mark.parametrize("name", CHARTS)
def test_charts(name: str, tree: Path) -> None:
    write(tree, {**chart("bad"), **{f"bad/{path}": text for path, text in CHARTS[name].items()}})
    if name == "no UTF-8":
        (tree / "bad/templates/a.yaml").write_bytes(b"\xff\xfe{{ \xff }}")
    images, notes = rendered()
    assert GOOD in images
    assert CANARY not in str(notes)


def archive(*members: tuple[str, bytes]) -> bytes:
    raw = BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as written:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            written.addfile(member, BytesIO(data))
    return raw.getvalue()


def linked(target: str) -> bytes:
    raw = BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as written:
        for name, kind in (("db/values.yaml", tarfile.SYMTYPE), ("db/a", tarfile.LNKTYPE), ("db/b", tarfile.CHRTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            written.addfile(member)
    return raw.getvalue()


ARCHIVES = {
    "zeros": gzip.compress(b"\0" * 80_000_000),
    "many files": archive(*((f"db/{number}", b"") for number in range(6000))),
    "outside": archive(("../../out.txt", b"x"), ("/tmp/imagelint-out.txt", b"x"), ("db/../../../out.txt", b"x")),
    "links": linked("/etc/passwd"),
    "cut off": archive(("db/Chart.yaml", b"name: db\n"))[:-20],
    "no archive": b"no archive",
    "odd names": archive(("db/\xed\xa0\x80", b"x"), ("", b"x"), ("db/" + "a/" * 500, b"x")),
}  # fmt: skip


@needs_helm
@pytest.mark.parametrize("name", ARCHIVES)
def test_archives(name: str, tree: Path) -> None:
    write(tree, chart("bad"))
    (tree / "bad/charts").mkdir()
    (tree / "bad/charts/db.tgz").write_bytes(ARCHIVES[name])
    before = set(tree.parent.rglob("*"))
    images, _ = rendered()
    assert GOOD in images
    assert set(tree.parent.rglob("*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for a shell")
@pytest.mark.parametrize(
    ("script", "note"),
    [
        ("echo v3.17.2; while :; do :; done", "it takes longer than 1 seconds"),
        ("echo nonsense", "prints no version"),
        ("echo v2.17.0", "older than 3.8"),
        ("exit 1", "code 1"),
        ("kill -9 $$", "crashes"),
        ("while :; do echo 0123456789012345678901234567890123456789; done", "not rendered"),
        ("if [ $1 = version ]; then echo v3.17.2; else echo '{{{'; fi", ""),
        ("if [ $1 = version ]; then echo v3.17.2; else printf 'kind: Pod\\n\\377\\000'; fi", ""),
        ("if [ $1 = version ]; then echo v3.17.2; else while :; do :; done; fi", "not rendered with values.yaml"),
    ],
)
def test_other_programs_called_helm(
    script: str, note: str, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The input is linted without it, with a note."""
    monkeypatch.setattr(helm_module, "_SECONDS", 1)
    write(tmp_path, {"bin/helm": f"#!/bin/sh\n{script}\n", "tree/pod.yaml": POD.format("ghcr.io/acme/x:1")})
    (tmp_path / "bin/helm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    del tree
    found = Session().read(Request(["."], charts=RenderOptions()))
    assert [source.path for source, facts in found.files.items() if facts.pods and source.path == "pod.yaml"]
    assert note in str(found.notes)


@pytest.mark.skipif(sys.platform == "win32", reason="the script is for a shell")
def test_a_helm_of_the_repository_is_never_run(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tree, {"bin/helm": f"#!/bin/sh\ntouch {tmp_path}/ran\n"})
    (tree / "bin/helm").chmod(0o755)
    (tmp_path / "link").symlink_to(tree / "bin")
    for path in (f"{tree}/bin", f"{tmp_path}/link", "bin", "./bin", "", "."):
        monkeypatch.setenv("PATH", path)
        (note,) = (one for one in Session().read(Request(["."], charts=RenderOptions())).notes if "helm" in one)
        assert note.startswith("good was not rendered: ")
    assert not (tmp_path / "ran").exists()


@needs_helm
def test_no_output_shows_a_value(tree: Path) -> None:
    """In each format: not those beside an image, nor what helm says of a template that fails."""
    values = f"image: {{registry: ghrc.io, repository: acme/shop, tag: latest, password: {CANARY}}}  # {CANARY}\n"
    write(tree, chart("bad", values=values))
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: regcred}}\nstringData: {{a: '{CANARY}'}}\n"
    write(
        tree,
        {"bad/templates/secret.yaml": secret, "bad/values-prod.yaml": f"extra: {CANARY}\nimage: {{tag: latest}}\n"},
    )
    write(tree, {"bad/templates/fails.yaml": '{{ fail (printf "no %s" .Values.image.password) }}\n'})
    write(tree, {"bad/templates/other.yaml": "a: {{ index .Values.image.password 3 4 }}\n"})
    for name in FORMATS:
        done = imagelint(".", f"--format={name}", cwd=tree, PATH=path_with(HELMS[0]))
        assert CANARY not in done.stdout + done.stderr, name
    done = imagelint("images", ".", "--format=json", cwd=tree, PATH=path_with(HELMS[0]))
    assert {row["unit"] for row in json.loads(done.stdout)} >= {"bad (values.yaml)", "bad (values-prod.yaml)"}
    assert CANARY not in done.stdout + done.stderr


@needs_helm
def test_a_cache_that_others_fill_or_break_costs_nothing(tree: Path, tmp_path: Path) -> None:
    environment = {"PATH": path_with(HELMS[0]), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = imagelint("images", ".", cwd=tree, **environment)
    kept = [*(tmp_path / "cache/imagelint/charts").iterdir()]
    assert len(kept) > 1
    for path in kept:
        path.write_bytes(b"nonsense")
    assert imagelint("images", ".", cwd=tree, **environment).stdout == first.stdout
    write(tmp_path, {"file": ""})
    environment["XDG_CACHE_HOME"] = str(tmp_path / "file")
    assert imagelint("images", ".", cwd=tree, **environment).stdout == first.stdout
    assert IMAGE.partition("/")[0] not in first.stdout
