"""What may be secret is hidden in every part of a file, also in what no parser reads."""

from __future__ import annotations

import json

import pytest

from imagelint.facts.hidden import hidden_places

CANARY = "hunter2canary"
LAST_APPLIED = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"data": CANARY})}
SECRET = json.dumps(
    {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "a", "annotations": LAST_APPLIED},
        "stringData": {"a": CANARY},
    },
    indent=1,
)
VARIABLE = {"name": "a", "image": "nginx", "env": [{"name": "PASSWORD", "value": CANARY}]}
POD = json.dumps({"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [VARIABLE]}}, indent=1)


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"{POD}\n{POD}\n",
        f"{POD}{SECRET}{POD}",
        f"{POD}\n---\n{SECRET}",
        f"{POD}\n---\n{POD}\n{SECRET}",
        f"---\n{POD}\n{SECRET}",
        f"---\n{POD}{SECRET}",
        f"kind: Pod\n...\n{SECRET}",
        f"{{}}\n{{}}\nname: [\n{SECRET}",
        "{" + '"a":{' * 300 + f'"b":"{CANARY}"' + "}" * 301,
    ],
)
def test_no_part_of_a_file_shows_a_secret(text: str) -> None:
    places = [*hidden_places(text.encode())]
    for number, line in enumerate(text.split("\n"), start=1):
        at = (number, line.find(CANARY) + 1)
        assert at[1] == 0 or any(span[:2] <= at < span[2:] for span in places), line


def test_comments_behind_a_document_hide_nothing() -> None:
    assert [*hidden_places(b"a: 1\n# b\n\n  # c\n---\nb: 1 # d\n")] == []
