"""SARIF as GitHub code scanning requires it: rules, suppressions, fixes, paths from the root of the repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from formats import validate
from imagelint_rules import RULES
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path

POD = """apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
    - {name: a, image: quay.io/acme/a:latest}
    - {name: b, image: quay.io/acme/b:latest}  # imagelint: ignore[latest-tag] as agreed
    - {name: c, image: https://quay.io/acme/c:1}
"""
OWN_RULE = """custom-rules:
  - {name: only-ours, message: "images come from us", schema: {properties: {registry: {const: harbor.example.com}}}}
"""


def run_of(folder: Path, *arguments: str, text: str | None = None) -> dict[str, Any]:
    done = imagelint(*arguments, "--format=sarif", "--today=2026-11-24", cwd=folder, text=text)
    validate("sarif", done.stdout)
    run: dict[str, Any] = json.loads(done.stdout)["runs"][0]
    return run


def rules_of(run: dict[str, Any]) -> list[str]:
    return [rule["id"] for rule in run["tool"]["driver"]["rules"]]


def uris(run: dict[str, Any]) -> set[str]:
    return {
        location["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
        for location in result["locations"]
    }


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_every_rule_that_ran_is_listed_in_the_order_of_the_manual(tmp_path: Path) -> None:
    write(tmp_path, pod=POD)
    assert rules_of(run_of(tmp_path, "pod.yaml")) == [rule.name for rule in RULES if rule.on]
    selected = rules_of(run_of(tmp_path, "pod.yaml", "--select=short-name,latest-tag"))
    assert selected == ["latest-tag", "short-name", "internal-error"]
    assert "latest-tag" not in rules_of(run_of(tmp_path, "pod.yaml", "--ignore=latest-tag"))


def test_rules_of_several_configurations_are_put_together(tmp_path: Path) -> None:
    write(tmp_path / "one", pod=POD, imagelint=OWN_RULE)
    write(tmp_path / "two", pod=POD, imagelint="rules: {short-name: warning, latest-tag: off}\n")
    run = run_of(tmp_path, "one", "two")
    names = rules_of(run)
    assert names[-1] == "only-ours"
    assert names[:-1] == [rule.name for rule in RULES if rule.on or rule.name == "short-name"]
    for result in run["results"]:
        assert names[result["ruleIndex"]] == result["ruleId"]
    own = run["tool"]["driver"]["rules"][-1]
    assert own["shortDescription"]["text"] == "images come from us."
    assert "helpUri" not in own


def test_rules_are_described_by_their_manual(tmp_path: Path) -> None:
    write(tmp_path, pod=POD)
    for rule in run_of(tmp_path, "pod.yaml")["tool"]["driver"]["rules"]:
        assert "helpUri" not in rule
        markdown, text = rule["help"]["markdown"], rule["help"]["text"]
        assert markdown.replace("`", "").startswith(rule["shortDescription"]["text"])
        assert 20 < len(rule["fullDescription"]["text"]) <= 1024
        assert [mark for mark in ("```", "](", "###") if mark in text] == []
        assert "What it does:" in text
        assert rule["properties"].keys() == {"tags", "precision", "problem.severity"}


def test_suppressions_state_who_and_why(tmp_path: Path) -> None:
    ignore = "ignore: [{rule: latest-tag, container: a, reason: mirrored}]\n"
    write(tmp_path, pod=POD, imagelint=ignore)
    imagelint("pod.yaml", "--write-baseline=base.json", cwd=tmp_path)
    results = run_of(tmp_path, "pod.yaml", "--baseline=base.json")["results"]
    reported = {
        result["locations"][0]["physicalLocation"]["region"]["startLine"]: result["suppressions"] for result in results
    }
    assert reported == {
        6: [{"kind": "external", "status": "accepted", "justification": "mirrored"}],
        7: [{"kind": "inSource", "status": "accepted", "justification": "as agreed"}],
        8: [{"kind": "external", "status": "accepted", "justification": "in the baseline"}],
    }


def test_fixes_replace_the_characters_that_are_wrong(tmp_path: Path) -> None:
    write(tmp_path, pod=POD.replace("https://quay.io/acme/c:1", "'https://quay.io/acme/c:1'"))
    (fix,) = (result["fixes"] for result in run_of(tmp_path, "pod.yaml")["results"] if "fixes" in result)
    assert fix == [
        {
            "description": {"text": "Apply the fix."},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "pod.yaml"},
                    "replacements": [
                        {
                            "deletedRegion": {"startLine": 8, "startColumn": 25, "endLine": 8, "endColumn": 49},
                            "insertedContent": {"text": "quay.io/acme/c:1"},
                        }
                    ],
                }
            ],
        }
    ]


def test_a_fix_that_would_change_another_value_is_not_offered(tmp_path: Path) -> None:
    shared = POD.replace("https://quay.io/acme/c:1", "&image https://quay.io/acme/c:1") + "  hostname: *image\n"
    write(tmp_path, pod=shared)
    results = run_of(tmp_path, "pod.yaml")["results"]
    assert "invalid-image-reference" in {result["ruleId"] for result in results}
    assert [result for result in results if "fixes" in result] == []


def test_the_remedy_follows_the_sentence(tmp_path: Path) -> None:
    write(tmp_path, pod=POD)
    text = run_of(tmp_path, "pod.yaml")["results"][0]["message"]["text"]
    assert text.startswith("image `quay.io/acme/a:latest` uses the mutable tag `latest`.\n\npin the version")


def test_related_places_have_numbers_and_messages(tmp_path: Path) -> None:
    pod = POD.replace("spec:\n", "spec:\n  imagePullSecrets: [{name: absent}]\n")
    write(tmp_path, pod=pod)
    (related,) = (
        one["relatedLocations"] for one in run_of(tmp_path, "pod.yaml")["results"] if "relatedLocations" in one
    )
    assert [(place["id"], place["message"]["text"]) for place in related] == [(1, "the image that it is for")]


def test_paths_are_those_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "a b" / "é#%"
    write(folder, pod=POD)
    assert uris(run_of(folder, "pod.yaml")) == {"a%20b/%C3%A9%23%25/pod.yaml"}
    assert uris(run_of(tmp_path / "a b", str(folder))) == {"a%20b/%C3%A9%23%25/pod.yaml"}


def test_standard_input_has_a_place(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path / "sub")
    assert uris(run_of(tmp_path / "sub", "-", text=POD)) == {"%3Cstdin%3E"}
    assert uris(run_of(tmp_path / "sub", "-", "--stdin-filename=pod.yaml", text=POD)) == {"sub/pod.yaml"}


def test_what_was_not_read_is_reported(tmp_path: Path) -> None:
    write(tmp_path / "chart" / "templates", pod=POD)
    write(tmp_path / "chart", Chart="name: shop\nversion: 1.0.0\n")
    (note,) = run_of(tmp_path, "--no-render", "chart", text=POD)["invocations"][0]["toolExecutionNotifications"][:1]
    assert "not rendered" in note["message"]["text"]
