"""The built-in rules, one module each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from imagelint.linting.check import ENGINE_RULES

if TYPE_CHECKING:
    from imagelint.linting.rule import Rule

# In the order of the manual.
_MODULES = (
    "syntax_error",
    "kustomize_refuses",
    "unmatched_override",
    "invalid_image_reference",
    "number_as_tag",
    "missing_image",
    "unrendered_template",
    "missing_tag",
    "latest_tag",
    "mutable_tag",
    "digest_required",
    "misspelled_registry",
    "dead_registry",
    "deprecated_registry",
    "dead_image",
    "deprecated_image",
    "unknown_registry",
    "unreachable_registry",
    "short_name",
    "anonymous_docker_hub",
    "image_not_in_inventory",
    "pull_secret_missing",
    "pull_secret_undefined",
    "pull_secret_other_namespace",
    "pull_secret_wrong_type",
    "pull_secret_malformed",
    "pull_secret_registry_mismatch",
    "empty_pull_secret",
    "misplaced_pull_field",
    "service_account_undefined",
    "service_account_shadowed",
    "expiring_credentials",
    "committed_credentials",
    "unused_pull_secret",
    "invalid_pull_policy",
    "never_pull_policy",
    "stale_image",
    "always_pull_pinned",
    "platform_mismatch",
)


def _rule_of(module: str) -> Rule:
    rule: Rule = import_module(f"{__name__}.{module}").RULE
    return rule


RULES: tuple[Rule, ...] = (*map(_rule_of, _MODULES), *ENGINE_RULES)
