"""Tells by its words a release notice: where the code, the data or the page of a paper is."""

import re

from papers.drafting.extract.results import ADVERBS, ANNOUNCES, FLAGS, GAINS, is_measured_result

_LINK = re.compile(r"(?:https?://|www\.|\b[\w.-]+\.(?:com|io|org|ai|co)/)\S*[\w/]", re.IGNORECASE)
_NOTE_WORDS = 25
_NOTICE_CHARACTERS = 300  # in which a notice is one
_THING = r"""(?:code(?:base)?s?|data(?:sets?)?|models?|weights|checkpoints?|benchmarks?|suites?
    |implementations?|scripts?|demos?|tool(?:kit|box|s)?|librar(?:y|ies)|repositor(?:y|ies)
    |software|resources?|materials?|art[ei]facts?|prompts?|pipelines?|frameworks?|systems?|videos?
    |corpus|corpora|samples|(?:(?:project|web|home)[ ]?)?(?:page|site)s?|project)\b"""
_KNOWN = (
    rf"(?:our|the|all|its|it|both|these|this|source|inference|training|complete|\w+ly|{_THING})\b"
)
_PUBLIC = r"(?:available|accessible|releas(?:ed|ing)|open(?:ly)?[ -]?sourc(?:ed?|ing)|public)\b"
_SUBJECT = r"(?:(?!\b(?:which|that|where)\b)[^.;:])*?"
_NOTICE = re.compile(
    rf"""\W*(?:(?:to|for|in|by|as|beyond|with|(?:more[ ])?\w+ly)\b[^.;:]*?,[ ])?(?:
    (?:{_KNOWN}{_SUBJECT}\b)?{_THING}{_SUBJECT}
        \b(?:is|are|be|been|made)[ ](?:(?:made|now|all|and)[ ]|{ADVERBS})*{_PUBLIC}
    | we[ ](?:(?:will|have|are|aim[ ]to|plan[ ]to)[ ])?{ADVERBS}
        (?:(?:release|{_PUBLIC})[ ](?:{_KNOWN}|(?-i:[A-Z])) | make[ ]{_KNOWN}{_SUBJECT}\b{_PUBLIC})
    )""",
    FLAGS,
)
_NOVEL = re.compile(
    r"""\b(?:releas|open[ -]?sourc)\w*[ ](?:[^.;]*?[,:][ ])?
        (?:an?|one|two|three|the[ ](?:first|most|largest)|\d[\d,]*)[ ]""",
    FLAGS,
)


def is_release(sentence: str) -> bool:
    """Return whether a sentence only says where the paper's code, data or page is to be had.

    "We release a benchmark of 5,000 tasks" says more: what is new.
    """
    said = _LINK.sub("", sentence)
    if ANNOUNCES.search(said) or _NOVEL.search(said) or is_measured_result(said):
        return False
    is_note = said != sentence and len(said.split()) <= _NOTE_WORDS and not GAINS.search(said)
    return is_note or bool(_NOTICE.match(said[:_NOTICE_CHARACTERS]))
