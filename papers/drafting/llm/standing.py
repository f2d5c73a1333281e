"""Tells which of several objects the model stands by, from the words around each.

No rule is right for every text. The words right before an object come first (its own sentence, or
the line above it), then what is said of it right after. An object under a key is introduced by
the key.
"""

from __future__ import annotations

import re
from enum import IntEnum

_REACH = 300
"""Characters before and after an object that are looked at."""
_THING = (
    r"(?:attempt|try|draft|version|pass|answer|take|idea|output|summary|response|reply|json|object"
    r"|one|guess|thought|result)s?"
)
_FAULTY = r"(?:wrong|incorrect|mistaken|flawed|faulty|bad|inaccurate|outdated|obsolete)"
_ASIDE = re.compile(
    rf"""\b(?:drafts?|examples?|sample|for\s+instance|e\.\s?g|rejected|discarded|abandoned|superseded
      |alternative(?:ly)?|worse|do\s+not\s+use|don['’]t\s+use|avoid|could\s+have|instead\s+of|rather\s+than|unlike|not\s+this)\b
      | \b(?:earlier|previous|prior|former|first|initial|original|old|older|preliminary|rough
        |tentative|unused|{_FAULTY})\s+(?:\w+\s+){{0,2}}?{_THING}\b
      | \b(?:first|initially|previously|originally|earlier|before)\s+(?:I\s+)?
        (?:wrote|had|said|thought|considered|tried|produced|generated|answered)\b
      | \b(?:following|this|below)\s+(?:was|is)\s+{_FAULTY}
      | \b{_THING}\s+with\s+(?:the|an?|its)\s+(?:\w+\s+)?(?:mistake|error)s?
      | \bI\s+(?:first|initially|previously|originally|had|almost|nearly)\s+\w+
      | \A\W*(?:earlier|before|previous(?:ly)?|old|initial(?:ly)?|original(?:ly)?|first
        |not|{_FAULTY})\W*\Z
      | \A\W*(?:(?:my|the|internal|inner)\s+)?(?:thinking|thoughts?|reasoning|scratch\s?pad|analysis
        |chain\s+of\s+thought|reflection|rationale|생각|추론|사고)
        (?:\s+(?:process|steps?|trace|notes?|과정))?\W*\Z
      | 초안|이전|처음에?|예시|예를\s*들|틀린|잘못된|폐기|원래""",
    re.VERBOSE | re.IGNORECASE,
)
_FINAL = re.compile(
    r"\b(?:final(?:ly|ised|ized)?|correct(?:ed|ion)?|revised|revision|improved|better|fixed"
    r"|updated|rewritten|polished|refined|cleaned|right|actual|proper|real|new|redo\w*|again"
    r"|replac\w+|so\s+(?:here|use)|(?:instead\s+of|rather\s+than|unlike)\b[^,]*,\s*\w+)\b"
    r"|최종|수정|고친|고쳐|개선|정답|올바른|다시|바로잡",
    re.IGNORECASE,
)
_THOUGHT = re.compile(
    r"think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratchpad|rationale|생각|추론"
    r"|chain of thought|cot",
    re.IGNORECASE,
)
_UNCHANGED_YET = re.compile(
    r"\b(?:before|prior\s+to)\s+(?:\w+\s+){0,3}?(?:fix|correct|revis|edit|improv|rewrit|chang)"
    r"|수정\s*전|고치기\s*전|\bnot\s+(?:the\s+)?(?:final|correct|better)"
    r"|\bimproves?\s+(?:on|upon|over)\Z",
    re.IGNORECASE,
)
_WAS = re.compile(
    r"\b(?:was|were|read|said|looked\s+like(?:\s+this)?|had\s+been|began)\W*\Z", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?;。]\s|\n|</?\w{1,20}>|\A")
_FENCE_BEFORE = re.compile(r"```[ \t]*(?:json\w*)?[ \t]*\s*\Z", re.IGNORECASE)
_ADVERB = r"(?:(?!(?:not|never|no|final|corrected|revised|better|improved|fixed)\b)[\w'’]+\s+)"
_JUDGED = re.compile(
    rf"""[\s`*_)\]"'”>]*[-–—,;:.(]*\s*
    (?: (?<=\()(?:(?:the|my|an?)\s+)?(?:earlier|older|old|previous|drafts?|discarded
          |rejected|superseded|{_FAULTY})\b[^(){{}}]{{0,60}}\)
      | [^\n.{{}}]{{0,60}}?\bfrom\s+(?:the|my|an)\s+(?:first|earlier|initial|previous)\s+{_THING}\b
      | (?:(?:but|and|however|wait|no|oops|actually|hmm|sorry)\b[,.:!…]*\s*){{0,3}}
        (?:(?:this|that|it|which|the\s+above)(?:\s+{_THING})?\s+)?(?:is|was|were|has|seems|looks)\s+{_ADVERB}{{0,4}}?
        (?:{_FAULTY}|too\s+\w+|drafts?|rejected|discarded|superseded|replaced|examples?|mistakes?
          |errors?|(?:first|earlier|initial|previous)\s+{_THING})\b
      | (?:(?:이것|이|위|위의?\s\S{{1,6}})(?:은|는|이|가)?|는|은|이|가)\s+
        [^\n.{{}}]{{0,15}}(?:초안|틀렸|틀린|잘못))""",
    re.VERBOSE | re.IGNORECASE,
)


class Standing(IntEnum):
    """How a model presents an object."""

    ASIDE = 0
    """As a draft, an example or a mistake."""
    PLAIN = 1
    FINAL = 2


def introduced_by(words: str) -> Standing:
    """Return how the last sentence of some words presents what follows it."""
    words = _FENCE_BEFORE.sub("", words[-_REACH:]).rstrip(" \t\r\n.:`*-–—_(=>")
    sentence = words[[end.end() for end in _SENTENCE_END.finditer(words)][-1] :]
    if _UNCHANGED_YET.search(sentence):
        return Standing.ASIDE
    aside, final = _ASIDE.search(sentence), _FINAL.search(sentence)
    if aside and (not final or _WAS.search(sentence)):
        return Standing.ASIDE
    return Standing.FINAL if final else Standing.PLAIN


def between(before: str, after: str) -> Standing:
    """Return how a model presents an object, by the words before and after it."""
    if _JUDGED.match(after[:_REACH]):
        return Standing.ASIDE
    return introduced_by(before)


def of_key(name: str, outer: Standing) -> Standing:
    """Return how an object under a key is presented."""
    words = re.sub(r"[_-]", " ", name).strip()
    if _THOUGHT.fullmatch(words):
        return Standing.ASIDE
    said = introduced_by(words)
    return outer if said == Standing.PLAIN else said


def is_fenced(before: str) -> bool:
    """Return whether the words before an object end with the opening of a JSON code block."""
    return bool(_FENCE_BEFORE.search(before[-40:]))
