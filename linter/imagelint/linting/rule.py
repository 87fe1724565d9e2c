"""What a rule is: a name, a severity, a manual page and a generator over the index."""

from __future__ import annotations

import re
import sys
from functools import cache
from typing import TYPE_CHECKING, TypedDict

from imagelint.facts.model import ContainerType
from imagelint.linting.finding import Confidence, Finding, Severity, Subject
from imagelint.text.records import NamedTuple
from imagelint.text.trace import Part
from imagelint.world.rule_options import RuleOptions, manual_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Unpack

    from imagelint.index.image_use import ImageUse
    from imagelint.index.index import Index
    from imagelint.linting.fix import Fix
    from imagelint.linting.prediction import Prediction
    from imagelint.text.places import Place, Related

# Where the manual is published, with a slash at its end; empty while it is not, and then no output links to it.
HOME = ""
# A program or a chart makes pods of these images.
_PASSED_ON = frozenset({ContainerType.HANDED_ON, ContainerType.EMBEDDED, ContainerType.VALUE})
_BUILT_IN = ("imagelint_rules.", "imagelint.linting.")

_REFERENCES = "### References"
_FENCE = r"(?ms)^```yaml\n(.*?)^```$"
_MARK = r"#\s*(?:error|warning|info):\s*([a-z-]+)\s*$"


@cache
def _name_of(module: str) -> str:
    return module.rpartition(".")[2].replace("_", "-")


def made_by_engine(index: Index) -> Iterable[Finding]:
    """The check of a rule that finds nothing in the index: the engine makes its findings, in the rule's own module."""
    del index
    return ()


class Example(NamedTuple):
    """A YAML example of a manual page and the 1-based lines in it that the rule must find."""

    text: str
    expected: tuple[int, ...]


class Details(TypedDict, total=False):
    """Optional fields of a finding; those that are absent come from the rule. A `prediction` of None is none at all."""

    help: str | None
    severity: Severity | None
    confidence: Confidence | None
    prediction: Prediction | None
    fix: Fix | None
    part: Part
    left_to_installer: bool
    cause: str | None


class Rule(NamedTuple):
    """A rule. `module` is the module that declares it: its name is the rule's, its docstring the manual page."""

    module: str
    severity: Severity
    check: Callable[[Index], Iterable[Finding]]
    prediction: Prediction | None = None
    confidence: Confidence = Confidence.CERTAIN
    # False for a matter of taste, which users have to enable.
    on: bool = True
    # The runtime (`cri-o`) with which it is on by default.
    on_for: str | None = None
    # The manual page of a rule that no module was written for.
    page: str | None = None
    # Whether other files can bring its findings about: if single files are named, they may be missing.
    across_files: bool = False
    # Whether its findings come before others of the same place.
    is_about_host: bool = False
    # Whether what it finds is wrong with a file that nothing deploys as well.
    is_about_file: bool = False
    # What of an image it is about: if an overlay sets that, its findings are there.
    part: Part = Part.WHOLE
    # If one of these rules finds something at the same place, this one has nothing to add.
    unless_found_by: frozenset[str] = frozenset()
    # What manifests are for where its findings are infos: somebody fills in what they are about, or does not mind it.
    info_in: frozenset[str] = frozenset()
    # What the configuration can set besides the severity.
    options: type[RuleOptions] = RuleOptions

    @property
    def name(self) -> str:
        """The kebab-case name: `rules/latest_tag.py` is `latest-tag`."""
        return _name_of(self.module)

    @property
    def manual(self) -> str:
        """The manual page, in Markdown."""
        if self.page is not None:
            return self.page
        page = (sys.modules[self.module].__doc__ or "").strip()
        options = manual_of(self.options)
        if not options:
            return page
        before, heading, after = page.partition(_REFERENCES)
        return f"{before.rstrip()}\n\n{options}\n\n{heading}{after}".rstrip()

    @property
    def url(self) -> str | None:
        """Where the manual page is published; None if it is not, and for a rule of a user's own."""
        return f"{HOME}rules/{self.name}.html" if HOME and self.module.startswith(_BUILT_IN) else None

    @property
    def summary(self) -> str:
        """The first sentence of the manual page."""
        return self.manual.partition("\n")[0].rstrip(".")

    @property
    def level(self) -> str:
        """The severity that it has by default, `off` if users have to enable it."""
        return self.severity if self.on else "off"

    @property
    def examples(self) -> Iterator[Example]:
        """The YAML fences of the manual page."""
        for match in re.finditer(_FENCE, self.manual):
            lines = match[1].splitlines()
            found = [n for n, line in enumerate(lines, 1) if (mark := re.search(_MARK, line)) and mark[1] == self.name]
            yield Example(match[1], tuple(found))

    def finding(
        self,
        at: Place,
        message: str,
        subject: Subject | None = None,
        *,
        related: Sequence[Related] = (),
        **details: Unpack[Details],
    ) -> Finding:
        """A finding of this rule, with the rule's own severity, confidence and prediction unless given."""
        subject = subject or Subject()
        if subject.image and "@" in subject.image:
            from imagelint.text.user_info import without_user_info

            subject = subject._replace(image=without_user_info(subject.image))
        return Finding(
            rule=self.name,
            severity=details.get("severity") or self.severity,
            confidence=details.get("confidence") or self.confidence,
            at=at,
            subject=subject,
            message=message,
            help=details.get("help"),
            prediction=details.get("prediction", self.prediction),
            related=tuple(related),
            fix=details.get("fix"),
            part=details.get("part") or self.part,
            is_about_host=self.is_about_host,
            left_to_installer=details.get("left_to_installer", False),
            cause=details.get("cause"),
        )

    def at_image(
        self,
        use: ImageUse,
        message: str,
        *,
        names: Sequence[str] = (),
        related: Sequence[Related] = (),
        **details: Unpack[Details],
    ) -> Finding:
        """A finding at the scalar that names an image, or the part of it that the rule is about.

        It is likely at most, if a program or a chart gets the name, or may; such images are not fixed, as a chart may
        not use them.
        """
        is_passed_on = use.container.type in _PASSED_ON
        is_certain = (details.get("confidence") or self.confidence) is Confidence.CERTAIN
        if is_certain and (is_passed_on or use.pod.is_guessed):
            details["confidence"] = Confidence.LIKELY
        if is_passed_on:
            details.pop("fix", None)
        if use.container.type is ContainerType.VALUE and (details.get("severity") or self.severity) is Severity.ERROR:
            details["severity"] = Severity.WARNING
        at = use.place_of(details.get("part") or self.part, is_about_host=self.is_about_host)
        key = use.container.value.key if use.container.value else None
        subject = Subject(use.pod.resource, use.container.name, use.written, tuple(names), key=key)
        return self.finding(at, message, subject, related=(*related, *use.rewrites), **details)
