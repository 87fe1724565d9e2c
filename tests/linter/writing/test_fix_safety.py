"""A fix leaves everything else in the file as it is, or is not applied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from imagelint.linting.fix import Edit, Fix, apply
from imagelint.text.places import Span
from imagelint.writing.fix_safety import judge
from support import imagelint, lint

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n"


def fixed(text: str, *, unsafe: bool = False) -> str:
    """The text with the fixes of its findings."""
    fixes = [finding.fix for finding in lint(text) if finding.fix is not None and (finding.fix.is_safe or unsafe)]
    return apply(text.encode(), judge(text.encode(), fixes, unsafe=unsafe).edits).decode()


# Where a key exists already, or would be written twice, it is unknown which of the values was meant.
AMBIGUOUS = {
    "the right key beside it": "  imagepullSecrets: [{name: a}]\n  imagePullSecrets: [{name: b}]\n  containers: []\n",
    "the right key in front": "  imagePullSecrets: [{name: b}]\n  pullSecrets: [{name: a}]\n  containers: []\n",
    "the right key without a value": "  imagePullSecrets:\n  pullSecrets: [{name: a}]\n  containers: []\n",
    "two spellings": "  imagepullSecrets: [{name: a}]\n  imagePullSecret: [{name: b}]\n  containers: []\n",
    "two spellings of a policy": "  containers: [{name: a, pullPolicy: Always, pull_policy: Never}]\n",
    "a policy beside it": "  containers: [{name: a, imagePullPolicy: Always, pullPolicy: Never}]\n",
    "a policy in quotes": '  containers: [{name: a, "imagePullPolicy": Always, pullPolicy: Never}]\n',
    "a key merged in": "  <<: {imagePullSecrets: [{name: a}]}\n  imagepullsecrets: [{name: b}]\n  containers: []\n",
    "a spelling merged in": "  <<: {imagepullsecrets: [{name: a}]}\n  pullSecrets: [{name: b}]\n  containers: []\n",
    "two names of an entry": "  imagePullSecrets: [{secretName: a, secret: b}]\n  containers: []\n",
    "a name without a value": "  imagePullSecrets: [{name: , secretName: a}]\n  containers: []\n",
}


@pytest.mark.parametrize("spec", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_no_fix_writes_a_key_twice(spec: str) -> None:
    assert [finding for finding in lint(POD + spec) if finding.rule == "misplaced-pull-field"]
    assert fixed(POD + spec, unsafe=True) == POD + spec


def test_edits_that_overlap_in_a_key_are_refused() -> None:
    text = b"a: {x: 1, y: 2}\nb: {z: 1, x: 2}\nc: {x: 1}\n"
    x, y, taken, free = (Fix((Edit(Span(*place), old, "z"),)) for place, old in [
        ((1, 5, 1, 6), "x"), ((1, 11, 1, 12), "y"), ((2, 11, 2, 12), "x"), ((3, 5, 3, 6), "x"),
    ])  # fmt: skip
    judgement = judge(text, [x, y, taken, free], unsafe=True)
    assert judgement.edits == [*free.edits]
    assert judgement.refused == {
        x: "several keys would become `z`",
        y: "several keys would become `z`",
        taken: "the key `z` already exists",
    }


CONTAINER = "  containers:\n    - name: a\n      image: "
# What a safe fix would change elsewhere as well.
SHARED = {
    "an alias elsewhere": CONTAINER + "&i ghrc.io/a/b:1\n      env: [{name: I, value: *i}]\n",
    "an alias of the image": "  nodeName: &i ghrc.io/a/b:1\n" + CONTAINER + "*i\n",
    "an alias in another container": CONTAINER + "&i ghrc.io/a/b:1\n    - {name: b, image: *i}\n",
    "a merged container": "  containers:\n    - &c {name: a, image: ghrc.io/a/b:1}\n    - {<<: *c, name: b}\n",
    "a merged list": "  containers:\n    - &c {name: a, image: ghrc.io/a/b:1}\n    - {<<: [*c], name: b}\n",
    "an alias of the container": "  containers:\n    - &c {name: a, image: ghrc.io/a/b:1}\n  initContainers: [*c]\n",
    "an alias of the list": "  containers: &c\n    - {name: a, image: ghrc.io/a/b:1}\n  initContainers: *c\n",
    "a key of a merged container": "  containers:\n    - &c {name: a, image: quay.io/a/b:1, pullPolicy: Never}\n"
    "    - {<<: *c, name: b}\n",
}


@pytest.mark.parametrize("spec", SHARED.values(), ids=SHARED)
def test_what_an_alias_takes_changes_only_by_an_unsafe_fix(spec: str) -> None:
    text = POD + spec
    assert fixed(text) == text
    expected = text.replace("ghrc.io", "ghcr.io").replace("pullPolicy", "imagePullPolicy")
    assert fixed(text, unsafe=True) == expected != text


@pytest.mark.parametrize(
    "spec",
    [
        "  imagePullSecrets: [&s one]\n  serviceAccountName: *s\n  containers: []\n",
        "  nodeName: &s imagepullsecrets\n  *s : [{name: a}]\n  containers: []\n",
    ],
    ids=["a string that becomes a mapping", "a key that is also a value"],
)
def test_what_would_break_another_use_is_never_fixed(spec: str) -> None:
    assert any(finding.fix for finding in lint(POD + spec))
    assert fixed(POD + spec, unsafe=True) == POD + spec


def test_an_anchor_that_nothing_uses_does_not_prevent_a_fix() -> None:
    assert fixed(POD + CONTAINER + "&i ghrc.io/a/b:1\n") == POD + CONTAINER + "&i ghcr.io/a/b:1\n"


def test_a_refused_fix_is_explained_and_the_others_are_made(tmp_path: Path) -> None:
    text = POD + CONTAINER + "&i ghrc.io/a/b:1\n    - {name: b, image: *i}\n    - {name: c, image: ghrc.io/a/c:1}\n"
    (tmp_path / "pod.yaml").write_text(text, encoding="utf-8")
    for option in ("--diff", "--fix"):
        done = imagelint(option, "pod.yaml", cwd=tmp_path)
        assert "note: pod.yaml:7: not fixed: an alias or a merge key uses the value elsewhere" in done.stderr
    assert (tmp_path / "pod.yaml").read_text(encoding="utf-8") == text.replace("ghrc.io/a/c", "ghcr.io/a/c")


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (b"image: old\n", "a: b"),
        (b"image: old\n", "new # comment"),
        (b"image: old\n", "1.10"),
        (b"image: old\n", "*alias"),
        (b"image: old\n", ""),
        (b"image: 'old'\n", "a'b"),
        (b'image: "old"\n', 'a"b'),
        (b'image: "old"\n', "a\\x62"),
        (b"{image: old}\n", "a, b: c"),
        (b'{"image": "old", "x": [1]}', 'a", "b": "c'),
    ],
)
def test_text_that_would_read_as_something_else_is_not_written(text: bytes, new: str) -> None:
    start = text.index(b"old")
    quotes = text[start - 1 : start] in {b"'", b'"'}
    edit = Edit(Span(1, start + 1 - quotes, 1, start + 4 + quotes), "old", new)
    judgement = judge(text, [Fix((edit,))], unsafe=True)
    assert judgement.edits == []
    assert judgement.refused == {Fix((edit,)): "the fix would change more than this value"}


def test_a_fix_that_is_refused_costs_no_other_document() -> None:
    text = b"a: old\n---\na: old\n---\na: old\n"
    bad, good = Fix((Edit(Span(3, 4, 3, 7), "old", "[x"),)), Fix((Edit(Span(5, 4, 5, 7), "old", "new"),))
    assert judge(text, [bad, good], unsafe=False).edits == [*good.edits]


def test_a_tagged_string_does_not_become_a_mapping() -> None:
    text = POD + "  imagePullSecrets: [!!str one]\n  containers: []\n"
    assert fixed(text, unsafe=True) == text


JSON_POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a"},
    "spec": {
        "pullSecrets": [{"name": "x"}],
        "containers": [
            {"name": "a", "image": "https://ghrc.io/a/b:1", "pullPolicy": "Always"},
            {"name": "b", "image": "GHRC.io/A/b:1 ", "pull-policy": "Always"},
        ],
    },
}


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json_stays_json(indent: int | str | None) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "imagePullSecrets": ["one", {"secretName": "two"}]}
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [JSON_POD, account]}, indent=indent)
    for _ in range(3):
        text = fixed(text, unsafe=True)
    after: Any = json.loads(text)
    pod, account = after["items"]
    assert pod["spec"]["imagePullSecrets"] == [{"name": "x"}]
    assert pod["spec"]["containers"][0]["image"] == "ghcr.io/a/b:1"
    assert all(container["imagePullPolicy"] == "Always" for container in pod["spec"]["containers"])
    assert account["imagePullSecrets"] == [{"name": "one"}, {"name": "two"}]


IMAGES = {
    "ghrc.io/a/b:1": "ghcr.io/a/b:1",
    "https://quay.io/a/b:1": "quay.io/a/b:1",
    "k8s.gcr.io/pause:3.9": "registry.k8s.io/pause:3.9",
    "quay.io/a/b:1": "quay.io/a/b:1",
}
SECRET_KEYS = ["imagePullSecrets", "imagepullsecrets", "pullSecrets", "image_pull_secret"]
POLICY_KEYS = ["imagePullPolicy", "pullPolicy", "image-pull-policy"]


def quoted(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from([text, f"'{text}'", f'"{text}"'])


@st.composite
def containers(draw: st.DrawFn) -> str:
    anchor = draw(st.sampled_from(["", "&i "]))
    image = draw(st.sampled_from(sorted(IMAGES)).flatmap(quoted))
    fields = [f"name: {draw(st.sampled_from('abc'))}", f"image: {anchor}{image}"]
    keys = draw(st.lists(st.sampled_from(POLICY_KEYS), max_size=2, unique=True))
    fields += [f"{draw(quoted(key))}: Always" for key in keys]
    if anchor:
        fields += draw(st.sampled_from([[], ["env: [{name: I, value: *i}]"], ["x: {<<: {y: *i}}"]]))
    return "{" + ", ".join(draw(st.permutations(fields)) if not anchor else fields) + "}"


@st.composite
def pods(draw: st.DrawFn) -> str:
    entry = st.sampled_from(["{name: one}", "one", "'two'", '"null"', "no", "{secretName: x}", "{secret: x, key: y}"])
    keys = draw(st.lists(st.sampled_from(SECRET_KEYS), max_size=2, unique=True))
    lines = [f"  {draw(quoted(key))}: [{', '.join(draw(st.lists(entry, max_size=3)))}]" for key in keys]
    lines.append("  containers:")
    for number, container in enumerate(draw(st.lists(containers(), max_size=3))):
        lines.append("    - " + container.replace("&i", f"&i{number}").replace("*i", f"*i{number}"))
    return POD + "\n".join(lines) + "\n"


def normal(node: Any, key: str = "") -> object:
    """What a reader makes of a text, with all that a fix may change as it is after it. A key may come twice."""
    if isinstance(node, dict):
        fields = cast("dict[str, Any]", node)
        return sorted(
            (name, normal(value, name)) for name, value in zip(right_keys(fields), fields.values(), strict=True)
        )
    if isinstance(node, (list, tuple)):
        has_strings = key == "imagePullSecrets"
        items = cast("Iterable[Any]", node)
        return [normal({"name": item} if has_strings and isinstance(item, str) else item) for item in items]
    return IMAGES.get(node, node) if key == "image" else str(node)


def read(text: str) -> Any:
    """The one document of a text, by a reader that refuses a key that comes twice."""
    reader: Any = YAML(typ="safe", pure=True)  # its methods have no complete types
    return reader.load(text)


def right_keys(fields: dict[str, Any]) -> list[str]:
    if [*fields] == ["secretName"]:
        return ["name"]
    right = dict.fromkeys(SECRET_KEYS, "imagePullSecrets") | dict.fromkeys(POLICY_KEYS, "imagePullPolicy")
    return [right.get(key, key) for key in fields]


@settings(deadline=None)
@given(pods())
def test_all_but_what_is_fixed_stays_as_it_is(text: str) -> None:
    before = lint(text)
    fixes = [finding.fix for finding in before if finding.fix is not None and finding.fix.is_safe]
    judgement = judge(text.encode(), fixes, unsafe=False)
    after = apply(text.encode(), judgement.edits).decode()
    assert normal(read(after)) == normal(read(text))
    done = {finding for finding in before if finding.fix and finding.fix not in judgement.refused}
    left = {(finding.rule, finding.message, finding.at.span.line) for finding in lint(after)}
    assert not left & {(finding.rule, finding.message, finding.at.span.line) for finding in done}


@settings(deadline=None)
@given(pods())
def test_json_of_any_pod_stays_json(text: str) -> None:
    before = read(text)
    after = json.loads(fixed(json.dumps(before), unsafe=True))
    assert normal(after) == normal(before)
