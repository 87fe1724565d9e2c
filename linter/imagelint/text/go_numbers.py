"""Numbers as Go prints them: what a template makes of a value that YAML does not read as text."""

from __future__ import annotations

from imagelint.text.nodes import BOOLEANS, INFINITE, Scalar, is_integer, is_number

_TRUE = frozenset({"y", "yes", "on", "true"})


def printed(scalar: Scalar) -> str:
    """What `{{ .Values.tag }}` prints for a scalar: `1.1` for a plain `1.10`, `1e+07` for a plain `10000000`.

    Helm reads values as JSON, in which every number is a float64 (sigs.k8s.io/yaml v1.6.0, Helm v3.17 and v4.3).
    """
    value = scalar.value
    if scalar.is_text or scalar.is_null or value in INFINITE:
        return value
    if value in BOOLEANS:
        return "true" if value.lower() in _TRUE else "false"
    return _shortest(_number(value)) if is_number(value) else value


def _number(value: str) -> float:
    plain = value.replace("_", "")
    if not is_integer(value):
        return float(plain)
    digits = plain.lstrip("+-")
    is_octal = digits.isdecimal() and len(digits) > 1 and digits.startswith("0")
    return float(int(plain, 8 if is_octal else 0))


def _shortest(number: float) -> str:
    """As `%v`: the fewest digits that name the number, with an exponent from a million on (Go `strconv/ftoa.go`)."""
    if number == 0 or 1e-4 <= abs(number) < 1e6:
        return repr(number or 0.0).removesuffix(".0")
    forms = (f"{number:.{digits}e}" for digits in range(17))
    return next(form for form in forms if float(form) == number)
