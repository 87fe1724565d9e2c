"""What the admission of service accounts does with a pod: the account, its pull secrets, or a refusal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformity.question import Answer, Case, Difference, Question, general
from imagelint.facts.extract import extract
from imagelint.index.index import Index
from imagelint.text.places import SourceId
from imagelint.text.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from conformity.seeds import Seeds

_ACCOUNT_SECRETS: tuple[Any, ...] = (
    *(None, [], [{"name": "a"}], [{"name": "a"}, {"name": "b"}], [{"name": ""}], [{}], [None]),
    [{"name": "b"}, {"name": ""}, {"name": "b"}],
)
_POD_SECRETS: tuple[Any, ...] = (
    *(None, [], [{"name": "a"}], [{"name": "c"}], [{}], [{"name": ""}], [{"name": None}], [None]),
    [{"name": "a"}, {"name": "a"}],
)
_BOOLEANS = ("true", "True", "TRUE", "1", "t", "T", "false", "yes", "tRue", "", " true")
_DEFAULT = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "ns"}}


def _cases(random: Random, _: Seeds, count: int) -> Iterator[Case]:
    for _number in range(count):
        accounts: dict[tuple[str, str], dict[str, Any]] = {}
        for account in (_random_account(random) for _ in range(random.choice((0, 1, 1, 2, 3)))):
            accounts[account["metadata"]["namespace"], account["metadata"]["name"]] = account
        # A controller makes `default` in every namespace.
        accounts.setdefault(("ns", "default"), _DEFAULT)
        yield {"op": "admission", "pod": _random_pod(random), "accounts": [*accounts.values()]}


def _random_account(random: Random) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": random.choice(("default", "sa", "sb"))}
    metadata["namespace"] = random.choice(("ns", "ns", "other"))
    account: dict[str, Any] = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    if random.random() < 0.7:
        account["imagePullSecrets"] = random.choice(_ACCOUNT_SECRETS)
    if random.random() < 0.3:
        metadata["annotations"] = {"kubernetes.io/enforce-mountable-secrets": random.choice(_BOOLEANS)}
    if random.random() < 0.2:
        account["secrets"] = [{"name": "a"}]
    return account


def _random_pod(random: Random) -> dict[str, Any]:
    spec: dict[str, Any] = {"containers": [{"name": "c", "image": "x"}]}
    for key in ("serviceAccountName", "serviceAccount"):
        if random.random() < 0.4:
            spec[key] = random.choice(("sa", "sb", "default", "", None, "sa"))
    if random.random() < 0.6:
        spec["imagePullSecrets"] = random.choice(_POD_SECRETS)
    metadata: dict[str, Any] = {"name": "p", "namespace": "ns"}
    if random.random() < 0.1:
        metadata["annotations"] = {"kubernetes.io/config.mirror": random.choice(("x", ""))}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _compare(case: Case, answer: Answer) -> Difference | None:
    text = "\n---\n".join(map(json.dumps, (case["pod"], *case["accounts"])))
    facts = extract(Source(SourceId("x.yaml"), text.encode()))
    index = Index({SourceId("x.yaml"): facts})
    if len(index.pods) != 1:
        return Difference(f"{len(index.pods)} pods here")
    if "annotations" in case["pod"]["metadata"]:
        is_refused = any("mirror pod" in field.problem for field in facts.misplaced)
        return None if is_refused == ("refused" in answer) else Difference("a mirror pod is refused on one side")
    pod = index.pods[0]
    account, forbidden = index.account(pod), index.forbidden_secrets(pod)
    if "refused" in answer:
        return _compare_refusal(answer["refused"], is_forbidden=bool(forbidden), has_account=account is not None)
    if forbidden:
        return Difference("forbidden here only")
    if account is None or pod.account_name != answer["account"]:
        return Difference("another account")
    ours = [entry.value for entry in index.pull_secrets(pod).entries]
    return None if ours == answer["pull_secrets"] else Difference("other pull secrets")


def _compare_refusal(refusal: str, *, is_forbidden: bool, has_account: bool) -> Difference | None:
    if "error looking up" in refusal:
        return Difference("account found here, not there") if has_account else None
    if "is not allowed because service account" in refusal:
        return None if is_forbidden else Difference("forbidden there only")
    return Difference(f"refused there: {general(refusal)}")


def _smaller(case: Case) -> Iterator[Case]:
    accounts = case["accounts"]
    for position, account in enumerate(accounts):
        if account["metadata"]["name"] != "default":
            yield {**case, "accounts": [*accounts[:position], *accounts[position + 1 :]]}


ADMISSION = Question("admission", 6_000, _cases, _compare, _smaller)
