"""Tells by its words a release notice: where the code, the data or the page of a paper is."""

import re

from papers.drafting.extract.results import ADVERBS, ANNOUNCES, FLAGS, GAINS, is_measured_result

_LINK = re.compile(
    r"(?:https?://|www\.|\b[\w.-]{1,100}\.(?:com|io|org|ai|co)/)\S*[\w/]", re.IGNORECASE
)
_NOTE_WORDS = 25
# What was found out, with a link by the way. "You can find the code here" is none.
_FINDS = re.compile(
    rf"""{GAINS.pattern} | \b(?:(?:show|demonstrate|reveal|evaluate|observe)s?|(?:we|they)[ ]find
        |finds?[ ]that)\b""",
    FLAGS,
)
_NOTICE_CHARACTERS = 300  # in which a notice is one
_THING = r"""(?:code(?:base)?s?|data(?:sets?)?|models?|weights|checkpoints?|benchmarks?|suites?
    |implementations?|scripts?|demos?|tool(?:kit|box|s)?|librar(?:y|ies)|repositor(?:y|ies)
    |software|resources?|materials?|art[ei]facts?|prompts?|pipelines?|frameworks?|systems?|videos?
    |corpus|corpora|samples|(?:(?:project|web|home)[ ]?)?(?:page|site)s?|project)\b"""
_KNOWN = (
    rf"(?:our|the|all|its|it|both|these|this|source|inference|training|complete|\w+ly|{_THING})\b"
)
_NO_NOUN = r"(?![ ](?!(?:and|at|on|under|upon|via|to|for|in|with|soon|after|here)\b)\w)"  # after it
_TO_A_PART = (  # of what is described: "available to the agent"
    r"[ ]to[ ](?:the|an?|each|every|its|both)[ ](?!(?:\w+[ ]){0,3}?(?:public|communit|research))"
)
_PUBLIC = rf"""(?<!\bonly[ ])(?:(?:available|accessible)\b(?!{_TO_A_PART})|public\b{_NO_NOUN}
    |(?:releas(?:ed|ing)|open(?:ly)?[ -]?sourc(?:ed?|ing))\b)"""
_PLACE = r"(?:github|gitlab|hugging[ ]?face|zenodo|repo(?:sitory)?|\w*(?:page|site)|here)\b"
_TO_BE_HAD = rf"""(?:(?:is|are)[ ](?:(?:all|now)[ ]|{ADVERBS})(?:at|on|in)
    |can[ ]be[ ]{ADVERBS}(?:found|downloaded|accessed|obtained|viewed)(?:[ ](?:at|on|from|in|via))?)
    [ ](?:\w+[ ]){{0,3}}?(?:[ ]?{_PLACE})+{_NO_NOUN}"""
_SUBJECT = r"(?:(?!\b(?:which|that|where)\b)[^.;:])*?"
_NOTICE = re.compile(
    rf"""\W*(?:(?:to|for|in|by|as|beyond|with|(?:more[ ])?\w+ly)\b[^.;:]*?,[ ])?(?:
    (?:{_KNOWN}{_SUBJECT}\b)?{_THING}{_SUBJECT}
        \b(?:(?:is|are|be|been|made)[ ](?:(?:made|now|all|and)[ ]|{ADVERBS})*{_PUBLIC}
            |{_TO_BE_HAD})
    | we[ ](?:(?:will|have|are|aim[ ]to|plan[ ]to)[ ])?{ADVERBS}
        (?:(?:release|{_PUBLIC})[ ](?:{_KNOWN}|(?-i:[A-Z])) | make[ ]{_KNOWN}{_SUBJECT}\b{_PUBLIC})
    )""",
    FLAGS,
)
_NOVEL = re.compile(
    r"""\b(?:releas|open[ -]?sourc)\w*[ ](?:
        (?:[^.;]*?[,:][ ])?(?:an?|one|two|three|the[ ](?:first|most|largest)|\d[\d,]*)[ ]
        |(?-i:[A-Z])\S*,[ ](?:which|that|whose)\b)""",
    FLAGS,
)


def is_release(sentence: str) -> bool:
    """Return whether a sentence only says where the paper's code, data or page is to be had.

    "We release a benchmark of 5,000 tasks" says more: what is new.
    """
    said = _LINK.sub("", sentence)
    if ANNOUNCES.search(said) or _NOVEL.search(said) or is_measured_result(said):
        return False
    is_note = said != sentence and len(said.split()) <= _NOTE_WORDS and not _FINDS.search(said)
    return is_note or bool(_NOTICE.match(said[:_NOTICE_CHARACTERS]))
