import json
import math
import subprocess
import sys
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.drafting.extract import roles
from papers.drafting.extract.role_features import MAX_CHARACTERS, features
from papers.drafting.extract.roles import Role
from tests.benchmarks.quality import roles as quality

ABSTRACT = [
    "Video models have become popular, yet they struggle with scenes of many minutes.",
    "The aim of this paper is to investigate how much memory such scenes need.",
    "Attention is computed at each step, and the memory is updated by a second network.",
    "Experimental results show that the proposed method outperforms all baselines by 3.2%.",
    "© 2015 Elsevier B.V. All rights reserved.",
]


def test_each_role_is_told():
    assert roles.roles(ABSTRACT) == list(Role)


def test_no_sentences_have_no_roles():
    assert roles.roles([]) == []


@given(st.lists(st.text(max_size=40), max_size=12))
def test_each_sentence_has_one_role(sentences):
    assert len(roles.roles(sentences)) == len(sentences)


def test_an_abstract_of_thousands_of_sentences_is_told_to_its_end():
    assert len(set(roles.roles(ABSTRACT * 1_000))) == len(Role)


def test_a_sentence_without_end_is_read_to_a_bound():
    start = ("word " * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert features([start + "more, 5%, http://a"]) == features([start])


def test_a_long_abstract_has_the_places_of_a_short_one():
    short, long = features(["A sentence."] * 10), features(["A sentence."] * 200)
    assert set().union(*long) == set().union(*short)


def test_the_chances_are_those_of_all_sequences_together():
    scores = [[0.1 * (at * 3 + role * 7 % 5) for role in range(5)] for at in range(4)]
    transitions = [[0.2 * ((a * 2 + b * 3) % 7) - 0.5 for b in range(5)] for a in range(5)]
    wanted = [[0.0] * 5 for _ in scores]
    for path in product(range(5), repeat=4):
        score = sum(row[role] for row, role in zip(scores, path, strict=True))
        score += sum(transitions[a][b] for a, b in pairwise(path))
        for at, role in enumerate(path):
            wanted[at][role] += math.exp(score)
    for row, total in zip(roles.chances(scores, transitions), wanted, strict=True):
        assert row == pytest.approx([each / sum(total) for each in total])


def test_the_model_file_is_small():
    assert roles.MODEL.stat().st_size < 5 * 2**20


def test_telling_roles_needs_no_scientific_library():
    script = (
        "import json, sys; from papers.drafting.extract import roles;"
        "roles.roles(['We propose it.']);"
        "print(json.dumps(sorted(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    loaded = set(json.loads(run.stdout))
    assert "papers.drafting.extract.role_features" in loaded
    assert not loaded & {"numpy", "scipy", "sklearn", "torch"}


@pytest.mark.corpus
def test_roles_are_told_as_annotators_tell_them(corpus, record_property):
    dev = quality.read(corpus / "csabstruct/dev.jsonl.gz")
    figures = quality.figures(dev, quality.shipped(dev))
    record_property("figures", str(figures))
    assert figures.macro_f1 >= 0.65
    assert figures.accuracy_where_agreed >= 0.86
