"""What a section's heading says about its role."""

import re

from papers.fulltext.base import Kind

# The first name in a heading decides: "Conclusion and limitations" is a conclusion.
_NAMES = {
    Kind.ABSTRACT: r"^abstract$",
    Kind.INTRODUCTION: r"^introduction\b",
    Kind.RELATED: r"""\brelated\ (?:\w+\ )?(?:works?|literature|research)\b
        |\b(?:prior|previous)\ (?:works?|research)\b|\bliterature\ (?:review|survey)\b
        |^background\b""",
    Kind.METHOD: r"""\bmethods?\b|\bmethodolog|\bapproach(?:es)?\b|^proposed\b|\bframework\b
        |\barchitecture\b|\balgorithms?\b|^(?:the|our)\ (?:\w+\ )?model$""",
    Kind.RESULTS: r"""\bexperiment|\bresults?\b|\bevaluations?\b|\bablations?\b|\bempirical\b
        |\bfindings\b|^analys[ie]s\b""",
    Kind.DISCUSSION: r"\bdiscussions?\b",
    Kind.LIMITATIONS: r"\blimitations?\b|\bthreats\ to\ validity\b",
    Kind.CONCLUSION: r"\bconclusions?\b|\bconcluding\b|^summary\b|^closing\ remarks\b",
    Kind.APPENDIX: r"^appendi(?:x|ces)\b|^supplement(?:ary|al)\b",
}
_KINDS = re.compile(
    "|".join(f"(?P<{kind}>{names})" for kind, names in _NAMES.items()), re.VERBOSE | re.IGNORECASE
)

_REFERENCES = re.compile(
    r"(?:references|bibliography|literature cited|references and notes)|(?:\w+ )*checklist",
    re.IGNORECASE,
)

# Names of sections without a number. Where only its looks mark a heading, only these count.
_STANDARD = re.compile(
    r"""abstract|introduction|related\ works?|background|(?:materials\ and\ )?methods?|methodology
    |experiments?|(?:experimental\ )?results(?:\ and\ discussion)?|evaluation|discussion
    |limitations?(?:\ (?:and|&)\ [\w ]{1,40})?|conclusions?(?:\ (?:and|&)\ [\w ]{1,40})?
    |acknowledge?ments?|author\ contributions?|(?:code\ and\ )?data\ availability|funding
    |(?:ethics|ethical|impact|reproducibility|broader\ impact)\ (?:statement|considerations?)
    |broader\ impacts?|appendi(?:x|ces)|supplement(?:ary|al)\ (?:materials?|information)""",
    re.VERBOSE | re.IGNORECASE,
)

_NUMBER = re.compile(
    r"(?:(?:appendix|section)\s+)?(?:\d{1,2}(?:\.\d{1,2}){0,4}|[IVX]{1,6}(?:\.\d{1,2}){1,3}|[IVX]{1,6}(?=[.:])|[A-Z](?:\.\d{1,2}){1,3}"
    r"|[A-Z](?=[.:]))[.:]?\s+",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(?:section\s+)?(?P<number>\d{1,2}|[IVX]{1,6}(?=[.:]|\s*$))(?:[.:]?\s|[.:]?$)", re.IGNORECASE
)
_ROMAN_NUMBERS = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX"
_ROMANS = _ROMAN_NUMBERS.split()


def kind_of(heading: str) -> Kind:
    """Return the role of a section with this heading, given without its number."""
    found = _KINDS.search(heading)
    return Kind(found.lastgroup) if found and found.lastgroup else Kind.OTHER


def is_dropped(heading: str) -> bool:
    """Return whether the heading opens text that is not the paper's own: references, a form."""
    return _REFERENCES.fullmatch(heading) is not None


def is_standard(heading: str) -> bool:
    """Return whether the whole heading is a usual name of an unnumbered section."""
    return _STANDARD.fullmatch(heading) is not None


def without_number(heading: str) -> str:
    """Return the heading without a number typed in front of it."""
    return _NUMBER.sub("", heading, count=1) if _NUMBER.match(heading) else heading


def number_of(heading: str) -> int | None:
    """Return the number of a section that begins its heading: "3 Method", "III.", "Section 3"."""
    found = _COUNTED.match(heading)
    if found is None:
        return None
    number = found["number"]
    return int(number) if number.isdigit() else roman_value(number.upper())


def roman(value: int) -> str:
    """Return a number from 1 to 20 in Roman digits, or ""."""
    return _ROMANS[value - 1] if 1 <= value <= len(_ROMANS) else ""


def roman_value(number: str) -> int | None:
    """Return the value of a Roman number up to XX, or None."""
    return _ROMANS.index(number) + 1 if number in _ROMANS else None
