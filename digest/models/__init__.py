"""Posts and their entries: what an editor makes from papers, and what readers may see of it."""

from digest.models.audit import Act, AuditRecord
from digest.models.comment import VERDICTS, Comment, CommentKind
from digest.models.health import Alarm, Heartbeat, WebFigures
from digest.models.imported_file import ImportedFile
from digest.models.posts import (
    Correction,
    Entry,
    EntryQuerySet,
    Post,
    PostQuerySet,
    State,
    corrections_of_posts,
    new_feed_id,
    published_papers,
    site_language,
)
from digest.models.preference import Preference
from digest.models.preview_link import PinnedPage, PreviewLink, PreviewNote
from digest.models.search import (
    RelatedPaper,
    RelationChange,
    SearchChange,
    SearchEntry,
    SearchTerm,
    SearchWord,
)
from digest.models.snapshot import Snapshot, SnapshotPart, TrashedPost
from digest.models.suggestion import SuggestedDay, Suggestion
from digest.models.tag_alias import TagAlias
from digest.models.tag_change import TagCarrier, TagChange, TagChangeKind, TagPair
from digest.models.upgrade import Upgrade

__all__ = [
    "VERDICTS",
    "Act",
    "Alarm",
    "AuditRecord",
    "Comment",
    "CommentKind",
    "Correction",
    "Entry",
    "EntryQuerySet",
    "Heartbeat",
    "ImportedFile",
    "PinnedPage",
    "Post",
    "PostQuerySet",
    "Preference",
    "PreviewLink",
    "PreviewNote",
    "RelatedPaper",
    "RelationChange",
    "SearchChange",
    "SearchEntry",
    "SearchTerm",
    "SearchWord",
    "Snapshot",
    "SnapshotPart",
    "State",
    "SuggestedDay",
    "Suggestion",
    "TagAlias",
    "TagCarrier",
    "TagChange",
    "TagChangeKind",
    "TagPair",
    "TrashedPost",
    "Upgrade",
    "WebFigures",
    "corrections_of_posts",
    "new_feed_id",
    "published_papers",
    "site_language",
]
