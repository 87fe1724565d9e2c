"""Why a pull secret may be in the cluster although no manifest creates it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.facts.created import SECRET
from imagelint.text.places import Place, Related
from imagelint.text.records import NamedTuple
from imagelint_rules.created_elsewhere import creator_of
from imagelint_rules.needed_secrets import kept_elsewhere

if TYPE_CHECKING:
    from imagelint.index.index import Index
    from imagelint.index.pull_secrets import SecretUse
    from imagelint_rules.secret_evidence import Without


class Reason(NamedTuple):
    """Why a Secret may be there although no manifest creates it, for the end of a message, with what shows it."""

    phrase: str
    related: Related | None = None


def reason_to_exist(index: Index, use: SecretUse, without: Without | None, *, is_missed: bool) -> Reason | None:
    """The first of these reasons; `is_missed` if something shows that the Secret was forgotten."""
    # Where a patch is deployed is decided by what it patches.
    namespace = use.namespace if use.pod is None or use.pod.spec.complete else None
    creator = creator_of(index, SECRET, use.name.value, namespace, Place(use.source, use.name.span))
    if creator is not None:
        return Reason(f"no manifest creates it, {creator.phrase}")
    if encrypted := index.whole.join(_unless_encrypted):
        return Reason(f"no input file creates it{encrypted}")
    if without is not None:
        phrase = f"no input file creates it, but most pods pull from `{without.scope}` without one"
        return Reason(phrase, without.related)
    absent = kept_elsewhere(index, use) if not is_missed else None
    if absent is None:
        return None
    others = f"{absent.number} other Secrets that {absent.pods} need"
    phrase = f"no input file creates it, nor any of {others}, so that they may be kept elsewhere"
    return Reason(phrase, absent.related)


def _unless_encrypted(index: Index) -> str:
    """The end of a message, if there are files that nobody can read without their keys."""
    paths = [source.path for source, facts in index.files.items() if facts.encrypted_with is not None]
    if not paths:
        return ""
    which = f"the encrypted file `{paths[0]}`" if len(paths) == 1 else f"one of {len(paths)} encrypted files"
    return f", unless {which} does"
