"""One cause is reported once, with its places, in every format that can carry them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from formats import validate
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: w%d}\nspec: {containers: [{name: a, image: %s}]}\n"


def report(folder: Path, format_: str, *options: str, count: int = 12) -> str:
    """A report over pods with one image, and one pod with another."""
    for number in range(1, count + 1):
        (folder / f"w{number}.yaml").write_text(POD % (number, "quay.io/acme/web"), encoding="utf-8")
    (folder / "other.yaml").write_text(POD % (0, "quay.io/acme/other"), encoding="utf-8")
    text = imagelint(".", f"--format={format_}", *options, cwd=folder).stdout
    validate(format_, text)
    return text


def test_text_shows_ten_places_in_the_order_of_people_and_a_count(tmp_path: Path) -> None:
    text = report(tmp_path, "text")
    assert text.count("warning[missing-tag]") == 2
    assert "= and 11 more places:\n" in text
    assert [name for name in text.split() if name.startswith("w") and ".yaml:" in name] == [
        f"w{number}.yaml:4:38" for number in range(1, 11)
    ]
    assert text.rstrip().endswith("and 2 more (-v shows all)")


def test_verbose_shows_all_places(tmp_path: Path) -> None:
    text = report(tmp_path, "text", "--verbose")
    assert "w12.yaml:4:38 Pod w12" in text
    assert "-v shows all" not in text


@pytest.mark.parametrize(("count", "left"), [(2, ""), (10, ""), (11, "and 1 more"), (100, "and 90 more")])
def test_count_of_what_is_left(count: int, left: str, tmp_path: Path) -> None:
    text = report(tmp_path, "text", count=count)
    last = text.rstrip().splitlines()[-1].strip()
    assert last == (f"{left} (-v shows all)" if left else f"w{count}.yaml:4:38 Pod w{count}, container `a`")


def test_sarif_has_a_result_and_a_fingerprint_for_each_place_with_its_group(tmp_path: Path) -> None:
    results: list[dict[str, Any]] = json.loads(report(tmp_path, "sarif"))["runs"][0]["results"]
    assert [result["properties"]["group"] for result in results] == [0, *[1] * 12]
    assert len({result["partialFingerprints"]["imagelint/v2"] for result in results}) == 13


def test_json_has_an_entry_for_each_place_with_its_group(tmp_path: Path) -> None:
    findings = json.loads(report(tmp_path, "json"))["findings"]
    assert [one["group"] for one in findings] == [0, *[1] * 12]


def test_github_has_one_annotation(tmp_path: Path) -> None:
    text = report(tmp_path, "github")
    assert text.count("::warning ") == 2
    assert "and 11 more places:%0A  w2.yaml:4:38 Pod w2, container `a`%0A" in text
    assert "and 2 more\n" in text


def test_junit_has_one_case(tmp_path: Path) -> None:
    cases = [*ET.fromstring(report(tmp_path, "junit")).iter("testcase")]
    assert len(cases) == 2
    assert "and 11 more places:" in "".join(cases[1].itertext())


def test_markdown_has_one_entry(tmp_path: Path) -> None:
    text = report(tmp_path, "markdown")
    assert text.count("`missing-tag`") == 2
    assert "and 11 more places" in text


@pytest.mark.parametrize("format_", ["concise", "gitlab", "checkstyle", "rdjson", "azure"])
def test_formats_that_are_compared_by_place_have_each(format_: str, tmp_path: Path) -> None:
    text = report(tmp_path, format_)
    assert all(f"w{number}.yaml" in text for number in range(1, 13))


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_images_on_one_unknown_host_are_one_finding(format_: str, tmp_path: Path) -> None:
    for number in range(3):
        text = POD % (number, f"registry.corp.example/team/app{number}:1")
        (tmp_path / f"w{number}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "v.yaml").write_text(POD % (9, "other.corp.example/team/app:1"), encoding="utf-8")
    text = imagelint(".", f"--format={format_}", cwd=tmp_path).stdout
    assert text.count("is not well known") == 2
    assert "and 2 more places" in text
