"""The features that the role model sees of an abstract's sentences, in training and in use.

After a change here the model must be trained again: see
`tests/benchmarks/quality/roles_training.py`.
"""

import re
from collections.abc import Sequence
from itertools import accumulate
from operator import or_

MAX_CHARACTERS = 2_000  # of a sentence; the rest says no more about its role

_TOKEN = re.compile(r"https?://\S+|[a-z]+(?:['’-][a-z]+)*|\d[\d.,:]*%?|[^\w\s]")

# Each cue is a feature of its sentence and of its neighbours.
_CUES = {
    "we": r"\b(?:we|our|ours|us)\b",
    "paper": r"""\b(?:this|the\ present|present)\ (?:paper|article|work|study|thesis|report|chapter
        |survey|research|letter|review)\b""",
    "number": r"\d",
    "percent": r"\d\s?\\?%|\bpercent\b",
    "link": r"https?://|www\.",
    "imprint": r"©|\(c\)|copyright|elsevier|\breserved\.|wiley|springer|ieee|@|\btel\.|\bdoi",
    "past": r"\b(?:was|were|had|showed|found|revealed|indicated|demonstrated|achieved|improved)\b",
    "comparison": r"""\b(?:better|higher|lower|faster|more|less|outperform\w*|significant\w*
        |improve\w*|superior|state-of-the-art)\b""",
    "modal": r"\b(?:can|could|may|might|should|must|need\w*|will|would)\b",
    "contrast": r"^(?:however|but|although|despite|while|unfortunately|nevertheless|yet)\b",
    "result": r"\b(?:results?|experiment\w*|findings?|evaluat\w+)\b",
    "aim": r"""\b(?:aims?|goal|objective|purpose|to\ (?:investigate|examine|explore|address
        |understand|study|provide|develop|determine|identify))\b""",
    "citation": r"\[\d+\]|\bet\ al\.|\(\d{4}\)",
    "question": r"\?",
    "perfect": r"\b(?:has|have)\ been\b",
}
_CUES_OF = {name: re.compile(cue, re.VERBOSE | re.IGNORECASE) for name, cue in _CUES.items()}


def features(sentences: Sequence[str]) -> list[set[str]]:
    """Return the names of each sentence's features: its words, its place, the cues around it."""
    heads = [sentence[:MAX_CHARACTERS] for sentence in sentences]
    cues = [{name for name, cue in _CUES_OF.items() if cue.search(head)} for head in heads]
    nothing: set[str] = set()
    before = list(accumulate(cues, or_, initial=nothing))
    after = list(accumulate(reversed(cues), or_, initial=nothing))[::-1]
    return [
        _words(head)
        | _place(at, len(heads))
        | {f"@{cue}" for cue in cues[at]}
        | {f"@-1 {cue}" for cue in (cues[at - 1] if at else {"none"})}
        | {f"@+1 {cue}" for cue in (cues[at + 1] if at + 1 < len(heads) else {"none"})}
        | {f"@before {cue}" for cue in before[at]}
        | {f"@after {cue}" for cue in after[at + 1]}
        for at, head in enumerate(heads)
    ]


def _words(sentence: str) -> set[str]:
    """Return runs of one to three tokens, and the length in sixes.

    All numbers count as one token, and all links as one.
    """
    tokens = ["^", *map(_alike, _TOKEN.findall(sentence.lower())), "$"]
    runs = {" ".join(tokens[at : at + n]) for n in (1, 2, 3) for at in range(len(tokens) - n + 1)}
    return runs | {f"@length {min((len(tokens) - 2) // 6, 8)}"}


def _alike(token: str) -> str:
    if token.startswith("http"):
        return "<link>"
    if token[0].isdigit():
        return "<percent>" if token.endswith("%") else "<number>"
    return token


def _place(at: int, count: int) -> set[str]:
    """Return where the sentence stands. A long abstract is scaled down to ten sentences."""
    short = at if count <= 10 else at * 10 // count
    return {
        f"@from start {min(at, 5)}",
        f"@from end {min(count - 1 - at, 5)}",
        f"@fifth {5 * at // count}",
        f"@count {min(count, 10)}",
        f"@place {short}/{min(count, 10)}",
    }
