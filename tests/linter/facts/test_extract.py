"""Facts of one file: nothing that matters is screened out, and nothing that others write may crash it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imagelint.facts.extract import extract
from imagelint.text.places import SourceId
from imagelint.text.source import Source, UnreadableError, read_source
from shared import SHARED, needs_shared

if TYPE_CHECKING:
    from imagelint.facts.model import FileFacts

LINES = [
    *("apiVersion: v1", "apiVersion: apps/v1", "kind: Pod", "kind: Deployment", "kind: List", "'kind': Secret"),
    *("kind: CustomResourceDefinition", '"apiVersion": "v1"', "items:", "- apiVersion: v1", "  kind: Pod", "spec:"),
    *("  containers: [{image: a}]", "  template: {spec: {containers: [{image: B}]}}", "metadata: {name: x}", "---"),
    *("{apiVersion: v1, kind: Pod}", "text: |", "  kind: apiVersion", "# kind: x", "\ttab", "? [a]", ": *b", "..."),
    *("labels: {a: '{{ b }}'}", "kind: Widget", "apiVersion: example.com/v1"),
    *("kind: ConfigMap", "kind: Odd", "data: {APP_IMAGE: ghcr.io/a/b:1}", "data:"),
    *("  iMage: ghcr.io/a/b:1", "  !!binary aW1hZ2U=: ghcr.io/a/b:1", "!!binary a2luZA==: Pod", "kind: PodList"),
]


def found_in(facts: FileFacts) -> tuple[object, ...]:
    return facts.pods, facts.secrets, facts.service_accounts, facts.is_template


@example("apiVersion: example.com/v1\nkind: Widget\nlabels: {a: '{{ b }}'}")
@given(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join))
def test_the_screen_skips_only_what_a_full_parse_finds_nothing_in(text: str) -> None:
    source = Source(SourceId("a.yaml"), text.encode())
    fast, full = extract(source), extract(source, is_strict=True)
    assert found_in(fast) == found_in(full)
    assert set(fast.problems) <= set(full.problems)


@needs_shared
def test_the_screen_holds_on_real_files() -> None:
    paths = sorted(path for path in (SHARED / "corpus").rglob("*.yaml") if path.is_file())[::40]
    assert paths
    for path in paths:
        try:
            source = read_source(str(path))
        except UnreadableError:
            continue
        fast, full = extract(source), extract(source, is_strict=True)
        assert found_in(fast) == found_in(full)


VALUES = st.recursive(
    st.sampled_from(["a", "''", "~", "1.10", "yes", "&x b", "*x", "!!binary e30=", "{{ y }}", "${z}", "<<"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(
            st.sampled_from(
                [
                    *("spec", "template", "containers", "image", "imagePullSecrets", "name", "metadata", "<<", "items"),
                    *("data", ".dockerconfigjson", "stringData", "type", "volumes", "namespace", "objects", "status"),
                ]
            ),
            inner,
            max_size=4,
        ).map(lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}")
    ),
    max_leaves=20,
)
KINDS = ["Pod", "Deployment", "Secret", "ServiceAccount", "List", "Template", "CronJob", "ExternalSecret", "Widget"]


@given(st.sampled_from(["v1", "apps/v1", "batch/v1", "external-secrets.io/v1"]), st.sampled_from(KINDS), VALUES, VALUES)
def test_any_shape_of_an_object_is_read(api_version: str, kind: str, first: str, second: str) -> None:
    text = f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {first}\nspec: {second}\ndata: {first}\n"
    facts = extract(Source(SourceId("a.yaml"), text.encode()))
    assert pickle.loads(pickle.dumps(facts)) == facts


@pytest.mark.parametrize("path", ["shop/templates/a.yaml", "templates/a.yaml"])
def test_template_sources_are_reported_not_parsed(path: str) -> None:
    text = b"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: {{ .Values.image }}\n"
    facts = extract(Source(SourceId(path), text))
    assert (facts.templated, facts.pods, facts.problems) == (True, (), ())
    assert extract(Source(SourceId("a.yaml"), text)).pods


@pytest.mark.parametrize(
    ("line", "templated"),
    [
        ('<#if mail.active?? && mail.to == "ops">', True),
        ("  </#list>", True),
        ("<% if mail %>", True),
        ("  note: not a <#directive", False),
        ("<br>", False),
    ],
)
def test_lines_of_template_languages_explain_what_is_refused(line: str, templated: bool) -> None:
    text = f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n{line}\n  labels: {{a: b: c}}\n"
    facts = extract(Source(SourceId("a.ftl.yaml"), text.encode()))
    assert (facts.templated, not facts.problems) == (templated, templated)


def test_what_follows_an_indented_document_does_not_hide_it() -> None:
    text = "  apiVersion: v1\n  kind: Pod\n  spec: {containers: [{image: a}]}\nkind: ConfigMap\n"
    (pod,) = extract(Source(SourceId("a.yaml"), text.encode())).pods
    assert pod.resource.kind == "Pod"
