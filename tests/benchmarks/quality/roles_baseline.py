"""A plain baseline for finding roles, for comparison. It needs scikit-learn."""

from itertools import chain

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from tests.benchmarks.quality.roles import Labelled


def baseline(train: list[Labelled], dev: list[Labelled], class_weight: str | None) -> list[str]:
    """Return the roles of the sentences of `dev`."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    words.fit(list(_all(train)))
    model = LogisticRegression(max_iter=500, class_weight=class_weight)
    model.fit(_features(words, train), list(chain.from_iterable(each.roles for each in train)))
    return model.predict(_features(words, dev)).tolist()


def _all(abstracts: list[Labelled]) -> chain[str]:
    return chain.from_iterable(each.sentences for each in abstracts)


def _features(words: TfidfVectorizer, abstracts: list[Labelled]) -> sparse.csr_matrix:
    own = words.transform(list(_all(abstracts)))
    places = [(at, len(each.roles)) for each in abstracts for at in range(len(each.roles))]
    first = np.array([at == 0 for at, _ in places])
    last = np.array([at == count - 1 for at, count in places])
    nothing = sparse.csr_matrix((1, own.shape[1]))
    before = sparse.diags_array((~first).astype(float)) @ sparse.vstack([nothing, own[:-1]])
    after = sparse.diags_array((~last).astype(float)) @ sparse.vstack([own[1:], nothing])
    position = np.array([[at / max(count - 1, 1), at / 10, count / 20] for at, count in places])
    place = np.column_stack([position, first, last])
    return sparse.hstack([own, before / 2, after / 2, sparse.csr_matrix(place)]).tocsr()
