"""How much may be built: overlays that multiply each other are an attack."""

from __future__ import annotations

from imagelint.sources.kustomize.fields import RefusedError

# How much one root may cost, in steps of about ten microseconds, and all roots of a run. Real ones take a few hundred.
_MAX_STEPS, _MAX_STEPS_OF_RUN = 1_000_000, 10_000_000
# How many names are looked through for those that may have been meant.
_MAX_COMPARED = 100_000


class TooMuchError(RefusedError):
    """What is not built because it would take too long."""


class Allowance:
    """What all roots of a run may cost together, in steps."""

    def __init__(self, steps: int = _MAX_STEPS_OF_RUN) -> None:
        self.left = self._all = steps

    def check(self) -> None:
        """Raises TooMuchError once too much was spent: nothing more is built then."""
        if self.left < 0:
            raise TooMuchError(f"all overlays together take more than {self._all:,} steps to build")


class Budget:
    """What one root may cost, in steps."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._left = _MAX_STEPS
        self._names_left = _MAX_COMPARED

    def spend(self, steps: int) -> None:
        """Raises TooMuchError once too much was spent."""
        self.charge(steps)
        self._allowance.check()
        if self._left < 0:
            raise TooMuchError("this takes too many steps to build")

    def charge(self, steps: int) -> None:
        """Count what cannot be avoided any more."""
        self._left -= steps
        self._allowance.left -= steps

    def compares(self, names: int) -> bool:
        """Whether so many more names may be compared with one that is not found."""
        self._names_left -= names
        return self._names_left >= 0
