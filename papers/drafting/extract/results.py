"""Tells measured results by their words.

The role model learnt from abstracts of all of computer science, few of which have a figure.
"""

import re

FLAGS = re.VERBOSE | re.IGNORECASE

_MEASURE = re.compile(
    r"""\d\s?\\?% | \bpercent\b
    | \d(?:[ ][\w-]+)?[ -](?:points?|pp|fold)\b                     # 3.2 points, 10 F1 points
    | \d\+?\$?[ ]?(?:\\?times|x|×)(?![a-z0-9]) | (?<!\w)[x×]\d       # 3x, 2.5 times, x2
    | \d\+?[ ]?(?:fps|ms|s|seconds?|minutes?|hours?|k?hz|db|[kmgt]i?b)\b
    | \bfrom[ ]\S*\d\S*[ ](?:\w+[ ])?to[ ]\S*\d                     # from 25 to 1
    | \d\.\d\d+(?![\w.]) | [+(>]\d+\.\d(?![\w.])                    # 0.71, +0.9
    | \b(?:of|to|at|by|scor(?:es|ing))[ ][~+$]*\d+\.\d(?![\w.])     # an FID of 1.6, not Gemini 2.5
    | \bstate[ -]of[ -]the[ -]art\b | \bsota\b | \b(?:outperform|surpass|exceed)
    | \bcompared[ ](?:to|with)\b | (?<!rather[ ])\bthan\b
    """,
    FLAGS,
)
ADVERBS = r"(?:(?:\w+ly|also|even|further|thus)[ ])*"
# What something else does, or should do: "a model that achieves", "to achieve".
_DEPENDENT = re.compile(
    rf"\b(?:(?:that|which|who)(?:[ ]can)?|to|would|could|should|may|might)[ ]{ADVERBS}\w+", FLAGS
)
# Less of a cost and more of a quality are gains. Fewer tokens or a larger batch may be the design.
_COST = r"""(?:latenc(?:y|ies)|time|costs?|memory|(?:error|failure|hallucination)s?|error[ ]rates?
    |overhead|complexity|degradation|flops|compute|computations?|energy|bias(?:es)?
    |perplexity|loss)\b"""
_QUALITY = r"""(?:accurac(?:y|ies)|performance|quality|throughput|speeds?|scores?|success|fidelity
    |precision|recall|f1|auc|map|win[ ]rates?|pass@\d+|robustness|reliability
    |diversity|efficiency|fps)\b"""
_WHICH = r"(?:(?!(?:of|in|by|from|for|per|to)\b)[\w-]+[ ]){0,6}?"  # "the mean cost"
_WHOSE = r"(?:[\w-]+[ ]){0,4}?"  # "the cost of each step drops"
_COMPARED = r"(?:[^.;:]|\.\d)*?\b(?:compared|relative|versus|vs|over|than)\b"
GAINS = re.compile(
    rf"""\b(?:achieve[sd]?|outperform(?:s|ed)?|improve[sd]?|surpass(?:es|ed)?|exceed(?:s|ed)?
        |attain(?:s|ed)?|reache[sd]|obtains|yields|delivers|boosts|beats|accelerates|scores)\b
        (?![ ]by)
    | \b(?:reduces|lowers|cuts|decreases)[ ](?:{_WHICH}{_COST}|{_COMPARED})
    | \b(?:increases|raises)[ ](?:{_WHICH}{_QUALITY}|{_COMPARED})
    | {_QUALITY}[ ]{_WHOSE}(?:rises|climbs|grows|increases)\b
    | {_COST}[ ]{_WHOSE}(?:falls|drops|decreases)\b""",
    FLAGS,
)
_GAINING = re.compile(
    rf"""(?:[,–—-][ ]?|\b(?:and|while)[ ])(?:while[ ])?{ADVERBS}(?:
        (?:achiev|outperform|improv|surpass|exceed|attain|reach|yield|deliver|boost|beat|accelerat
            |demonstrat)ing\b
        | (?:reduc|lower|cutt|decreas)ing[ ](?:{_WHICH}{_COST}|{_COMPARED})
        | (?:increas|rais)ing[ ](?:{_WHICH}{_QUALITY}|{_COMPARED}))""",
    FLAGS,
)
# What the paper brings or asks, or the parts of it, whatever is said of them by the way.
ANNOUNCES = re.compile(
    rf"""\b(?:we|(?:paper|work|study|report|article))[ ](?:(?:have|then|first|next)[ ])*{ADVERBS}
        (?:introduc|propos|present|develop|design|buil[dt]|construct|creat|curat|contribut|describ)
    | \band[ ](?:introduce|propose|present)s?\b(?![ ](?:no|little)\b) | \bwhether\b
    | \b(?:compris|consist|introduc|incorporat|includ|integrat|featur|combin|offer|ha[sv])\w*\b
        [^.:]*:[ ]?\(?(?:1|i|a)\)""",
    FLAGS,
)


def is_measured_result(sentence: str) -> bool:
    """Return whether a sentence says what was achieved, with a figure or against others.

    It says so in its main clause ("It achieves 5%") or in what follows from it (", achieving 5%").
    """
    if ANNOUNCES.search(sentence) or not _MEASURE.search(sentence):
        return False
    gaining = _GAINING.search(sentence)
    return bool(
        GAINS.search(_DEPENDENT.sub("", sentence))
        or (gaining and _MEASURE.search(sentence, gaining.end()))
    )
