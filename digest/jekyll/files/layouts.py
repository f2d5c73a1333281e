"""The layouts in which a post's file can be written, as data: each is a form with nothing special.

A post made on the site is written in the first one.
"""

from collections.abc import Mapping

from digest.jekyll.files.form.forms import Form, Hole
from digest.jekyll.files.spans import (
    ABSTRACT,
    ID,
    NOTE,
    NUMBER,
    ORGANIZATION,
    OVERVIEW,
    TITLE,
    UPVOTES,
)

SEED = "seed"
LIST = "list"

_FORMS: Mapping[str, Form] = {
    # # 1. [Title](https://arxiv.org/abs/ID)
    #
    # > [Alphaxiv](https://www.alphaxiv.org/ko/overview/ID)
    #
    # ## Section
    SEED: Form(
        shapes=(
            (
                "# ",
                Hole(NUMBER),
                ". [",
                Hole(TITLE),
                "](https://arxiv.org/abs/",
                Hole(ID),
                ")\n\n> [Alphaxiv](",
                Hole(OVERVIEW),
                ")",
                Hole(NOTE, "\n\n"),
            ),
        ),
        section=("\n\n## ", "\n"),
    ),
    # 1. **Title** - 👍 86
    #    - 기관: Institution
    #    - [HF 페이지](https://huggingface.co/papers/ID)
    #    - [논문 링크](https://arxiv.org/abs/ID)
    #    - Abstract: ...
    LIST: Form(
        lead="\n",
        shapes=(
            (
                Hole(NUMBER),
                ". **",
                Hole(TITLE),
                "**",
                Hole(UPVOTES, " - 👍 "),
                Hole(ORGANIZATION, "\n   - 기관: "),
                "\n   - [HF 페이지](https://huggingface.co/papers/",
                Hole(ID),
                ")\n   - [논문 링크](https://arxiv.org/abs/",
                Hole(ID),
                ")",
                Hole(ABSTRACT, "\n   - Abstract: "),
                Hole(NOTE, "\n   - ", indent=5),
            ),
        ),
        section=("\n   - ", ":\n     "),
    ),
}


def names() -> tuple[str, ...]:
    """Return the names of the layouts. The first is that of posts made on the site."""
    return tuple(_FORMS)


def form(name: str) -> Form:
    """Return the form of a layout, that of the first one for a name that is none."""
    return _FORMS.get(name) or _FORMS[SEED]
