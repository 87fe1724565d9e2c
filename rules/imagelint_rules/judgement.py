"""What several rules may have to say of the place that an image is pulled from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagelint.text.records import NamedTuple

if TYPE_CHECKING:
    from imagelint.linting.finding import Confidence, Severity
    from imagelint.linting.prediction import Prediction


class Judgement(NamedTuple):
    """A judgement: the rule that reports it, how bad it is, and what to write instead."""

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    help: str
    prediction: Prediction
    replacement: str | None
    # The replacement is the same image for certain.
    is_sure: bool
    # The name looks like that of a local build, which nodes can have without a pull.
    is_local: bool = False
