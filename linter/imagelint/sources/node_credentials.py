"""Registries that the nodes of a cluster have credentials for, as scripts, modules, templates and texts show.

Source: `az aks update --attach-acr` and the role `AcrPull`, which the identity of the kubelet gets
(learn.microsoft.com/azure/aks/cluster-container-registry-integration); the role of the nodes of EKS, which has to
include pulls from ECR (docs.aws.amazon.com/eks/latest/userguide/create-node-role.html).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imagelint.facts.registry_signs import NodeCredential
from imagelint.sources.instruction_names import (
    around_documentation,
    is_history,
    is_of_azure_resources,
    is_terraform,
    is_text,
)
from imagelint.text.paths import shown
from imagelint.text.places import SourceId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagelint.facts.input import Input

_AKS, _EKS = "aks", "eks"
_ATTACHES, _GIVES_ROLE = "attaches a registry to the AKS cluster", "gives AKS nodes the role `AcrPull`"
_SETS_UP_EKS = "sets up EKS, whose nodes have a role that may pull"
_WORDS = ("acr", "Acr", "ACR", "7f951dda", "eks", "AmazonEC2", "ecret", "kubelet")

_ATTACH = re.compile(r"--attach-acr[ \t=]+[\"']?([^\s\"'`]{1,255})")
# The name of a registry in Azure, also at the end of the id of its resource.
_REGISTRY = r"(?a)(?:/\S*/registries/)?([A-Za-z0-9]{5,50})"
# The role by its name, or by its id, which is the same everywhere.
_ROLE = r"(?i)acr[ _-]?pull|7f951dda-4ed3-4680-a7ca-43fe172d538d"
_NODES = r"(?i)kubelet|(?:agent|node)_?pool|(?<![a-z])aks|kubernetes|managedclusters|(?<![a-z])k8s"
_TO_NODES = r"(?i)kubelet"
_TO_PARAMETER = r"(?im)\bprincipal_?id\"?[ \t]*[=:][ \t]*(?:(?:var|each|local)\.|\w+[ \t]*$)"
_ASSIGNS_IN_SCRIPT = r"(?i)\brole[ \t]+assignment[ \t]+create\b|\bNew-AzRoleAssignment\b"
# What the role is given for: its name says nothing of whom it is given to.
_SCOPE = r"(?im)^[ \t]*scope[ \t]*[=:].*|--?(?:scope|resource-group|g)[ \t=]+\S+"
_COMMENT = r"(?m)^[ \t]*(?:#|//).*"
_END_OF_BLOCK, _END_OF_LINE = r"(?m)^\}", r"[\\`]\n"

_OF_EKS = re.compile(
    r"\beksctl[ \t]+create[ \t]+(?:cluster|nodegroup)\b"
    r"|\baws[ \t]+eks\b[^\n]{0,200}?\b(?:update-kubeconfig|create-cluster|create-nodegroup)\b"
    r"|\baws_eks_(?:cluster|node_group)\b|\bterraform-aws-modules/eks/aws\b"
    r"|\bAmazonEC2ContainerRegistry(?:ReadOnly|PullOnly)\b"
)

# Sentences, and the items of lists.
_BETWEEN_SENTENCES = r"[.!?;](?=\s)|\n[ \t]*(?:\n|[-*+|#>]|[0-9]+\.)"
_LONGEST_SENTENCE = 1000
# Sentences that leave it open, or are about images that need no credentials.
_IS_OPEN = r"(?i)\b(?:if|unless|whether|when|instead|either|or|optionally|todo|public|detach\w*)\b"
# Those that say the opposite, or give the role to a principal whose password a pull secret has.
_DENIES = r"(?i)\b(?:not|never|cannot|without)\b|n't\b|service principal|create-for-rbac|ecrets?\b|--attach"
_IS_ATTACHED = r"(?i)\battach(?:e[ds]|ing)?\b"
_OF_ACR, _OF_CLUSTER = r"(?i)\bacr\b|container registry", r"(?i)\baks\b|\bcluster|\bkubernetes\b"
_PULLED_WITH = r"(?:image[ -]?)?pull[ -]?secrets?\b`?"
_NEEDS_NONE = (
    rf"(?i)\bno `?{_PULLED_WITH}[^\n]{{0,60}}\b(?:needed|required|necessary)\b"
    rf"|\b{_PULLED_WITH}[^\n]{{0,20}}(?:\bnot\b|n't\b)[^\n]{{0,20}}\b(?:needed|required|necessary)\b"
    rf"|\b(?:needs?|requires?) no `?{_PULLED_WITH}"
    rf"|(?:\bnot|n't) (?:need|require) (?:an? |any )?`?{_PULLED_WITH}"
)
# Who pulls instead.
_BY_NODES = r"(?i)kubelet|\bnodes?\b|acr[ _-]?pull|\broles?\b|\bidentit(?:y|ies)\b|\battach|\bIAM\b"


class NodeCredentials:
    """What says that nodes have credentials, so that pods need no pull secret."""

    def __init__(self, found: Input) -> None:
        self._found = found
        self._noted: dict[str, set[NodeCredential]] = {}
        # Modules that give the role to a parameter, and whether anything has the identity of kubelets.
        self._to_parameters: list[str] = []
        self._has_kubelets = False

    def read(self, path: str, text: str) -> None:
        """Look in one of the instructions."""
        if not any(word in text for word in _WORDS):
            return
        place = shown(path)
        if is_text(path):
            if is_history(path):
                return
            folder = around_documentation(place)
            found = {one._replace(folder=folder) for one in _said(text)}
        else:
            text = re.sub(_COMMENT, "", text)
            found = {*_done(text)}
            found |= self._assigned(place, text)
        if found:
            self._noted.setdefault(place, set()).update(found)

    def _assigned(self, place: str, text: str) -> set[NodeCredential]:
        """What an assignment of the role says."""
        is_block = is_terraform(place)
        if not (is_block or is_of_azure_resources(place)):
            lines = re.sub(_END_OF_LINE, " ", text).splitlines()
            gives = any(re.search(_ASSIGNS_IN_SCRIPT, line) and _is_for_nodes(line) for line in lines)
            return {NodeCredential(_AKS, _GIVES_ROLE)} if gives else set()
        self._has_kubelets = self._has_kubelets or re.search(_TO_NODES, text) is not None
        parts = [part for part in re.split(_END_OF_BLOCK, text) if "rincipal" in part] if is_block else [text]
        if any(map(_is_for_nodes if is_block else _names_kubelets, parts)):
            return {NodeCredential(_AKS, _GIVES_ROLE)}
        if any(re.search(_ROLE, part) and re.search(_TO_PARAMETER, part) for part in parts):
            self._to_parameters.append(place)
        return set()

    def note(self) -> None:
        """Note in the input what was found."""
        for path in self._to_parameters if self._has_kubelets else ():
            self._noted.setdefault(path, set()).add(NodeCredential(_AKS, _GIVES_ROLE))
        for path, noted in self._noted.items():
            facts = self._found.facts_at(path)
            self._found.files[SourceId(path)] = facts._replace(node_credentials=facts.node_credentials | noted)


def _is_for_nodes(statement: str) -> bool:
    return re.search(_ROLE, statement) is not None and re.search(_NODES, re.sub(_SCOPE, "", statement)) is not None


def _names_kubelets(text: str) -> bool:
    return re.search(_ROLE, text) is not None and re.search(_TO_NODES, text) is not None


def _done(text: str) -> Iterator[NodeCredential]:
    """What the commands and resources in a text set up."""
    attached = _ATTACH.findall(text)
    if attached:
        from imagelint.facts.builders.script_variables import Variables

        variables = Variables(text)
        for name in dict.fromkeys(value for word in attached for value in variables.values(word)):
            registry = re.fullmatch(_REGISTRY, name)
            yield NodeCredential(_AKS, _ATTACHES, f"{registry[1].lower()}.azurecr.io" if registry else None)
    if _OF_EKS.search(text):
        yield NodeCredential(_EKS, _SETS_UP_EKS)


def _said(text: str) -> Iterator[NodeCredential]:
    """What a text for people says, or asks them to do; the names of registries in it are examples."""
    for one in _done(text):
        yield one._replace(how=f"shows a command that {one.how}", host=None)
    for part in re.split(_BETWEEN_SENTENCES, text):
        sentence = " ".join(part.split()) if len(part) <= _LONGEST_SENTENCE else ""
        if re.search(_IS_OPEN, sentence):
            continue
        if re.search(_NEEDS_NONE, sentence) and re.search(_BY_NODES, sentence):
            yield NodeCredential(None, "says that no pull secret is needed")
        elif not re.search(_DENIES, sentence) and _says_attached(sentence):
            yield NodeCredential(_AKS, "says that the registry is attached to the AKS cluster")


def _says_attached(sentence: str) -> bool:
    is_attached = all(re.search(one, sentence) for one in (_IS_ATTACHED, _OF_ACR, _OF_CLUSTER))
    return is_attached or _is_for_nodes(sentence)
