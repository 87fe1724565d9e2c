"""An undefined pull secret beside other Secrets: what they show of where Secrets are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imagelint.world.world import World
from manifests import docker_secret, pod, stream
from support import index_of, judge, lint, read_texts

if TYPE_CHECKING:
    from imagelint.linting.finding import Finding

IMAGE = "registry.acme.example/web:1.4"


def variable(name: str, **fields: Any) -> dict[str, Any]:
    return {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": name, "key": "a", **fields}}}]}


def variables(name: str, **fields: Any) -> dict[str, Any]:
    return {"envFrom": [{"secretRef": {"name": name, **fields}}]}


def web(*volumes: dict[str, Any], namespace: str | None = "prod", **container: Any) -> dict[str, Any]:
    found = pod(IMAGE, "regcred", namespace=namespace, **container)
    found["spec"]["volumes"] = [{"name": f"v{number}", **volume} for number, volume in enumerate(volumes)]
    return found


def mounted(name: str, **fields: Any) -> dict[str, Any]:
    return {"secret": {"secretName": name, **fields}}


def projected(name: str, **fields: Any) -> dict[str, Any]:
    return {"projected": {"sources": [{"configMap": {"name": "c"}}, {"secret": {"name": name, **fields}}]}}


def opaque(name: str, namespace: str | None = "prod") -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque"}


def external(name: str) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "tools"}
    return {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": metadata, "spec": {}}


def undefined(*objects: dict[str, Any]) -> Finding:
    (finding,) = (one for one in lint(stream(*objects)) if one.rule == "pull-secret-undefined")
    return finding


KEPT_ELSEWHERE = [
    (web(mounted("web"), **variables("db")),),
    (web(projected("web"), **variable("db")),),
    (web(**variable("db")), web(mounted("mail"))),
    (web(mounted("a"), projected("b"), namespace=None),),
    (web(mounted("web-tls"), mounted("a"), mounted("b"), mounted("c", optional=True)),),
]


@pytest.mark.parametrize("objects", KEPT_ELSEWHERE)
def test_no_other_secret_is_in_the_input(objects: tuple[dict[str, Any], ...]) -> None:
    for finding in (one for one in lint(stream(*objects)) if one.rule == "pull-secret-undefined"):
        assert finding.severity == "info"
        assert "nor any of 2 other Secrets that pods of its " in finding.message
        assert any("is not defined either" in related.message for related in finding.related)


def test_another_namespace_shows_where_a_secret_of_the_same_name_is_kept() -> None:
    (stage,) = (
        one
        for one in lint(stream(web(mounted("web"), **variables("db")), web(namespace="stage")))
        if one.rule == "pull-secret-undefined" and "stage" in one.message
    )
    assert stage.severity == "info"
    assert "nor any of 2 other Secrets that pods of namespace `prod` need" in stage.message


@pytest.mark.parametrize(
    "beside",
    [opaque("db"), opaque("mail", "prod"), opaque("mail", "stage"), docker_secret("acr", "x.example", namespace="a")],
    ids=lambda secret: str(secret["metadata"]),
)
def test_another_namespace_shows_nothing_with_a_secret(beside: dict[str, Any]) -> None:
    objects = (web(mounted("web"), **variables("db")), web(namespace="stage"), beside)
    found = [one for one in lint(stream(*objects)) if one.rule == "pull-secret-undefined" and "stage" in one.message]
    assert [one.severity for one in found] == ["warning"]


@pytest.mark.parametrize(
    "objects",
    [
        (web(),),
        (web(**variables("db")),),
        # The pull secret itself, what may be missing, and what the cluster makes.
        (web(mounted("regcred"), **variables("db")),),
        (web(mounted("web", optional=True), **variables("db", optional=True)),),
        (web(mounted("web-tls"), mounted("webhook-server-cert"), **variables("db")),),
        (web(mounted("search-es-elastic-user"), mounted("app-pguser-web"), mounted("sa-token-x7k2p")),),
        (web(mounted("${NAME}"), mounted("{{ name }}")),),
        # Secrets are in the input: one of these, one of the namespace, one of the folder, or a pull secret.
        (web(mounted("web"), **variables("db")), opaque("db")),
        (web(mounted("web"), **variables("db")), opaque("mail")),
        (web(mounted("web"), **variables("db"), namespace=None), opaque("mail", None)),
        (web(mounted("web"), **variables("db")), docker_secret("acme", "registry.acme.example", namespace="tools")),
        (web(mounted("web"), **variables("db")), external("acme")),
        (web(mounted("web"), **variables("db")), opaque("mail", "tools")),
        # Needed in other namespaces.
        (web(mounted("web")), web(mounted("db"), namespace="other")),
    ],
)
def test_it_may_have_been_forgotten(objects: tuple[dict[str, Any], ...]) -> None:
    found = [one for one in lint(stream(*objects)) if one.rule == "pull-secret-undefined"]
    assert {one.severity for one in found} == {"warning"}
    assert not any("elsewhere" in one.message for one in found)


def test_a_folder_is_a_scope_where_no_file_states_the_namespace() -> None:
    def severities(first: str, second: str) -> list[str]:
        one, other = (stream(web(mounted(name), namespace=None)) for name in ("web", "db"))
        files = read_texts({first: one, second: other})
        findings = judge(files, World()).findings
        return [finding.severity for finding in findings if finding.rule == "pull-secret-undefined"]

    assert severities("shop/a.yaml", "shop/b.yaml") == ["info", "info"]
    assert severities("shop/a.yaml", "other/b.yaml") == ["warning", "warning"]


IN_THREE_NAMESPACES = [web(mounted(name), namespace=name) for name in ("web", "db", "mail")]


@pytest.mark.parametrize(
    ("objects", "severity"),
    [
        ([*IN_THREE_NAMESPACES, web()], "info"),
        ([*IN_THREE_NAMESPACES[:2], web(**variables("queue"))], "info"),
        # Two may be an oversight, and a Secret of another namespace shows that they are in the input.
        ([*IN_THREE_NAMESPACES[:2], web()], "warning"),
        ([*IN_THREE_NAMESPACES[:2], web(mounted("web"))], "warning"),
        ([*IN_THREE_NAMESPACES, web(), opaque("a", "tools")], "warning"),
    ],
)
def test_an_input_without_secrets(objects: list[dict[str, Any]], severity: str) -> None:
    found = [one for one in lint(stream(*objects)) if one.rule == "pull-secret-undefined"]
    assert {one.severity for one in found} == {severity}
    assert all("nor any of 3 other Secrets that pods need" in one.message for one in found) == (severity == "info")


def test_secrets_of_other_namespaces_in_other_folders() -> None:
    both = stream(web(mounted("web"), **variables("db")))
    files = read_texts({"shop/a.yaml": both, "tools/b.yaml": stream(opaque("mail", "tools"))})
    (finding,) = (one for one in judge(files, World()).findings if one.rule == "pull-secret-undefined")
    assert finding.severity == "info"


def test_the_secret_that_is_defined_is_shown() -> None:
    finding = undefined(opaque("db"), web(**variables("db")))
    (shown,) = (related for related in finding.related if "`db`" in related.message)
    assert (shown.place.span.line, shown.message) == (2, "Secret `db`, which it needs too, is defined here")


def test_only_pods_with_pull_secrets_are_searched() -> None:
    (spec,) = (one.spec for one in index_of(stream(pod(IMAGE, **variables("db")))).pods)
    assert spec.needed_secrets == ()
    init = {"initContainers": [{"name": "i", "image": IMAGE, **variables("a")}]}
    both = web(mounted("b"), mounted("a"))
    (spec,) = (one.spec for one in index_of(stream({**both, "spec": {**both["spec"], **init}})).pods)
    assert [name.value for name in spec.needed_secrets] == ["a", "b"]


@pytest.mark.parametrize(
    ("written", "instead"), [("pull_secret", "pull-secret"), ("RegCred", "regcred"), ("_a b_", "a-b"), ("...", None)]
)
def test_what_to_call_a_secret_whose_name_is_impossible(written: str, instead: str | None) -> None:
    (finding,) = (one for one in lint(stream(pod(IMAGE, written))) if one.rule == "pull-secret-undefined")
    assert ("such as" in (finding.help or "")) is (instead is not None)
    assert instead is None or f"`{instead}`" in (finding.help or "")
