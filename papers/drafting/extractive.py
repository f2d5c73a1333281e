"""First sections without a model: the abstract's own sentences, sorted by the role they play.

Nothing is written that the abstract does not say: every sentence is used once, word for word, and
a section the abstract has no sentence for stays absent.
"""

import re

from sentencex import segment

from papers.text import fold

VERSION = "extractive-1"

# Read from the most telling cue to the least; the first that fits decides. Gaps are bounded, for an
# abstract may be 20,000 characters of malice.
_CUES = {
    "limitations": r"""
        \blimitations?\ of\ (?:our|this\ (?:work|study|paper)) | \bour\ limitations?\b
        | \bour\ (?:\w+\ ){1,3}(?:is|are|remains?)\ limited | \bwe\ (?:leave|acknowledge)\b
        | \bfuture\ (?:work|research|studies)\b | \ba\ limitation\b""",
    "conclusion": r"""
        \b(?:our|these|the|this)\ (?:\w+\ )?(?:findings?|results?|insights?|work|study|analysis)
            \ (?:\w+\ )?(?:suggests?|highlights?|underscores?|opens?|paves?|offers?|points?\ to
            |lays?|provides?|establish(?:es)?)\b
        | \bwe\ (?:hope|believe)\b | \bin\ (?:conclusion|summary)\b | \bpav(?:es|ing)\ the\ way\b
        | \b(?:codes?|models?|data|datasets?|weights|checkpoints|demos?|benchmark|page)\b[^.]{0,200}
            \b(?:available|released?|open[- ]?sourced?|found\ at)\b
        | \b(?:release|open[- ]source)\ (?:all|our|the)\b | https?://""",
    "results": r"""
        \b(?:outperform|surpass|exceed)(?:s|ed|ing)?\b | \b(?:achieve|attain|yield)[sd]?\b
        | \b(?:experiments?|evaluations?|ablations?|benchmarks?|analys[ie]s)
            \b[^.]{0,200}\b(?:show|demonstrat|reveal|confirm|indicat|validat|suggest)
        | \bresults\b | \bwe\ (?:also\ |further\ )?(?:find|found|observe|show|demonstrate)\b
        | \b(?:improv|reduc|increas|boost)\w*\b.{0,200}\b(?:by|up\ to|over)\ \D{0,9}\d | \d\\?%""",
    "method": r"""
        \bwe\b[^.]{0,200}\b(?:propose|present|introduce|develop|design|describe|construct|build|study
            |investigate|explore|train|formulate|leverage|employ|use|adopt|collect|create|conduct)
        | \bthis\ (?:paper|work|study|report|survey|article)\ (?:\w+\ ){0,2}
            (?:proposes|presents|introduces|develops|describes|investigates|explores|studies
            |provides|aims|addresses|examines)
        | \bin\ this\ (?:paper|work|study|report)\b | \bour\ (?:\w+\ ){0,2}
            (?:method|approach|framework|model|pipeline|system|benchmark|dataset|key)\b""",
}
_ROLES = {kind: re.compile(cues, re.VERBOSE | re.IGNORECASE) for kind, cues in _CUES.items()}
_MATH = re.compile(r"(\$(?![\s$])(?:\\.|[^$\\]){1,300}?(?<!\s)\$(?!\d))")
_SPECIAL = re.compile(r"[\\`*_\[\]$]|~(?=~)")
_BLOCK = re.compile(r"^([0-9]*)([-+#.)])")  # would open a list or a heading


def draft(abstract: str) -> dict[str, str]:
    """Markdown by kind of section, in the order of the sections; empty for a blank abstract."""
    sections: dict[str, list[str]] = {
        kind: [] for kind in ("introduction", "method", "results", "limitations", "conclusion")
    }
    stage = "introduction"
    found = sentences(abstract)
    for at, sentence in enumerate(found):
        role = _role(sentence, stage, late=at >= len(found) / 2)
        if role in ("method", "results"):
            stage = role
        sections[role].append(escape(sentence))
    return {
        kind: _BLOCK.sub(r"\1\\\2", " ".join(parts)) for kind, parts in sections.items() if parts
    }


def sentences(text: str) -> list[str]:
    """The sentences of an English text in their order, line breaks folded.

    A sentence ends before a blank: "v2.X" and "U.S." stay whole.
    """
    found = [""]
    for part in segment("en", fold(text)):
        if found[-1].endswith(" "):
            found.append("")
        found[-1] += part
    return [whole for part in found if (whole := part.strip())]


def _role(sentence: str, stage: str, *, late: bool) -> str:
    """What the sentence does: by its words or, where they do not tell, as the one before it.

    A result early on, before any method, is somebody else's and belongs to the introduction; the
    second half of an abstract introduces nothing any more.
    """
    role = next((kind for kind, cue in _ROLES.items() if cue.search(sentence)), stage)
    if stage == "introduction" and role in ("introduction", "results"):
        return ("method" if role == "introduction" else role) if late else stage
    return role


def escape(sentence: str) -> str:
    """Markdown that reads as the sentence does; `$math$` stays math."""
    parts = _MATH.split(sentence)
    return "".join(part if at % 2 else _plain(part) for at, part in enumerate(parts))


def _plain(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
