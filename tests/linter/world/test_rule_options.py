"""Options of rules: schema, defaults, manual and errors come from one typed class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import pytest

from imagelint.world.rule_options import InvalidOptionError, RuleOptions, manual_of, options_of, read_options
from support import imagelint

if TYPE_CHECKING:
    from pathlib import Path


class Options(RuleOptions):
    longest: Annotated[int, "the longest tag"] = 20
    is_strict: Annotated[bool, "whether to count digests"] = False
    hint: Annotated[str, "what to write"] = ""
    tags: Annotated[tuple[str, ...], "the tags"] = ("a", "b")


def test_everything_comes_from_the_fields() -> None:
    assert {option.name: option.schema["type"] for option in options_of(Options)} == {
        "longest": "integer",
        "is-strict": "boolean",
        "hint": "string",
        "tags": "array",
    }
    assert manual_of(Options) == (
        "### Options\n\n- `longest`: the longest tag (default: `20`)\n"
        "- `is-strict`: whether to count digests (default: `false`)\n"
        "- `hint`: what to write (default: empty)\n- `tags`: the tags (default: `a`, `b`)"
    )
    assert manual_of(RuleOptions) == ""


def test_scalars_of_a_configuration_are_converted() -> None:
    # as `plain` gives them: text, but for true and false
    given = {"longest": "40", "is-strict": True, "tags": ["main"]}
    assert read_options(Options, given) == Options(longest=40, is_strict=True, tags=("main",))
    assert read_options(Options, {}) == Options()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"longest": "forty"}, "the option `longest` must be a whole number"),
        ({"longest": "9" * 5000}, "the option `longest` must be a whole number"),
        ({"longest": "²"}, "the option `longest` must be a whole number"),
        ({"longest": True}, "the option `longest` must be a whole number"),
        ({"is-strict": "maybe"}, "the option `is-strict` must be true or false"),
        ({"hint": ["a"]}, "the option `hint` must be text"),
        ({"tags": "main"}, "the option `tags` must be a list of texts"),
        ({"tags": [{"a": "b"}]}, "the option `tags` must be a list of texts"),
    ],
)
def test_values_of_another_type_are_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidOptionError, match="must be") as caught:
        read_options(Options, given)
    assert str(caught.value) == message


PACK = '''"""A long tag."""

from typing import Annotated

from imagelint.linting.finding import Severity
from imagelint.linting.rule import Rule
from imagelint.world.rule_options import RuleOptions


class Options(RuleOptions):
    longest: Annotated[int, "the longest tag that passes"] = 20


def check(index):
    longest = index.options(Options).longest
    for use in index.images:
        if use.named is not None and len(use.named.tag or "") > longest:
            yield RULE.at_image(use, f"the tag is longer than {longest}")


RULE = Rule(__name__, Severity.ERROR, check, options=Options)
RULES = [RULE]
'''
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'quay.io/a/b:12345'}]}\n"


@pytest.mark.parametrize(("longest", "count"), [("4", 1), ("5", 0)])
def test_a_rule_of_a_user_takes_a_number(tmp_path: Path, longest: str, count: int) -> None:
    (tmp_path / "long_tag.py").write_text(PACK, encoding="utf-8")
    (tmp_path / "pod.yaml").write_text(POD, encoding="utf-8")
    config = f"plugins: [long_tag.py]\nrules: {{long-tag: {{longest: {longest}}}}}\n"
    (tmp_path / ".imagelint.yaml").write_text(config, encoding="utf-8")
    done = imagelint("--allow-plugins", "--format=concise", "pod.yaml", cwd=tmp_path)
    assert done.stdout.count("[long-tag]") == count
    assert done.returncode == count, done.stderr


def test_the_place_of_a_wrong_option_is_shown(tmp_path: Path) -> None:
    (tmp_path / ".imagelint.yaml").write_text("rules:\n  mutable-tag:\n    tags: main\n", encoding="utf-8")
    done = imagelint(".", cwd=tmp_path)
    assert done.returncode == 2
    assert ".imagelint.yaml:3:5: the option `tags` must be a list of texts" in done.stderr
