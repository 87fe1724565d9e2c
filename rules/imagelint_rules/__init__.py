"""The built-in rules, one module each, in the order of the manual."""

from imagelint.rule import Rule
from imagelint_rules import (
    invalid_image_reference,
    latest_tag,
    missing_image,
    missing_tag,
    pull_secret_missing,
    pull_secret_other_namespace,
    pull_secret_undefined,
    syntax_error,
    unknown_registry,
    unrendered_template,
)

RULES: tuple[Rule, ...] = (
    syntax_error.RULE,
    invalid_image_reference.RULE,
    missing_image.RULE,
    unrendered_template.RULE,
    missing_tag.RULE,
    latest_tag.RULE,
    unknown_registry.RULE,
    pull_secret_missing.RULE,
    pull_secret_undefined.RULE,
    pull_secret_other_namespace.RULE,
)
