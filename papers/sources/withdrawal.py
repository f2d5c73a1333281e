"""Detects whether a paper was withdrawn, or may have been.

arXiv says so only in words, in the comment or the abstract. A withdrawal is a new version without
files, and the old versions stay (info.arxiv.org/help/withdraw.md). Other things are withdrawn too
(a submission to a conference, a claim, a drug), so only a sentence about this paper counts.
"""

import re

_WORK = (
    r"(?:e-?print|preprint|paper|article|manuscript|submission|work|note|report|version|draft"
    r"|thesis|dissertation|entry|posting|upload)"
)
_GONE = r"(?:withdrawn|retracted)"
# Most papers are withdrawn from a conference's program, not from arXiv.
_HERE = r"(?!\s+(?:from|at)\s+(?!(?:the\s+)?arxiv))"
_BETWEEN = r"(?:been|had|be|being|to|now|considered|temporarily|permanently|voluntarily|hereby)"
_SENTENCE = r"(?:\A|(?<=[.!?;:,(\[])|(?<=--))(?<!\bal\.)\ ?"
_WITHDRAWAL = re.compile(
    rf"""{_SENTENCE}
    (?: # This paper has been temporarily withdrawn. This version was removed by arXiv.
        (?:this|the|our|the\s+present)\s+(?:arxiv\s+)?{_WORK}\s+
        (?:has|is|was|had|will|should|must)\s+(?:{_BETWEEN}\s+){{0,4}}
        (?:{_GONE}\b{_HERE}|removed\s+by\s+(?:the\s+)?arxiv)
      | # The authors have withdrawn this paper. We withdraw this paper.
        (?:we|I|(?:the\s+)?authors?|arxiv\s+admin(?:istrator)?s?)\s+
        (?:(?:has|have|had\s+to|hereby)\s+)?(?:withdraws?|{_GONE})\s+(?:this|the|our)\s+{_WORK}\b
      | # Withdrawn by the author. Paper withdrawn due to an error.
        (?:{_WORK}\s+)?(?:has\s+been\s+)?(?:temporarily\s+)?{_GONE}\s+
        (?:by|due|because|as|since|for|until|pending|owing|in\s+order|after)\b
    )
    | \A[\ (\[]*(?:{_WORK}\s+)?{_GONE}[\ .!)\]]*\Z""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

_SELF = (
    rf"(?:(?:this|our|the)\s+(?:(?:present|current|above|entire|whole)\s+)?(?:arxiv\s+)?{_WORK}"
    rf"(?:\s+of\s+(?:this|the|our)\s+(?:arxiv\s+)?{_WORK})?|this\s+one|it)"
)
_THIS = rf"(?:this|our|the\s+(?:present|current))\s+(?:arxiv\s+)?{_WORK}"
_ADVERBS = (
    r"(?:(?:now|hereby|therefore|thus|hence|being|been|to\s+be|temporarily|permanently|voluntarily"
    r"|officially|formally|since|already|currently|both|regrettably)\s+){0,3}"
)
_IS = r"(?:is|was|are|has|have|had|will|should|must|needs?|got|gets)\s+(?:(?:to|be|been)\s+){0,2}"
# "Has been withdraw by the author" is a slip of the pen.
_SLIP = r"withdraw(?=\s+(?:by|due|because|from\s+(?:the\s+)?arxiv|for\s+now)\b)"
_TAKEN = rf"(?:(?:withdraw(?:n|ed|en)|with-drawn|retracted|taken\s+back)\b|{_SLIP})"
_TAKE = r"(?:withdr[ae]w(?:s|ing|a?l\s+of|n)?|retract(?:s|ing|ion\s+of|ed)?|take\s+back)"
# What may follow "withdrawn" where it says all, and not which of several things was withdrawn.
_ALONE = (
    r"(?=\s*(?:\Z|[;:.,!)\]–—/]|--?\s|\(|(?:and|but|see|in\s+favou?r|superseded|replaced|on|to"
    r"|at\s+(?:\S+\s+){0,2}request|from\s+(?:the\s+)?arxiv|upon|following|with|without|here|now|pending|awaiting|it)\b))"
)
_PEOPLE = (
    r"(?:(?:we|I)(?:['’](?:ve|d|m|re))?|arxiv(?:\s+\w+){0,2}"
    r"|(?:(?:the|all|both)\s+)?(?:(?:first|corresponding|co-?)\s?)?(?:authors?|submitters?))"
)
_PERHAPS = re.compile(
    rf"""{_SENTENCE}(?:(?:please\s+)?
        (?:note|notice|update|n\.?b\.?|\w+\s+note|v\d+|version\s+\d+)\s*[:,\-]?\s+
        (?:that\s+)?)?
        (?:(?:and|hence|so|therefore|thus|accordingly|consequently|for\s+(?:this|that)\s+reason),?\s+)?
        (?:we\s+(?:regret|are\s+sorry)\s+to\s+(?:inform|say|announce)\s+(?:\w+\s+){{0,3}}?that\s+)?
    (?: # The manuscript has been retracted. Paper is withdrawn. It was taken back.
        (?:{_SELF}|{_WORK})(?:,[^;!?,]{{1,80}},)?\s+{_IS}{_ADVERBS}{_TAKEN}
      | # The proof is wrong and the paper is withdrawn. Superseded by [1] and withdrawn.
        [^;!?]{{1,150}}?\b(?:and|so|hence|therefore|thus)\s+(?:that\s+)?
        {_SELF}\s+{_IS}{_ADVERBS}{_TAKEN}
      | # Due to a dispute this paper has been withdrawn. Later withdrawn from arXiv.
        (?:due|because|owing|given|after|since|as|following)\b[^.;!?]{{0,150}}?
        \b{_THIS}\s+{_IS}{_ADVERBS}{_TAKEN}
      | (?:later|subsequently|then|now)\s+{_TAKEN}\s+from\s+(?:the\s+)?arxiv\b
      | (?:(?:this|it)\s+(?:is|was|has\s+been)\s+)?
        (?:superseded|replaced|merged|subsumed|duplicate)\b[^;!?]{{1,100}}?
        \band\s+(?:{_IS})?{_ADVERBS}{_TAKEN}
      | (?:this\s+is\s+an?\s+)?(?:withdrawn|retracted)\s+{_WORK}(?=\s*(?:\Z|[.;:,)]|due|because))
      | # This paper is a duplicate of arXiv:2210.00001 and is withdrawn.
        (?:{_SELF}|{_WORK})\s+(?:is|was|has|contains?|had|overlaps?)\b[^;!?]{{1,150}}?
        (?:\b(?:and|so|hence|therefore|thus|which\s+is\s+why)\s+|,\s+)(?:it\s+)?{_IS}{_ADVERBS}{_TAKEN}
      | # The authors have decided to withdraw this manuscript. We are withdrawing the paper.
        {_PEOPLE}\s+(?:[\w'’-]+\s+){{0,6}}?{_TAKE}\s+(?:{_SELF})\b
      | # We found an error and are withdrawing this paper.
        {_PEOPLE}\s+[^;!?]{{1,150}}?\b(?:and|so|hence|therefore|thus)\s+
        (?:(?:we|I|are|is|am|have|has|had|must|will|hereby|therefore|thus|to|decided|want|wish)\s+){{0,5}}
        {_TAKE}\s+(?:{_SELF})\b
      | # Withdrawal of this paper was requested. Withdrawal requested by the authors. Retraction:
        (?:the\s+)?(?:withdrawa?l|retraction)\s+of\s+{_THIS}\b
      | (?:the\s+)?(?:withdrawal|retraction)\s+(?:is\s+|was\s+)?requested\b
      | (?:a\s+)?(?:withdrawal|retraction)(?:\s+(?:notice|request))\b
      | (?:{_WORK}\s+)?(?:withdrawal|retraction)\s*(?:\Z|[:.])
      | # To be withdrawn. Has been withdrawn. Withdrawing due to an error.
        (?:to\s+be|has\s+been|will\s+be|being|is|was|now)\s+{_ADVERBS}{_TAKEN}{_ALONE}
      | withdr(?:awing|ew)\s+(?:due|because|as|{_SELF})\b
    )
  | # Withdrawn; superseded by arXiv:2405.00001. Withdrawn: error in the data. 9 pages, withdrawn.
    (?:\A(?:(?:status|comments?|(?:\w+['’]?s?\s+)?note)\s*[:–—-]\s*)?
      |(?<=[.;\]])\ |(?<=pages)[,;(]?\s|(?<=figures)[,;(]?\s|(?<=pages,)\s|(?<=figures,)\s)
    [\s(\[]*(?:{_SELF}\s+|{_WORK}\s+)?{_ADVERBS}{_TAKEN}{_ALONE}""",
    re.VERBOSE | re.IGNORECASE,
)
_FAULT = (
    r"(?:errors?|mistakes?|flaws?|flawed|bugs?|gaps?|issues?|problems?|wrong|incorrect|invalid|false"
    r"|inaccurate|incomplete|irreproducible|not\s+reproducible|duplicates?|duplicated?|superseded"
    r"|replaced|merged|subsumed|plagiari[sz]\w+|copyright|licen[cs]\w+|overlap\w*|disput\w+"
    r"|consent|by\s+(?:mistake|accident)|in\s+error|accidentally|mistakenly|prematurely"
    r"|violat\w+|polic(?:y|ies)|legal|ethic\w+|privacy|confidential\w*|authorship|conflicts?)"
)
_CAUSE = (
    rf"(?:(?:due\s+to|because(?:\s+of)?|owing\s+to|given|for|on\s+account\s+of|as\s+a\s+result\s+of)\s+"
    rf"(?:(?:an?|the|some|its|our|several|many|to|it|of|presence|discovery|existence|there|is|was|contains?|had|has)\s+)*"
    rf"(?:\w+\s+)??{_FAULT}|by\s+(?:the\s+|its\s+|our\s+|all\s+)?(?:co-?)?authors?\b"
    rf"|by\s+(?:the\s+)?(?:arxiv|submitters?|moderators?|admin\w*)"
    rf"|(?:at|on|upon|by|per|under)\s+(?:the\s+)?(?:(?:co-?)?author\S*\s+)?requests?\b)"
)
_WENT = r"(?:removed|deleted|taken\s+(?:down|offline|off)|pulled|unpublished|annulled|revoked)"
_ANY_TAKEN = rf"(?:(?:withdraw(?:n|ed|en)|with[ -]drawn|witdrawn|widthdrawn|retracted)\b|{_SLIP})"
# As authors write where there is little room: no verb, or a plea to the reader.
_BRIEF = re.compile(
    rf"""(?:{_SENTENCE}|(?<=[–—]))\s*(?:
      # Error found, withdrawn. Duplicate of [1] - paper withdrawn. Contains errors, so withdrawn.
        (?!\d{{4,5}}\b|{_WENT}|withdr|retract)[^.;!?(]{{0,150}}?\b{_FAULT}\b[^;!?()]{{0,100}}?
        (?:\s*[,:–—(/]\s*|\s+--?\s+)
        (?:(?:and|so|hence|therefore|thus|thereby|now|then|is|was|will\s+be|to\s+be|has\s+been
          |temporarily)\s+){{0,4}}
        (?:(?:(?:this|our|the)\s+)?{_WORK}\s+)?{_ANY_TAKEN}
        (?:{_ALONE}|(?=\s+(?:by|due|because|until)\b))
      | # Removed due to an error. This paper has been taken down. Removed by the author.
        (?:(?:{_SELF}|{_WORK})\s+)?(?:{_IS})?{_ADVERBS}{_WENT}\s+(?:from\s+(?:the\s+)?arxiv\s+)?
        {_CAUSE}(?!\s*[:–—]\s*(?:table|figure|fig|section|sec|lemma|theorem|appendix|part|eq|the)\b)
      | (?:{_SELF}|(?<!\S){_WORK})\s+{_IS}{_ADVERBS}{_WENT}
        (?=\s*(?:\Z|[.;:!]|from\s+(?:the\s+)?arxiv))
      | # Please disregard this paper. This paper should be ignored. Please do not cite this paper.
        (?:(?:please|kindly)[,\s]+|(?:we\s+(?:ask|urge|advise)\s+)?(?:all\s+|the\s+)?readers?\s+
          (?:to|should|may|must)\s+)?(?:disregard|ignore)\s+(?:this|our)\s+(?:entire\s+|whole\s+)?
        (?:arxiv\s+)?{_WORK}\b
      | (?:please|kindly)[,\s]+(?:disregard|ignore|withdraw|retract)(?:\s+it)?(?=\s*(?:\Z|[.;!]))
      | {_SELF}\s+(?:should|must|can|is\s+to|has\s+to|needs\s+to)\s+(?:please\s+)?be\s+{_ADVERBS}
        (?:disregarded|ignored)\b(?!\s+by)
      | {_SELF}\s+(?:is|has|contains?)\b[^;!?]{{1,150}}?\b(?:and|so)\s+(?:it\s+)?(?:should|must)\s+
        (?:not\s+be\s+(?:cited|used|trusted)|be\s+(?:disregarded|ignored))\b
      | (?:this|our|the)?\s*{_WORK}\s+(?:is|was)\s+(?:wrong|incorrect|invalid|flawed)
        (?=\s*(?:\Z|[.;!]))
      | [^.;!?]{{3,100}}?\bso\s+(?:that\s+)?{_PEOPLE}\s+(?:[\w'’-]+\s+){{0,6}}?{_TAKE}\s+{_SELF}\b
      | (?:{_SELF}|{_WORK})\s+is\s+(?:going|about)\s+to\s+be\s+{_ANY_TAKEN}
      | (?:(?:needs?|ha[sd]|should|must|ought)\s+(?:to\s+)?be|to\s+be)\s+{_ADVERBS}
        {_ANY_TAKEN}{_ALONE}
      | (?:to\s+)?(?:withdraw|retract)(?:\s+(?:this|our)\s+(?:arxiv\s+)?{_WORK}\b
        |\s+(?:due|because)\b|(?=\s*(?:\Z|[.;!])))
      | (?:not\s+ready|not\s+approved|under\s+revision|in\s+revision|{_WORK}\s+under\s+revision
        |publication\s+not\s+\w+)\b[^.;!?(]{{0,60}}?\s*[,;–—-]+\s*(?:{_WORK}\s+)?{_ANY_TAKEN}{_ALONE}
      | (?:please\s+|kindly\s+)?(?:do\s+not|don['’]t)\s+
        (?:read,?\s+|cite,?\s+|use,?\s+|or\s+|rely\s+on\s+|trust\s+){{1,4}}(?:this|our)\s+(?:arxiv\s+)?{_WORK}\b
      | (?:please\s+)?do\s+not\s+(?:cite|use|read)\s*[;:,.–—-]+\s*[^.;]{{0,60}}?\b{_FAULT}\b
      | (?:please|kindly)\s+(?:withdraw|retract|remove|delete)\s+(?:this|our)\s+
        (?:arxiv\s+)?{_WORK}\b
      | {_SELF}\s+is\s+no\s+longer\s+(?:valid|correct|maintained|supported\s+by)
      | # Request to withdraw. All versions withdrawn. We withdraw. The authors retract their paper.
        (?:(?:author|authors['’]?)[- ])?request(?:ed|s|ing)?\s+
        (?:to\s+withdraw|for\s+(?:a\s+)?withdrawal|withdrawal|the\s+withdrawal\s+of\s+(?:this|our))\b
      | (?:author|authors['’]?)[- ]requested\s+(?:withdrawal|retraction)
      | all\s+versions\s+(?:of\s+{_SELF}\s+)?(?:{_IS})?{_ADVERBS}{_ANY_TAKEN}
      | {_PEOPLE}\s+(?:[\w'’-]+\s+){{0,6}}?withdr[ae]w(?:s|n|ing)?(?=\s*(?:\Z|[.;!]))
      | {_PEOPLE}\s+(?:[\w'’-]+\s+){{0,6}}?{_TAKE}\s+(?:their|his|her|my|our)\s+
        (?:arxiv\s+)?{_WORK}\b
      | # Because of a bug in our code we withdraw this paper. Unfortunately we have to withdraw it.
        (?:due|because|owing|given|after|since|as|unfortunately|regrettably|following|upon|sadly
          |for|in|on)\b[^.;!?]{{0,150}}?\b{_PEOPLE}\s+(?:[\w'’-]+\s+){{0,6}}?{_TAKE}\s+{_SELF}\b
      | (?:this|our)\s+{_WORK}\s+is\s+(?:in\s+the\s+process\s+of\s+)?(?:being|getting)\s+
        {_ANY_TAKEN}
      | # Withdrawn per author request. Withdrawed due to an error. Being withdrawn by the authors.
        (?:(?:{_SELF}|{_WORK})\s+)?(?:{_IS})?(?:being\s+)?{_ADVERBS}{_ANY_TAKEN}\s+
        (?:{_CAUSE}|given|per|under|owing|in\s+view|in\s+light)
      | (?:[^.;]{{0,60}}?(?:오류|실수|문제|요청|중복|표절|재현)[^.;]{{0,40}}?\s)?
        (?:이\s+|본\s+)?(?:논문|원고|저자)[^.;]{{0,30}}철회(?:됨|함|되었|하였|했|합니다|됐|$)
      | (?:논문\s*)?철회(?:됨|함)?\s*\Z
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:not|never|neither|nor|without|if|unless|whether|when(?:ever)?|how|why|ask)\b|n['’]t\b",
    re.IGNORECASE,
)
# Another work, a part of this one, or a place other than arXiv.
_OTHER = re.compile(
    rf"""\bauthors?\s+of\s+(?!(?:this|the\s+present|our)\b)
      | \berrors?\s+(?:\w+\s+)?(?:in|of)\s+(?:arxiv:|\[)
      | \bin\s+(?:\[|the\s+{_WORK}\s+(?:of|by)\b) | \bwhich\s+(?:is|was|has|had)\b.*?\bwithdr
      | \A(?:{_WORK}\s+)?(?:\[|arxiv:|v\d)
      | \b(?:other|another|previous|earlier|prior|former|first|older|original|companion|that)\s+
        (?!(?:the|this|our)\b)(?:\w+\s+)?{_WORK}s?\s+(?:\w+\s+){{0,3}}?(?:withdr|retract)
      | \b(?:withdr[ae]wn?|retracted)\s+(?:the\s+)?(?:{_WORK}s\b|arxiv:|\[)
      | \b(?:the|an?)\s+(?:withdrawn|retracted)\s+\w+\s+(?:of|by|\[)
      | \b(?:statement|claim|lemma|theorem|section|data|dataset|code|consent|drug)s?\s+
        (?:(?!(?:we|I|and|so)\b)\w+\s+){{0,3}}(?:withdr|retract)
      | (?:withdr\w+|retract\w*)(?:\s+(?:this|our|the|it|{_WORK})){{0,3}}\s+
        (?:from\s+(?!(?:the\s+)?arxiv|public)
          |at\s+(?!(?:the\s+)?arxiv|(?:the\s+|an?\s+)?(?:request|moment|(?:co-?)?author|time)|this|present
            |our|my|his|her|their))""",
    re.VERBOSE | re.IGNORECASE,
)
_UNDONE = re.compile(
    r"\b(?:restored|reinstated|un-?withdrawn|by\s+mistake|mistakenly|erroneously|was\s+an\s+error)\b",
    re.IGNORECASE,
)
_PLEA = re.compile(
    r"\b(?:do\s+not|don['’]t)\s+(?=cite|use|read|rely|trust)|without|not\s+reproducible"
    r"|\bnot\s+(?:be\s+(?:cited|used|trusted)|ready|approved)|\Apublication\s+not",
    re.IGNORECASE,
)
_BY_MISTAKE = re.compile(
    r"\b(?:submitted|uploaded|posted|published|announced|released)\s+(?:\w+\s+)?(?:by\s+mistake|mistakenly"
    r"|erroneously)|\b(?:mistakenly|erroneously)\s+(?:submitted|uploaded|posted|published)",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:[Tt]his|[Oo]ur|[Ww]e|I|[Aa]uthors?)\b")
_A_NOTE = 300  # characters of an abstract that says nothing else
_REST = re.compile(r"[^.!?;]*")
_SHOWN = 200  # characters


def words(comment: str, abstract: str) -> str:
    """Return the words that say the paper was withdrawn, or "". Both texts are clean."""
    found = _WITHDRAWAL.search(_line(comment))
    if not found:
        found = next(filter(_is_of_itself, _WITHDRAWAL.finditer(_line(abstract))), None)
    if not found:
        return ""
    sentence = _sentence(found.string, found)
    return "" if _UNDONE.search(sentence) else sentence


def perhaps(comment: str, abstract: str) -> str:
    """Return words that may say so, for a person to decide, or "". Both texts are clean."""
    said, summary = _line(comment), _line(abstract)
    in_abstract = filter(_is_of_itself, _PERHAPS.finditer(summary))
    note = summary if len(summary) < _A_NOTE else ""
    briefly = [*_BRIEF.finditer(said), *filter(_is_all, _BRIEF.finditer(note))]
    for found in [*_PERHAPS.finditer(said), *in_abstract, *briefly]:
        sentence = _sentence(found.string, found)
        undone = _UNDONE.search(_BY_MISTAKE.sub("", sentence))
        negated = _NEGATED.search(_PLEA.sub("", found[0]))
        if not any((negated, _OTHER.search(sentence), undone)):
            return sentence
    return ""


def _is_all(found: re.Match[str]) -> bool:
    """Return whether an abstract says little else."""
    return found.start() == 0 and len(found.string) < _A_NOTE


def _is_of_itself(found: re.Match[str]) -> bool:
    """Return whether an abstract says it of its own paper. Others are about withdrawn papers."""
    return _is_all(found) or bool(_OWN.search(found[0]))


def _line(text: str) -> str:
    return " ".join(text.replace("*", " ").split())


def _sentence(line: str, found: re.Match[str]) -> str:
    """Return a match with the rest of its sentence."""
    rest = _REST.match(line, found.end())
    return (found[0] + (rest[0] if rest else "")).strip(" ([")[:_SHOWN]
