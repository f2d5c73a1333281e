"""The forms in which an editor changes papers and sections."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.forms import PaginationInlineFormSet

from papers import arxiv_id, kinds, languages
from papers.editing import authorship
from papers.editing.form_fields import PlainLineField
from papers.editing.shared_form import SharedForm, page_of
from papers.editing.widgets import PlainCheckbox, PlainLineWidget, TagsWidget
from papers.kinds import Kind
from papers.models import FACTS, CallOutcome, ModelCall, Origin, Paper, Section
from papers.models.scope import in_words
from papers.text import line


class PaperForm(SharedForm):
    """A paper's facts, each with its origin. Facts that are edited become the editor's."""

    rendered = Paper.RENDERED

    # This is longer than an id, because an editor pastes a link.
    arxiv_id = forms.CharField(label=gettext_lazy("arXiv id"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in FACTS:
            origin = self.instance.origins.get(fact)
            if fact in self.fields and origin in Origin.values:
                self.fields[fact].help_text = _("From: %s") % Origin(origin).label
        if "tags" in self.fields and self.instance.pk is not None:
            cast(TagsWidget, self.fields["tags"].widget).offer_keywords_of(self.instance.pk)

    def clean_arxiv_id(self) -> str:
        try:
            return arxiv_id.parse(self.cleaned_data["arxiv_id"])
        except arxiv_id.InvalidArxivId as error:
            raise ValidationError(_("This is neither an arXiv id nor a link to one.")) from error

    def prepare(self, edited: set[str]) -> None:
        self.instance.mark_edited(edited)


class SectionForm(SharedForm):
    """One section's text. Text that an editor changed becomes the editor's.

    `editor` is set before saving.
    """

    rendered = ("html", "renderer")
    editor: User

    reviewed = forms.BooleanField(
        label=gettext_lazy("Reviewed"), required=False, widget=PlainCheckbox
    )

    class Meta:
        model = Section
        fields = ["kind", "heading", "markdown"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        section, stored = self.instance, self.instance.pk is not None
        kind = section.kind or self.initial.get("kind") or kinds.OTHER
        self.initial.update(kind=kind, reviewed=section.reviewed_at is not None)
        if "kind" not in self.fields:
            return  # Who may only look at a section has no fields of it.
        self.fields["kind"].widget = forms.HiddenInput()
        self.fields["kind"].disabled = stored
        if stored:
            cast(forms.ChoiceField, self.fields["kind"]).choices = [(kind, kinds.of(kind).label)]
        # Readers see a heading at once, not with the next publishing.
        self.fields["heading"].disabled = stored
        if not kinds.of(kind).has_own_heading:
            self.fields["heading"].widget = forms.HiddenInput()
        self._make_line(kinds.of(kind))
        text = self.fields["markdown"]
        text.label = section.heading or kinds.of(kind).label
        text.help_text = describe(section) if stored else _why_empty(kinds.of(kind))

    @property
    def unsaved_page(self) -> str:
        return page_of(Paper, self.instance.paper_id)

    def unsaved_name(self, name: str) -> str:
        """Return a name that the part has before its row is made, too."""
        section = self.instance
        kind = section.kind or self.initial["kind"]
        heading = section.heading or ("__prefix__" if kinds.of(kind).has_own_heading else "")
        return ":".join((section.language, kind, heading, name))

    def unsaved_label(self, label: str) -> str:
        return f"{label} ({languages.of(self.instance.language).translated_name})"

    def _make_line(self, row: Kind) -> None:
        """Give a kind that is one line a field of one line."""
        if row.longest is not None:
            carries = self.fields["markdown"].show_hidden_initial
            self.fields["markdown"] = PlainLineField(
                required=False,
                widget=PlainLineWidget(row.longest),
                show_hidden_initial=carries,
            )

    def _get_validation_exclusions(self) -> set[str]:
        """A kind that the table has no longer is no error of who edits the text."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        gone = self.instance.pk is not None and self.instance.kind not in kinds.TABLE
        return excluded | {"kind"} if gone else excluded

    def has_changed(self) -> bool:
        if self.instance.pk is None:
            return bool({"markdown", "heading"} & set(self.changed_data))
        return super().has_changed()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        row = kinds.of(cleaned.get("kind", ""))
        if row.has_own_heading and not cleaned.get("heading"):
            self.add_error("heading", _("A section of kind “Other” needs a heading."))
        if "markdown" in self.changed_data:
            self._refuse_faults(row, cleaned.get("markdown") or "")
        if cleaned.get("reviewed") and "reviewed" in self.changed_data and self.newer("markdown"):
            self.add_error("reviewed", _("The text is another by now. Open the page again."))
        return cleaned

    def _refuse_faults(self, row: Kind, text: str) -> None:
        """Say what is wrong with a text that has to be one plain line."""
        if row.longest is not None:
            for fault in line.faults(text, row.longest):
                self.add_error(
                    "markdown", ValidationError(_(fault.message), fault.code, fault.data)
                )

    def prepare(self, edited: set[str]) -> None:
        if "markdown" in edited or self.instance.pk is None:
            authorship.now_the_editors(self.instance)
        # A person who changes a text and leaves it ticked vouches for its new words.
        stands_for_it = "markdown" in edited and self["reviewed"].data
        if "reviewed" in self.changed_data or stands_for_it:
            authorship.review(self.instance, self.editor if self.cleaned_data["reviewed"] else None)


def with_nothing_shown(sent: QueryDict, prefix: str) -> QueryDict:
    """Return what a form sent. If it does not say what it showed, its part was not written yet."""
    data = sent.copy()
    for name, shown in {"markdown": "", "reviewed": "False"}.items():
        data.setdefault(f"initial-{prefix}-{name}", shown)
    return data


def _why_empty(row: Kind) -> str:
    if row.longest is None:
        return _("Not written yet.")
    return _(
        "Not written yet, and need not be: readers see the first sentence of the introduction."
        " At most %(limit)d characters of plain text."
    ) % {"limit": row.longest}


def describe(section: Section) -> SafeString:
    """Return who wrote a section from what, who reviewed it, and whether readers see other text."""
    made_from = in_words(section.scope) if section.scope else ""
    origin = [section.get_origin_display(), section.drafter, made_from]
    written = date_format(localtime(section.written_at), "SHORT_DATE_FORMAT")
    parts = [
        _("Written by: %(origin)s, %(date)s")
        % {"origin": " · ".join(filter(None, map(str, origin))), "date": written}
    ]
    if section.reviewed_at:
        date = date_format(localtime(section.reviewed_at), "SHORT_DATE_FORMAT")
        reviewer = section.reviewer or _("a user who is gone")
        parts.append(_("Reviewed by: %(user)s, %(date)s") % {"user": reviewer, "date": date})
    if section.changed and section.public_html:
        parts.append(_("Readers still see the text as it was published."))
    return format_html_join(" — ", "{}", ((part,) for part in parts))


class SectionFormSet(PaginationInlineFormSet):
    """A paper's sections in one language, with an empty form for each missing part."""

    language: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        written = {section.kind for section in self.get_queryset()}
        missing = [row.name for row in kinds.offered() if row.name not in written]
        self.extra = len(missing)
        self.initial_extra = [{"kind": kind} for kind in self._sent() or missing]
        self.drafted = self._drafted() if missing else set()

    def _sent(self) -> list[str]:
        """Return the kinds of the new parts that a browser sent."""
        count = range(self.initial_form_count(), self.total_form_count() if self.is_bound else 0)
        return [self.data.get(f"{self.add_prefix(i)}-kind", "") for i in count]

    def _construct_form(self, i: int, **kwargs: Any) -> SectionForm:
        if self.is_bound and i >= self.initial_form_count():
            kwargs |= self._written_meanwhile(self.add_prefix(i))
        form = super()._construct_form(i, **kwargs)
        if "instance" in kwargs:  # Its kind and heading find the row again, as no id was sent.
            form.fields["kind"].disabled = form.fields["heading"].disabled = False
        if form.instance.pk is None:
            form.instance.language = self.language
            row = kinds.of(form.initial["kind"])
            # A model may leave out a line because it is too long.
            if self.drafted & {"", row.name} and row.fields and not row.is_line:
                form.fields["markdown"].help_text = _(
                    "Left empty: by the model's account the paper says nothing of this."
                )
        return form

    @property
    def empty_form(self) -> SectionForm:
        form = super().empty_form
        form.instance.language, form.instance.paper_id = self.language, self.instance.pk
        return form

    def _written_meanwhile(self, prefix: str) -> dict[str, Any]:
        """Return the row of a part that was missing when the page was made, and is there now.

        Its form showed an empty text, unless this person has saved one since.
        """
        sent = tuple(self.data.get(f"{prefix}-{name}", "") for name in ("kind", "heading"))
        rows = range(self.initial_form_count())
        on_the_page = {self.data.get(f"{self.add_prefix(i)}-id") for i in rows}
        for section in self.get_queryset():
            if (section.kind, section.heading) == sent and str(section.pk) not in on_the_page:
                return {"instance": section, "data": with_nothing_shown(self.data, prefix)}
        return {}

    def _drafted(self) -> set[str]:
        """Return the sections that a model was asked for and drafted. "" means all of them."""
        calls = ModelCall.objects.filter(
            paper=self.instance.pk, language=self.language, outcome=CallOutcome.DONE
        )
        return set(calls.order_by().values_list("kind", flat=True))

    def clean(self) -> None:
        super().clean()
        headings = set()
        for form in self.forms:
            heading = getattr(form, "cleaned_data", {}).get("heading")
            if heading and heading in headings:
                form.add_error("heading", _("Another section has this heading."))
            headings.add(heading)

    def save_new(self, form: SectionForm, commit: bool = True) -> Section:
        row = kinds.of(form.instance.kind)
        form.instance.position = self._after_the_last() if row.has_own_heading else row.position
        return super().save_new(form, commit)

    def _after_the_last(self) -> int:
        sections = self.instance.sections.filter(language=self.language)
        positions = sections.values_list("position", flat=True)
        return int(max([*(row.position for row in kinds.rows()), *positions])) + 1
