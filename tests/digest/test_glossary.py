"""The Korean interface calls things as the glossary does."""

import re
from pathlib import Path

from tests import messages
from tests.digest.test_locale import PLACEHOLDER, identity, plural_forms

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
CELLS = re.compile(r"^\| (\*\*.+?) \| (.+?) \|", re.MULTILINE)
WORD = re.compile(r"\*\*(.+?)\*\*")

OTHERWISE = [
    ("answer", "waits for your answer"),
    ("answer", "If you would like an answer"),
    ("answer", "nobody can answer you"),
    ("check", "Please check the address"),
    ("check", "check the numbers against"),
    ("check", "check the name"),
    ("check", "check MODEL_"),
    ("choice", "valid choice"),
    ("comment", "uthors' comment"),
    ("digest", "whose papers it digests"),
    ("digest", "most of this digest has"),
    ("entry", "no entry for"),
    ("level", "skips a level"),
    ("note", "a dated note on its page"),
    ("notice", "Readers see this notice"),
    ("paper", "papers.fulltext.base.Text"),
    ("paper", "papers and posts"),
    ("paper", "a `paper`"),
    ("post", "papers and posts"),
    ("prompt", "prompt tokens"),
    ("published", "published on arXiv"),
    ("refused", "redirect refused"),
    ("refused", "refused the request"),
    ("refused", "the model refused"),
    ("refused", "the server refused"),
    ("run", "runs or endorses"),
    ("section", "begins with section"),
    ("section", "goes from section"),
    ("source", "the source text"),
]
"""Where a word of the glossary means something else, or Korean does not need it."""


def glossary():
    """Return rows of (words in English, their Korean, what Korean never says)."""
    text = DOCUMENT.read_text().split("\n## Glossary\n")[1]
    for words, korean in CELLS.findall(text):
        said, _, never = korean.partition("; not ")
        yield WORD.findall(words), said.split(", "), never.split(", ") if never else []


ROWS = [row for row in glossary() if row[1] != ["–"]]
ENTRIES = [
    (PLACEHOLDER.sub("", identity(message)[0]), " ".join(plural_forms(message)))
    for message in messages.stored("ko")
    if message.id
]


def has(english, word):
    return re.search(rf"\b{word}s?\b", english, re.IGNORECASE)


def test_an_english_word_has_its_korean():
    korean = {}
    for words, said, _ in ROWS:
        for word in words:
            korean.setdefault(word, []).extend(said)
    strays = [
        (word, english)
        for word, said in korean.items()
        for english, translation in ENTRIES
        if has(english, word) and not any(each in translation for each in said)
    ]
    excused = {
        (word, english): (word, phrase)
        for word, english in strays
        for other, phrase in OTHERWISE
        if word == other and phrase in english
    }
    assert [stray for stray in strays if stray not in excused] == []
    assert set(excused.values()) == set(OTHERWISE)


def test_no_korean_string_has_a_word_that_the_glossary_rules_out():
    unwanted = {word for _, _, never in ROWS for word in never}
    assert [
        (word, translation)
        for _, translation in ENTRIES
        for word in unwanted
        if word in translation
    ] == []


def test_each_word_of_the_glossary_is_in_use():
    assert [
        (words, each)
        for words, said, _ in ROWS
        for each in said
        if not any(
            each in translation and any(has(english, word) for word in words)
            for english, translation in ENTRIES
        )
    ] == []
