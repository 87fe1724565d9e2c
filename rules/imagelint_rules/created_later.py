"""Accounts and Secrets that are defined, and created only after the pods that need them were waited for."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from imagelint.facts.created import ACCOUNT
from imagelint.linting.finding import Confidence, Severity, Subject
from imagelint.text.places import Related
from imagelint_rules.created_elsewhere import creator_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imagelint.facts.model import Resource
    from imagelint.facts.turns import Turn
    from imagelint.index.definitions import Account, Secret
    from imagelint.index.index import Index
    from imagelint.linting.finding import Finding
    from imagelint.linting.rule import Rule
    from imagelint.text.places import Place, SourceId


def late_definition(
    rule: Rule, index: Index, user: Resource, at: Place, found: Sequence[Account | Secret], kind: str
) -> Iterator[Finding]:
    """The finding that nothing of a kind, a ServiceAccount or a Secret, is there in time for the pods of an object.

    `at` is where the object names it, and `found` has every definition that its pods could use otherwise. Only what is
    installed together has an order: a chart, a kustomization, or the files of a folder.
    """
    if not found or not all(_is_behind(user, at.source, one) for one in found):
        return
    turns = (user.turn, *(one.resource.turn for one in found))
    deciding = next((turn for turn in turns if turn is not None), None)
    identity = found[0].id
    if deciding is None or creator_of(index, kind, identity.name, identity.namespace, at):
        return
    what = "service account" if kind == ACCOUNT else "pull secret"
    yield rule.finding(
        at,
        f"{what} `{identity.name}` is created after {user.label}, which needs it: {deciding.tool} waits for the "
        f"{user.kind} first (`{deciding.key}: {deciding.value}`)",
        Subject(resource=user, names=(identity.name,)),
        help=_help(what, user.turn),
        related=[Related(found[0].place, "created later")],
        severity=Severity.ERROR,
        confidence=Confidence.LIKELY,
    )


def _is_behind(user: Resource, source: SourceId, definition: Account | Secret) -> bool:
    if user.turn is None and definition.resource.turn is None:
        return False
    from imagelint.facts.turns import is_created_later

    is_later = is_created_later(user.kind, user.turn, definition.resource.turn)
    return is_later and _are_together(source, definition.source)


def _are_together(source: SourceId, other: SourceId) -> bool:
    if source.part or other.part:
        return source == other
    return posixpath.dirname(source.path) == posixpath.dirname(other.path)


def _help(what: str, turn: Turn | None) -> str:
    """What to write at the definition; accounts and Secrets come first among objects of the same turn."""
    if turn is None or turn.is_wave:
        return f"give the {what} the wave of the pods ({turn.weight if turn else 0}), or an earlier one"
    return f"give the {what} the annotation `{turn.key}: {turn.value}` too, and the weight {turn.weight} or a lower one"
