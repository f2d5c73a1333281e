"""Units that change what a number means, in English and Korean: percent, times, time, size.

A counter (개, 명, "samples") is not a unit: six of anything are six.
"""

import re
from fractions import Fraction
from typing import NamedTuple

from papers.checks.numbers.number_words import PARTICLE

BARE = ""
RATIO = "ratio"
"""Such as a half, 50%, and percentage points."""
TIMES = "times"
TIMES_OR_COUNT = "times or count"
""" "5 times" is 5배 or 5회. "8xH100" means eight of them."""
MONTH = "calendar month"
ORDERS = "orders of magnitude"
"""Two of them are 100 times."""
BITS = "bits"


class Unit(NamedTuple):
    kind: str = BARE
    """Numbers of different kinds are never equal."""
    factor: Fraction = Fraction(1)
    """How many of the kind's base unit it is."""


NO_UNIT = Unit()

_DAY = 86_400
# The pattern right after the number, and the pattern that may also follow a space or a hyphen.
_UNITS: list[tuple[Unit, str, str]] = [
    (
        Unit(RATIO, Fraction(1, 100)),
        r"%(?:p(?![A-Za-z]))?|pp(?![A-Za-z0-9])",
        r"%|per\s?cent(?:age)?(?![a-z])|pp(?![A-Za-z0-9])|퍼센트",
    ),
    (Unit(TIMES_OR_COUNT), r"[x×](?=\s?[A-Z])", r"times(?![A-Za-z])"),
    (
        Unit(TIMES),
        r"[xX×](?!\s{0,2}\d|[A-Za-z])",
        (
            r"[x×](?=[\s,.;)])(?!\s{1,2}\d)|folds?(?![A-Za-z])|곱절"
            r"|배(?![치경포열터송분우제타합선달급관])"
        ),
    ),
    (Unit(ORDERS), "", r"orders?[\s-]{1,3}of[\s-]{1,3}magnitude(?![A-Za-z])|자[릿리]수"),
    (Unit(MONTH), rf"월(?:{PARTICLE})", ""),
]
_SCALES: dict[str, list[tuple[Fraction | int, str, str]]] = {
    "time": [
        (Fraction(1, 10**6), "us|[μµ]s", "microseconds?|마이크로초"),
        (Fraction(1, 10**3), "ms", "ms|msec|milliseconds?|밀리초"),
        (1, "s", "secs?|seconds|(?<=-)second(?!-)|초"),
        (60, "min", "mins?|minutes?|분"),
        (3600, "h", "hrs?|hours?|시간"),
        (_DAY, "", "days?|일"),
        (_DAY * 7, "", "weeks?|주일?"),
        (Fraction(_DAY * 365, 12), "", "months?|개월|달"),
        (_DAY * 365, "", "yrs?|years?|년"),
        (_DAY * 3650, "", "decades?"),
        (_DAY * 36500, "", "centur(?:y|ies)|세기"),
    ],
    "bytes": [
        (10**3, "Ki?B|kB", "Ki?B|kilobytes?|킬로바이트"),
        (10**6, "Mi?B", "Mi?B|megabytes?|메가바이트"),
        (10**9, "Gi?B", "Gi?B|gigabytes?|기가바이트"),
        (10**12, "Ti?B", "Ti?B|terabytes?|테라바이트"),
    ],
    "hertz": [
        (1, "Hz", "Hz|hertz|헤르츠"),
        (10**3, "[kK]Hz", "[kK]Hz|킬로헤르츠"),
        (10**6, "MHz", "MHz|메가헤르츠"),
        (10**9, "GHz", "GHz|기가헤르츠"),
    ],
    BITS: [(1, "", "bits?|비트")],
    "metres": [
        (Fraction(1, 1000), "mm", "mm|millimet(?:er|re)s?|밀리미터"),
        (Fraction(1, 100), "cm", "cm|centimet(?:er|re)s?|센티미터"),
        (1, "", "met(?:er|re)s?|미터"),
        (1000, "km", "km|kilomet(?:er|re)s?|킬로미터"),
    ],
}
for _kind, _scale in _SCALES.items():
    for _factor, _near, _words in _scale:
        _ends = rf"(?:(?<=[가-힣])(?:{PARTICLE})|(?<![가-힣])(?![A-Za-z0-9]))"
        _UNITS.append(
            (
                Unit(_kind, Fraction(_factor)),
                rf"(?:{_near})(?![A-Za-z0-9])" if _near else "",
                rf"(?:{_words}){_ends}",
            )
        )

_UNIT = re.compile(
    "|".join(
        f"(?P<u{number}>"
        + "|".join([*([near] if near else []), *([rf"[\s-]{{0,3}}(?:{words})"] if words else [])])
        + ")"
        for number, (_, near, words) in enumerate(_UNITS)
    )
)


def unit_at(text: str, position: int) -> tuple[Unit, int]:
    """Return the unit after a number that ends at `position`, and where the unit ends."""
    match = _UNIT.match(text, position)
    if not match or not match.lastgroup:
        return NO_UNIT, position
    return _UNITS[int(match.lastgroup[1:])][0], match.end()
