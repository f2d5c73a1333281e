"""What we know about papers: facts from sources, and the sections of their summaries.

Facts and words are kept apart. What a person wrote or changed is theirs. What a source, an import
or a drafter would put there becomes a `Proposal`.
"""

from papers.models.evidence import Evidence, Found, Quote, quotes_of
from papers.models.finding import (
    BY_URGENCY,
    Finding,
    FindingLevel,
    FindingQuerySet,
    Term,
    errors_first,
)
from papers.models.full_text import FullText, TextFormat
from papers.models.job import (
    Job,
    JobKind,
    JobQuerySet,
    JobState,
    Run,
    RunOutcome,
    Subject,
    WaitsFor,
)
from papers.models.model_call import CallOutcome, ModelCall
from papers.models.paper import (
    CONFIRMED_FACTS,
    EVIDENCE,
    FACTS,
    MACHINE_FACTS,
    TRUST,
    UNCERTAIN,
    Origin,
    Paper,
    PaperQuerySet,
)
from papers.models.proposal import Proposal, ProposalState
from papers.models.report import Report, ReportState
from papers.models.scope import Scope
from papers.models.section import (
    MACHINES,
    PUBLISHED,
    Review,
    Section,
    SectionQuerySet,
    Writer,
)
from papers.models.source import (
    SOURCE_NAME,
    SOURCE_PLACE,
    ArxivCategory,
    Choice,
    Listing,
    Source,
    SourceAnswer,
    SourceState,
)
from papers.models.tag import Tags, tags_of
from papers.models.unsaved import UnsavedText

__all__ = [
    "BY_URGENCY",
    "CONFIRMED_FACTS",
    "EVIDENCE",
    "FACTS",
    "MACHINES",
    "MACHINE_FACTS",
    "PUBLISHED",
    "SOURCE_NAME",
    "SOURCE_PLACE",
    "TRUST",
    "UNCERTAIN",
    "ArxivCategory",
    "CallOutcome",
    "Choice",
    "Evidence",
    "Finding",
    "FindingLevel",
    "FindingQuerySet",
    "Found",
    "FullText",
    "Job",
    "JobKind",
    "JobQuerySet",
    "JobState",
    "Listing",
    "ModelCall",
    "Origin",
    "Paper",
    "PaperQuerySet",
    "Proposal",
    "ProposalState",
    "Quote",
    "Report",
    "ReportState",
    "Review",
    "Run",
    "RunOutcome",
    "Scope",
    "Section",
    "SectionQuerySet",
    "Source",
    "SourceAnswer",
    "SourceState",
    "Subject",
    "Tags",
    "Term",
    "TextFormat",
    "UnsavedText",
    "WaitsFor",
    "Writer",
    "errors_first",
    "quotes_of",
    "tags_of",
]
