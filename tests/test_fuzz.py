"""From any bytes and from any manifest-like text to every output: nothing is raised.

`make fuzz` does the same for as long as it is let.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from fuzzing import facts_of, outputs_of

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

NAMES = st.sampled_from(["a", "regcred", "default", "", "null", "*a", "&a x", "<<", "é", '"\\e"', "x" * 300])
IMAGES = st.sampled_from(
    ["nginx", "quay.io/acme/app:1", "a:latest", "A/B", "${TAG}", "{{ .x }}", "gcr.io/x@sha256:1", "''", "[]"]
) | st.text(max_size=20)  # fmt: skip
CONFIGS = st.sampled_from(
    ['{"auths": {"quay.io": {"auth": "dTpw"}}}', "{}", "[", "null", '{"auths": {"*.io": 1}}', "eA=="]
)
COMMENTS = st.sampled_from(
    ["", "  # imagelint: ignore[latest-tag] x", "  # imagelint: file-ignore[]", "  # imagelint: ignore", " # Source: a"]
)


@st.composite
def containers(draw: st.DrawFn) -> str:
    lines = [f"  - name: {draw(NAMES)}", f"    image: {draw(IMAGES)}{draw(COMMENTS)}"]
    if draw(st.booleans()):
        lines.append(f"    imagePullPolicy: {draw(st.sampled_from(['Always', 'Never', 'always', '1', '[]']))}")
    return "\n".join(lines)


@st.composite
def pods(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["v1\nkind: Pod", "apps/v1\nkind: Deployment", "argoproj.io/v1alpha1\nkind: Rollout"]))
    secrets = draw(st.lists(st.sampled_from(["{name: regcred}", "regcred", "{}", "{name: a, namespace: b}", "*a"])))
    listed = "\n".join(draw(st.lists(containers(), max_size=3)))
    spec = f"spec:\n  serviceAccountName: {draw(NAMES)}\n  imagePullSecrets: [{', '.join(secrets)}]\n"
    spec += f"  containers:\n{listed}"
    if "Pod" not in kind:
        spec = "spec:\n  template:\n    " + spec.replace("\n", "\n    ")
    return f"apiVersion: {kind}\nmetadata: {{name: {draw(NAMES)}, namespace: {draw(NAMES)}}}\n{spec}"


@st.composite
def others(draw: st.DrawFn) -> str:
    """Secrets, accounts, kustomizations, lists, and what is nothing of Kubernetes."""
    name = draw(NAMES)
    secret = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\ntype: kubernetes.io/dockerconfigjson\n"
    pod = f"{{kind: Pod, apiVersion: v1, spec: {{containers: [{{image: {name}}}]}}}}"
    generator = f"secretGenerator: [{{name: {name}, literals: [a=b]}}]\n"
    texts = [
        f"{secret}stringData: {{.dockerconfigjson: '{draw(CONFIGS)}'}}\ndata: {{a: {name}}}",
        f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}}}\nimagePullSecrets: [{{name: {name}}}]",
        f"apiVersion: v1\nkind: List\nitems: [{pod}]",
        f"{generator}resources: [input.yaml, ., ..]\nimages: [{{name: nginx, newTag: {name}}}]\nnamespace: {name}",
        f"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nspec: {{target: {{name: {name}}}}}",
        f"a: &a {{b: {name}}}\nc: {{<<: [*a, *a], d: *a}}",
        name,
    ]
    return draw(st.sampled_from(texts))


@st.composite
def manifests(draw: st.DrawFn) -> bytes:
    """Documents as people write them, with some bytes cut, doubled or put in."""
    marker = st.sampled_from(["\n---\n", "\n---# x\n", "\n...\n", "\n--- ", "\r\n---\r\n"])
    text = "".join(draw(pods() | others()) + draw(marker) for _ in range(draw(st.integers(1, 4))))
    raw = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(draw(st.integers(0, 3))):
        at, length = draw(st.integers(0, len(raw))), draw(st.integers(0, 9))
        raw[at : at + length] = draw(
            st.binary(max_size=4) | st.sampled_from([b"&a ", b"*a", b"<<: ", b"{{", b"\t", b"? "])
        )
    return bytes(raw)


def no_failure(raw: bytes, name: str) -> None:
    _, outcome = outputs_of(raw, name)
    assert [finding.message for finding in outcome.findings if finding.rule == "internal-error"] == []


PATHS: SearchStrategy[str] = st.sampled_from(["input.yaml", "kustomization.yaml", "a/templates/b.yaml", "list.json"])


@given(st.binary(max_size=300), PATHS)
@settings(max_examples=100, deadline=None)
def test_any_bytes(raw: bytes, name: str) -> None:
    no_failure(raw, name)


@given(manifests(), PATHS)
@settings(max_examples=200, deadline=None)
def test_any_manifest(raw: bytes, name: str) -> None:
    no_failure(raw, name)


@given(manifests())
@settings(max_examples=100, deadline=None)
def test_what_is_skipped_could_not_matter(raw: bytes) -> None:
    assert facts_of(raw) == facts_of(raw, is_strict=True)
