"""Annotations of GitHub and Azure: escaped, found again in the log, and nothing lost beyond what is shown."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"


def output(folder: Path, format_: str, *lines: str, path: str = "pod.yaml") -> list[str]:
    (folder / path).write_text(HEAD + "".join(f"    - {{{line}}}\n" for line in lines), encoding="utf-8")
    return imagelint(path, f"--format={format_}", cwd=folder).stdout.splitlines()


def test_github_properties_and_message(tmp_path: Path) -> None:
    (line,) = output(tmp_path, "github", 'name: a, image: "quay.io/acme/a%,:1"', path="a,b:%.yaml")
    properties, _, message = line.removeprefix("::error ").partition("::")
    assert properties == (
        "file=a%2Cb%3A%25.yaml,line=6,endLine=6,col=24,endColumn=44,title=imagelint (invalid-image-reference)"
    )
    assert message.startswith("a,b:%25.yaml:6:24: image `quay.io/acme/a%25,:1` is not a valid reference")


def test_github_gets_the_remedy_on_lines_of_its_own(tmp_path: Path) -> None:
    (line,) = output(tmp_path, "github", "name: a, image: quay.io/acme/a")
    assert "%0Apin the version you tested" in line


def test_github_refuses_columns_of_different_lines(tmp_path: Path) -> None:
    (line,) = output(tmp_path, "github", 'name: a, image: "quay.io/acme/A\n      :1"')
    assert ",line=6,endLine=7,title=" in line


@pytest.mark.parametrize(("number", "sentence"), [(11, "1 more finding is"), (25, "15 more findings are")])
def test_github_shows_ten_of_a_level_and_the_rest_is_listed(tmp_path: Path, number: int, sentence: str) -> None:
    moving = [f"name: m{n}, image: quay.io/acme/m{n}" for n in range(number)]
    lines = output(tmp_path, "github", *moving, "name: last, image: UPPER")
    assert lines[0].startswith("::error file=pod.yaml,")
    assert [line.partition(" ")[0] for line in lines[1:11]] == ["::warning"] * 10
    assert lines[11:13] == ["", f"GitHub shows 10 annotations per level and step. {sentence} listed here:"]
    assert [line.partition(": ")[0] for line in lines[13:]] == [f"pod.yaml:{n}:26" for n in range(16, 6 + number)]


def test_paths_are_those_of_the_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    folder = tmp_path / "apps"
    folder.mkdir()
    assert "file=apps/pod.yaml," in output(folder, "github", "name: a, image: UPPER")[0]
    assert "sourcepath=apps/pod.yaml;" in output(folder, "azure", "name: a, image: UPPER")[0]


def test_azure_properties_and_message(tmp_path: Path) -> None:
    (line,) = output(tmp_path, "azure", 'name: a, image: "quay.io/acme/a%;]:1"', path="a;b]%.yaml")
    properties, _, message = line.removeprefix("##vso[task.logissue ").partition("]")
    assert properties == (
        "type=error;sourcepath=a%3Bb%5D%AZP25.yaml;linenumber=6;columnnumber=24;code=invalid-image-reference;"
    )
    assert message.startswith("a;b]%AZP25.yaml:6:24: image `quay.io/acme/a%AZP25;]:1` is not a valid reference")


def test_azure_has_no_issues_for_an_info(tmp_path: Path) -> None:
    (line,) = output(tmp_path, "azure", "name: a, image: 'k8s.gcr.io/pause:3.9'")
    assert line.startswith("pod.yaml:6:24: info[deprecated-registry] ")
