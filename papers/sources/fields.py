"""The types of fields that sources fill: pydantic types that clean a value or refuse it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, ClassVar, cast

from django.core import exceptions, validators
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_core import PydanticUseDefault

from papers.clock import now
from papers.text import addresses
from papers.text.cleaning import clean, fold

EARLIEST = datetime(1991, 8, 1, tzinfo=UTC)  # arXiv's first month
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[!-~]+")
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2}[a-z-]{0,10})?")
_is_web_address = validators.URLValidator(schemes=["http", "https"])


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError("not a time with its zone")
    if not EARLIEST <= moment <= now() + timedelta(days=2):
        raise ValueError("before arXiv began, or to come")
    return moment.astimezone(UTC)


def _address(value: str) -> str:
    address = re.sub(r"\s*\n\s*", "", clean(value).strip())
    try:
        _is_web_address(address)
        parts = addresses.split(address)
    except (exceptions.ValidationError, ValueError):
        raise ValueError("not a web address") from None
    if parts.username is not None:
        raise ValueError("an address with a user name")
    return address


def _short(value: str, limit: int = 200) -> str:
    line = fold(value)
    if len(line) > limit:
        raise ValueError(f"{len(line):,} chars, limit {limit:,}")
    return line


def _not_blank(value: str) -> str:
    if not (line := _short(value)):
        raise ValueError("blank")
    return line


def _first_doi(value: str) -> str:
    # A work with several versions of record has several DOIs, separated by blanks.
    doi, *_ = _short(value, 500).split() or [""]
    if not _DOI.fullmatch(doi) or len(doi) > 200:
        raise ValueError("not a DOI")
    return doi


CATEGORIES = 40
"""Categories that are asked for, at most. arXiv has some 150, and a request takes 3 seconds."""


ARCHIVES = {
    "astro-ph": True, "cond-mat": True, "cs": True, "econ": True, "eess": True, "gr-qc": False,
    "hep-ex": False, "hep-lat": False, "hep-ph": False, "hep-th": False, "math": True,
    "math-ph": False, "nlin": True, "nucl-ex": False, "nucl-th": False, "physics": True,
    "q-bio": True, "q-fin": True, "quant-ph": False, "stat": True,
}  # fmt: skip
"""arXiv's archives, and whether each has classes (arxiv.org/category_taxonomy, 2026)."""


def is_category(value: str) -> bool:
    """Return whether arXiv may have, or have had, a category that is written so."""
    return bool(_CATEGORY.fullmatch(value))


def is_in_use(value: str) -> bool:
    """Return whether an archive of today may have this category. Its classes are not listed here:
    arXiv adds some, and its feeds say whether there is one.
    """
    archive, _, subject_class = value.partition(".")
    has_classes = ARCHIVES.get(archive)
    return is_category(value) and has_classes is not None and (has_classes or not subject_class)


def spelt(value: str) -> str:
    """Return a category in arXiv's spelling: classes of two letters are capitals, others small."""
    archive, dot, subject_class = value.strip().lower().partition(".")
    return archive + dot + (subject_class.upper() if len(subject_class) == 2 else subject_class)


def _category(value: str) -> str:
    if not is_category(value):
        raise ValueError("not an arXiv category")
    return value


Line = Annotated[str, AfterValidator(_short)]
"""One line of clean text, at most 200 characters. It may be empty."""
LongLine = Annotated[str, AfterValidator(partial(_short, limit=2_000))]
"""The same, at most 2,000 characters."""
Name = Annotated[str, AfterValidator(_not_blank)]
"""One line of clean text that is not empty."""
Address = Annotated[str, Field(max_length=500), AfterValidator(_address)]
"""An http or https address. It is shown and never fetched."""
Moment = Annotated[datetime, PlainValidator(_moment)]
"""A point in time since arXiv began (aware, UTC)."""
Doi = Annotated[str, AfterValidator(_first_doi)]
"""A DOI without the resolver's address. If there are several, the first."""
Category = Annotated[str, AfterValidator(_category)]
"""An arXiv category: `hep-th`, `cs.CL`."""


class Extras(BaseModel):
    """Optional fields of an item. An odd one is left empty, with a notice, and the others stay.

    The context of the validation is a function that takes the field's name and the reason.
    """

    prefix: ClassVar[str] = ""
    """Prefix for a field's name, if the source nests the field."""

    @field_validator("*", mode="wrap")
    @classmethod
    def _else_empty(
        cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Any:
        if value is None or value == "":
            raise PydanticUseDefault
        name = str(info.field_name)
        field = f"{cls.prefix}{cls.model_fields[name].alias or name}"
        note = cast("Callable[[str, str], None]", info.context)
        try:
            read = handler(value)
        except ValidationError as error:
            reason = error.errors(include_url=False, include_input=False)[0]["msg"]
            note(field, f"left empty: {fold(reason)[:200]}")
            raise PydanticUseDefault from None
        if isinstance(read, list) and len(read) < len(value):
            note(field, f"{len(value) - len(read)} of {len(value)} left out")
        return read
