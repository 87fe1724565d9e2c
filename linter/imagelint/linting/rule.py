"""What a rule is: a name, a severity, a manual page and a generator over the index."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from imagelint.linting.finding import Confidence, Finding, Severity
from imagelint.text.places import Place, Related

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from imagelint.facts.model import Resource
    from imagelint.index.index import ImageUse, Index
    from imagelint.linting.fix import Fix
    from imagelint.text.places import Span

# The manual, and in it the pages of the built-in rules.
HOME = "https://imagelint.dev/"
RULE_PAGES = f"{HOME}rules/"
_BUILT_IN = "imagelint_rules."

_FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"#\s*(?:error|warning|info):\s*([a-z-]+)\s*$")


def after_all_others(index: Index) -> Iterable[Finding]:
    """The check of rules about suppressions: the engine tells their findings, once all other rules have spoken."""
    del index
    return ()


class Example(NamedTuple):
    """A YAML example of a manual page and the 1-based lines in it that the rule must find."""

    text: str
    expected: tuple[int, ...]


class Rule(NamedTuple):
    """A rule. `module` is the module that declares it: its name is the rule's, its docstring the manual page."""

    module: str
    severity: Severity
    check: Callable[[Index], Iterable[Finding]]
    predicts: str | None = None
    confidence: Confidence = Confidence.CERTAIN
    # False for a matter of taste, which a user asks for.
    on: bool = True
    # The runtime (`cri-o`) with which it is on all the same.
    on_for: str | None = None
    # The manual page of a rule that no module was written for.
    page: str | None = None
    # Whether other files can bring its findings about: where single files are named, they may be missing.
    across_files: bool = False
    # Names of what the configuration can set besides the severity; each is a list of texts.
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The kebab-case name: `rules/latest_tag.py` is `latest-tag`."""
        return self.module.rpartition(".")[2].replace("_", "-")

    @property
    def manual(self) -> str:
        """The manual page, in Markdown."""
        if self.page is not None:
            return self.page
        return (sys.modules[self.module].__doc__ or "").strip()

    @property
    def url(self) -> str | None:
        """Where the manual page is; None for a rule of a user's own."""
        return f"{RULE_PAGES}{self.name}.html" if self.module.startswith(_BUILT_IN) else None

    @property
    def summary(self) -> str:
        """The first sentence of the manual page."""
        return self.manual.partition("\n")[0].rstrip(".")

    @property
    def level(self) -> str:
        """The severity that it has by default, `off` where a user asks for it."""
        return self.severity if self.on else "off"

    @property
    def examples(self) -> Iterator[Example]:
        """The YAML fences of the manual page."""
        for match in _FENCE.finditer(self.manual):
            lines = match[1].splitlines()
            found = [n for n, line in enumerate(lines, 1) if (mark := _MARK.search(line)) and mark[1] == self.name]
            yield Example(match[1], tuple(found))

    def finding(  # noqa: PLR0913 - each is a part of what the reader is told
        self,
        path: str,
        span: Span,
        message: str,
        *,
        resource: Resource | None = None,
        document: int | None = None,
        container: str | None = None,
        image: str | None = None,
        help: str | None = None,  # noqa: A002 - the name in the output
        related: Sequence[Related] = (),
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        predicts: str | None = None,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding of this rule, with the rule's own severity, confidence and prediction unless given."""
        return Finding(
            rule=self.name,
            severity=severity or self.severity,
            confidence=confidence or self.confidence,
            message=message,
            place=Place(path, span),
            help=help,
            document=resource.document if resource else document,
            resource=resource,
            container=container,
            image=image,
            predicts=predicts or self.predicts,
            related=tuple(related),
            fix=fix,
        )

    def at_image(  # noqa: PLR0913 - as above
        self,
        use: ImageUse,
        message: str,
        *,
        help: str | None = None,  # noqa: A002 - as above
        related: Sequence[Related] = (),
        severity: Severity | None = None,
        confidence: Confidence | None = None,
        predicts: str | None = None,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding at the scalar that names an image."""
        return self.finding(
            use.pod.path,
            use.span,
            message,
            resource=use.pod.resource,
            container=use.container.name,
            image=use.written,
            help=help,
            related=(*related, *use.origin),
            severity=severity,
            confidence=confidence,
            predicts=predicts,
            fix=fix,
        )
