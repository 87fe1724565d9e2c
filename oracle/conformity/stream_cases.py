"""Streams of documents as bytes: in YAML, in JSON, in lists, in other encodings."""

from __future__ import annotations

import json
import re
import warnings
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from conformity.json_values import is_object
from conformity.parts import parts
from conformity.texts import mutated
from conformity.yaml_cases import SEPARATORS, mutated_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

_JSON_CHARACTERS = "{}[]:,\"\\ \t\n\x00\ufeff#'"
_BAD_BYTES = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x80", b"\xf4\x90\x80\x80", b"\x00", b"\xc0\xaf")
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def minimal_streams() -> Iterator[str]:
    """One stream for each part that random ones are made of, and for each kind of difference that was ever found."""
    yield from parts("minimal_streams")
    yield from (f"a: {value}\n" for value in parts("yaml_values"))
    yield from (f"a: {text}1.10\n" for text in parts("yaml_properties"))
    yield from (f"a: 1\n{line.format('')}\n" for line in parts("yaml_lines"))
    yield from (f"a: 1\n{separator}b: 2\n" for separator in SEPARATORS)


def random_stream(random: Random, documents: list[str]) -> bytes:
    """One to three of the documents, changed and joined in any way that tools join them, and some that none does."""
    if random.random() < 0.04:
        return _json_stream(random, documents).encode("utf-8", "replace")
    text = random.choice(("", "", "", *SEPARATORS))
    for number in range(random.choice((1, 1, 1, 2, 2, 3))):
        text += random.choice(SEPARATORS) if number else ""
        part = _changed(random, random.choice(documents))
        text += part if part.endswith("\n") or random.random() < 0.2 else f"{part}\n"
    if random.random() < 0.05:
        text += random.choice(SEPARATORS)
    return _encoded(random, text)


def _changed(random: Random, text: str) -> str:
    kind = random.random()
    if kind < 0.15:
        return _flow(random, text)
    if kind < 0.19:
        return _listed(random, text)
    return mutated_yaml(random, text) if kind < 0.9 else text


def _json_stream(random: Random, documents: list[str]) -> str:
    objects = [_flow(random, random.choice(documents)) for _ in range(random.choice((2, 2, 3, 4)))]
    return random.choice(("", "\n", " ", ",", "\n\n", "\n---\n", "\n---", "\x1e")).join(objects)


def _loaded(text: str) -> Any:  # noqa: ANN401 - any value of YAML
    reader: Any = YAML(typ="safe", pure=True)
    try:
        with warnings.catch_warnings(action="ignore"):  # an anchor that is set twice is legal
            return reader.load(text)
    except (YAMLError, ValueError):
        return None


def _flow(random: Random, text: str) -> str:
    """The document as JSON, or nearly so."""
    value = _loaded(text)
    if value is None:
        return text
    made = json.dumps(value, indent=random.choice((None, 1, 2)), ensure_ascii=random.random() < 0.5, default=str)
    changes: tuple[Callable[[], str], ...] = (
        lambda: made.replace('"image":', '"image" :'),
        lambda: re.sub(r'"([\w./-]+)":', r"\1:", made),
        lambda: re.sub(r"([}\]])$", r",\1", made),
        lambda: made.replace(",", ", # c\n", 1),
        lambda: mutated(random, made, _JSON_CHARACTERS),
        lambda: made.replace("/", "\\/").replace("image", "im\\u0061ge", 1),
        lambda: made.replace("{", '{"kind": "X", "items": 1, ', 1),
        lambda: made,
    )
    return random.choice(changes)()


def _listed(random: Random, text: str) -> str:
    """The document in a list of its kind, or with its own text in the annotation that `kubectl apply` keeps."""
    root = _loaded(text)
    if not is_object(root):
        return text
    kind = root.get("kind")
    if random.random() < 0.5:
        metadata: Any = root["metadata"] if is_object(root.get("metadata")) else {}
        annotations = {_LAST_APPLIED: json.dumps(root, default=str)}
        root["metadata"] = {**metadata, "annotations": annotations}
        listed = root
    else:
        within = {"apiVersion": "v1", "kind": "List", "items": [root]}
        items: Any = random.choice(
            ([root], [root, root], [], [root, None], [root, "x"], [[root]], [root, within], root)
        )
        if random.random() < 0.3:
            left_out = random.choice(({"kind", "apiVersion"}, {"kind"}, {"apiVersion"}))
            items = [{key: part for key, part in root.items() if key not in left_out}]
        name = random.choice(("List", "List", f"{kind}List", f"{kind}list", "ListX", "", None))
        version = random.choice(("v1", "v1", root.get("apiVersion"), "x", "", None, 1, "a/b/c"))
        listed = {"apiVersion": version, "kind": name, "items": items}
    return json.dumps(listed, indent=random.choice((None, 2)), default=str)


def _encoded(random: Random, text: str) -> bytes:
    kind = random.randrange(40)
    if kind == 0:
        text = text.replace("\n", "\r\n")
    elif kind == 1:
        text = text.replace("\n", "\r")
    elif kind == 2:
        text = "".join(part + random.choice(("\n", "\r\n", "\r")) for part in text.split("\n"))
    elif kind == 3:
        mark = random.choice(("", "\ufeff"))
        return (mark + text).encode(random.choice(("utf-16-le", "utf-16-be", "utf-16", "utf-32-le")), "replace")
    elif kind == 4:
        text = "\ufeff" + text
    raw = text.encode("utf-8", "replace")
    if kind == 5:
        at = random.randint(0, len(raw))
        raw = raw[:at] + random.choice(_BAD_BYTES) + raw[at:]
    return raw
