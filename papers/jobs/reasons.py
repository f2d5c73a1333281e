"""Says why jobs, runs and full texts failed, and what texts lack, in the reader's language.

They are stored in English, as they were logged. A sentence of ours is found again by its template.
What a source or a model said itself stays as it came.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import gettext, gettext_noop

# A template stands before those that would match its sentences too.
_OF_JOBS = (
    gettext_noop("%(host)s cannot be read: %(why)s"),
    gettext_noop("%(host)s gave no whole answer within %(time)s"),
    gettext_noop("%(host)s answered %(status)s: waiting until %(time)s"),
    gettext_noop("%(host)s answered %(status)s"),
    gettext_noop("%(host)s redirects more than %(count)s times"),
    gettext_noop("%(host)s refused the request: %(what)s"),
    gettext_noop("%(address)s does not lie on the host of %(setting)s"),
    gettext_noop("%(paper)s: version not known: fetch arXiv's record first"),
    gettext_noop("%(count)s papers are left: arXiv is asked one by one"),
    gettext_noop("every item refused (%(count)s); the first: %(why)s"),
    gettext_noop("expected a list, got %(what)s"),
    gettext_noop(
        "held: its text addresses a model. The findings on the paper's page show where; accept"
        " them there if they are harmless, and try again"
    ),
    gettext_noop("its reader failed: %(what)s"),
    gettext_noop("its feeds tell no later day yet, so the list may grow"),
    gettext_noop("its worker died"),
    gettext_noop("no editor has a mail address: add one under Users"),
    gettext_noop("no category is switched on for this day"),
    gettext_noop("no entry for %(papers)s: an empty page, of %(count)s results"),
    gettext_noop("no entry for %(papers)s"),
    gettext_noop("no language model is configured (MODEL_URL, MODEL_NAME)"),
    gettext_noop("no paper %(paper)s is known here"),
    gettext_noop("%(paper)s was taken down"),
    gettext_noop("no request before %(time)s: %(why)s"),
    gettext_noop("no source %(source)s is known here"),
    gettext_noop("no slot to ask %(source)s was free within %(time)s"),
    gettext_noop("not an answer of OAI-PMH: %(what)s"),
    gettext_noop("not an Atom feed: %(what)s"),
    gettext_noop("not an Atom feed"),
    gettext_noop("OAI-PMH error %(what)s"),
    gettext_noop("redirect refused: %(host)s"),
    gettext_noop("response too large: limit %(limit)s"),
    gettext_noop("stopped until a person resumes it in the admin: %(why)s"),
    gettext_noop("refused the request: %(what)s"),
    gettext_noop("the day is read again"),
    gettext_noop("the feed of %(category)s tells %(day)s already, and no earlier day"),
    gettext_noop("the job names no day"),
    gettext_noop("the list begins again: a resumption token came twice"),
    gettext_noop("the renderer here is %(version)s"),
    gettext_noop("too much for %(what)s: more than %(limit)s"),
    gettext_noop("too many items: still more after %(count)s pages"),
    gettext_noop("too many items: %(count)s, limit %(limit)s"),
    gettext_noop("too many values: %(count)s, limit %(limit)s"),
    gettext_noop("waiting for the paper's full text"),
    gettext_noop("its full text is not there yet"),
)
_OF_MODELS = (
    gettext_noop("%(why)s (all of it: Model calls)"),
    gettext_noop(
        "%(used)s of today's %(budget)s tokens for the model are used (MODEL_DAILY_TOKENS):"
        " waiting until %(time)s"
    ),
    gettext_noop("check MODEL_API_KEY"),
    gettext_noop("check MODEL_URL, which ends with /v1, and MODEL_NAME"),
    gettext_noop("does not fit into one plain line: %(what)s"),
    gettext_noop("every part of the answer is empty"),
    gettext_noop("filtered out"),
    gettext_noop("its JSON has no end"),
    gettext_noop("lower MODEL_CONTEXT_TOKENS"),
    gettext_noop("MODEL_API_KEY may not use this model"),
    gettext_noop("not JSON: %(what)s"),
    gettext_noop("not in the form asked for: %(what)s"),
    gettext_noop("the account has no credit left"),
    gettext_noop("the answer calls a tool, and none was offered"),
    gettext_noop("the answer has %(count)s bytes, limit %(limit)s"),
    gettext_noop("the answer is empty"),
    gettext_noop("the answer is not in the language %(language)s"),
    gettext_noop("the answer was cut off: its limit was reached (MODEL_ANSWER_TOKENS)"),
    gettext_noop("the answer was cut off: %(why)s"),
    gettext_noop("the calls under way may use up today's tokens"),
    gettext_noop(
        "the model was asked %(count)s times about this text, and is not asked again; the last"
        " time: %(why)s. Write the sections by hand, have them drafted one by one, try another"
        " model (MODEL_NAME), or wait for a newer version of the paper"
    ),
    gettext_noop("the model refused: %(what)s"),
    gettext_noop("the paper does not fit the model's context: lower MODEL_CONTEXT_TOKENS"),
    gettext_noop("the server refused with %(status)s: %(why)s"),
    gettext_noop("the server refused with %(status)s"),
    gettext_noop(
        "the server read %(read)s tokens of about %(sent)s: its context is smaller than"
        " MODEL_CONTEXT_TOKENS, so enlarge the one or lower the other"
    ),
)
_OF_ITEMS = (
    gettext_noop("%(count)s chars, limit %(limit)s"),
    gettext_noop("%(count)s of %(total)s left out"),
    gettext_noop("%(category)s: its feed tells %(day)s"),
    gettext_noop("%(text)s is not an arXiv id"),
    gettext_noop("a resumption token of %(count)s chars, limit %(limit)s"),
    gettext_noop("an address with a user name"),
    gettext_noop("DOCTYPE refused"),
    gettext_noop("before arXiv began, or to come"),
    gettext_noop("blank"),
    gettext_noop("is deleted at arXiv"),
    gettext_noop("is not an object"),
    gettext_noop("is not an object with a `paper`"),
    gettext_noop("left empty: Value error, %(why)s"),
    gettext_noop("left empty: %(what)s"),
    gettext_noop("left out: not text but %(kind)s"),
    gettext_noop("listed before as item %(number)s, which counts"),
    gettext_noop("missing"),
    gettext_noop("no abstract"),
    gettext_noop("not a DOI"),
    gettext_noop("not a time with its zone"),
    gettext_noop("not a web address"),
    gettext_noop("not an arXiv category"),
    gettext_noop("not asked for"),
    gettext_noop("%(paper)s: in the month's list for %(day)s, and in no day's list"),
    gettext_noop("%(paper)s: listed on %(day)s, and gone from the month's list"),
    gettext_noop("perhaps withdrawn: %(why)s"),
    gettext_noop("version %(number)s is of the type I, which has no files"),
    gettext_noop("version %(number)s has %(size)s, the versions before it have files"),
    gettext_noop("withdrawn: %(what)s"),
    gettext_noop("withdrawn"),
)
# What says that a full text is not the whole paper, as a sentence goes on after "it".
_OF_TEXTS = (
    gettext_noop("begins with section %(number)s"),
    gettext_noop("breaks off before its end"),
    gettext_noop("ends in an error of its conversion"),
    gettext_noop("ends without a conclusion and without references"),
    gettext_noop("goes from section %(before)s to %(after)s"),
    gettext_noop("goes from the introduction to the conclusion"),
    gettext_noop("has nothing under its heading “%(heading)s”"),
    gettext_noop("has pages that cannot be read, the first is %(page)s"),
    gettext_noop("says that its conversion failed"),
)
# Why there is no full text, as `FullText.error` keeps it.
_OF_UNREADABLE = (
    gettext_noop("cannot be opened as a PDF: %(what)s"),
    gettext_noop("cannot be read as HTML: %(what)s"),
    gettext_noop("crashes its reader: %(what)s"),
    gettext_noop("gets no sound answer from its reader"),
    gettext_noop("gives more than %(limit)s MiB of text"),
    gettext_noop("has %(count)s pages, limit %(limit)s"),
    gettext_noop("holds no text beyond an abstract"),
    gettext_noop("is larger than %(limit)s MiB"),
    gettext_noop("is neither HTML, PDF nor Markdown, but %(what)s"),
    gettext_noop("is not a paper's Markdown: there are no sections in it"),
    gettext_noop("is not a paper's page: it has no body"),
    gettext_noop("is not a paper's page: there are no sections in it"),
    gettext_noop("is not at arXiv in this form"),
    gettext_noop("is not at Hugging Face in this form"),
    gettext_noop("is not read within %(time)s s"),
    gettext_noop("takes more than %(limit)s s of processor time"),
)
_TEMPLATES = (*_OF_MODELS, *_OF_ITEMS, *_OF_JOBS, *_OF_TEXTS, *_OF_UNREADABLE)
_ATTEMPT = gettext_noop("attempt %(number)s of %(most)s")
_REASON = re.compile(r"(?P<said>.*?)(?: \(attempt (?P<number>\d+) of (?P<most>\d+)\))?", re.DOTALL)
_WHERE = re.compile(r"[a-z]{1,20}(?: \d{4}-\d\d-\d\d)?: |")
_ITEM = re.compile(
    r"item (?P<position>\d+)(?: \((?P<id>[^()\s]+)\))?(?:: (?P<field>[\w.:-]{1,60}):)? "
    r"(?P<said>.*)",
    re.DOTALL,
)
_ITEM_SHOWN = gettext_noop("item %(position)s")
_DEEPEST = 3
"""How many reasons may stand in one another: every item refused, the first: missing."""
_LONGEST = 2_000
"""Characters of a reason. None of ours is longer, and the time of others grows with the square."""


def translated(reason: str, depth: int = _DEEPEST) -> str | None:
    """Return a reason in the current language, or None if it is no sentence of ours."""
    if len(reason) > _LONGEST:
        return None
    if item := _ITEM.fullmatch(reason):
        return _of_item(item, depth)
    parts = _REASON.fullmatch(reason)
    if parts is None:
        return None
    for where in (_WHERE.match(reason)[0], ""):  # type: ignore[index]  # it matches anywhere
        if said := _said(parts["said"].removeprefix(where), depth):
            return where + said + _attempt(parts["number"], parts["most"])
    return None


def _of_item(item: re.Match[str], depth: int) -> str | None:
    said = _said(item["said"], depth)
    if said is None:
        return None
    shown = gettext(_ITEM_SHOWN) % item.groupdict() + (f" ({item['id']})" if item["id"] else "")
    return ": ".join(filter(None, [shown, item["field"], said]))


def _said(said: str, depth: int) -> str | None:
    for template in _TEMPLATES:
        if match := _pattern(template).fullmatch(said):
            words = match.groupdict()
            if "why" in words and depth:
                words["why"] = _inner(words["why"], depth - 1)
            return gettext(template) % words
    return None


def _inner(why: str, depth: int) -> str:
    """Return the reason of a reason. What another said may follow it after a colon."""
    ends = [len(why), *(colon.start() for colon in reversed(list(re.finditer(": ", why))))]
    for end in ends[:5]:
        if said := translated(why[:end], depth):
            return said + why[end:]
    return why


def _attempt(number: str | None, most: str | None) -> str:
    if number is None:
        return ""
    return f" ({gettext(_ATTEMPT) % {'number': number, 'most': most}})"


@lru_cache(maxsize=len(_TEMPLATES))
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)
