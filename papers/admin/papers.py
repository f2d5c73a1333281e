"""A paper's facts and the sections of its summary."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import InlineAdminForm, InlineAdminFormSet
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import BaseFormSet, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import StackedInline
from unfold.decorators import display

from papers import kinds, languages
from papers.admin import claims, paper_parts, source_text, way_back
from papers.admin.base import FORM_FIELDS, EditorsAdmin, by_language, written_sections
from papers.admin.findings import find_for_page, findings_beside
from papers.admin.proposals import open_proposals
from papers.admin.redrafting import choices, redraft
from papers.editing import authorship, live
from papers.editing.forms import PaperForm, SectionForm, SectionFormSet
from papers.editing.reasons import HOLDS_FOR_NEWEST, stored
from papers.models import (
    MACHINE_FACTS,
    Paper,
    PaperQuerySet,
    Proposal,
    ProposalState,
    Report,
    Section,
)
from papers.pipeline import checking


class SectionInline(StackedInline):
    """The sections of one language, all open, so that nothing to read must be unfolded."""

    model = Section
    form = SectionForm
    fields = ["kind", "heading", "markdown", "findings", "reviewed"]
    readonly_fields = ["findings"]
    formfield_overrides = FORM_FIELDS
    language: str
    template_before = "admin/papers/section_tools.html"
    can_delete = False  # Readers do not see an empty text. The row keeps its history.
    hide_title = True
    tab = True

    @property
    def redrafts(self) -> list[tuple[str, str]]:
        return choices(self.language)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        queryset = super().get_queryset(request)
        sections = queryset.filter(language=self.language).select_related("reviewer")
        reports: Any = Prefetch("reports", Report.objects.open(), "open_reports")
        return sections.prefetch_related(reports)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.request = request
        return super().get_formset(request, obj, **kwargs)

    @display(description=_("findings"))
    def findings(self, section: Section) -> SafeString | str:
        return findings_beside(section, self.request) if section.pk else ""


class InPlace(InlineAdminFormSet):
    """The forms in the order of the page, so that an empty one stands where its text would."""

    def __init__(self, made: InlineAdminFormSet) -> None:
        vars(self).update(vars(made))

    def __iter__(self) -> Iterator[InlineAdminForm]:
        return iter(sorted(super().__iter__(), key=_place))


def _place(shown: InlineAdminForm) -> float:
    form = cast(SectionForm, shown.form)
    if form.prefix and form.prefix.endswith("__prefix__"):
        return math.inf  # The theme's script copies it, and seeks it last.
    stored = form.instance.pk is not None
    return form.instance.position if stored else kinds.of(form.initial["kind"]).position


def inline_for(language: str) -> type[SectionInline]:
    name = languages.of(language).translated_name
    formset = type("LanguageFormSet", (SectionFormSet,), {"language": language})
    return type(
        "LanguageInline",
        (SectionInline,),
        {
            "language": language,
            "formset": formset,
            "verbose_name": _("section"),
            "verbose_name_plural": _("Summary (%s)") % name,
        },
    )


class SaidSince(admin.SimpleListFilter):
    """Published papers about which arXiv says more than before."""

    title = _("arXiv says since")
    parameter_name = "since"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("newer", _("a newer version")), ("withdrawn", _("withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Paper]) -> QuerySet[Paper]:
        match self.value():
            case "newer":
                return queryset.filter(version__gt=F("public_version"))
            case "withdrawn":
                return queryset.filter(withdrawn=True)
        return queryset


@admin.register(Paper)
class PaperAdmin(EditorsAdmin):
    form = PaperForm
    list_display = ["title_plain", "arxiv_id", "organization", "summary", "proposed"]
    list_filter = [SaidSince]
    actions = ["summary_holds"]
    ordering = ["-id"]
    search_fields = ["search_text"]  # Read by `matching`; the theme shows a field if there are any.
    search_help_text = _("Title, organization, arXiv id or link")
    fieldsets = [
        (None, {"fields": ["arxiv_id", "title", "tags"]}),
        (
            _("Facts"),
            {
                "fields": [
                    "abstract",
                    "authors",
                    "organization",
                    "keywords",
                    "project_url",
                    "code_url",
                    "categories",
                    "comment",
                    "doi",
                    "journal_ref",
                    "arxiv_published_at",
                    "arxiv_updated_at",
                    "version",
                    "public_version",
                    "withdrawn",
                ]
            },
        ),
    ]
    change_form_outer_before_template = "admin/papers/paper_before.html"
    custom_urls: tuple[tuple[str, str, Any], ...] = (
        (
            "<int:object_id>/section/<str:language>/<str:kind>/",
            "papers_paper_section",
            paper_parts.section,
        ),
        ("<int:object_id>/tags/", "papers_paper_tags", paper_parts.tags),
        ("<int:object_id>/redraft/", "papers_paper_redraft", paper_parts.redraft),
        ("<int:object_id>/proposals/", "papers_paper_proposals", paper_parts.proposals),
        ("<int:object_id>/claims/<int:section_id>/", "papers_paper_claims", claims.claims_view),
        (
            "<int:object_id>/evidence/<int:evidence_id>/",
            "papers_paper_evidence",
            claims.evidence_view,
        ),
        ("<int:object_id>/full-text/", "papers_paper_full_text", source_text.full_text),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        # A subquery counts for the rows of a page. A join would be grouped for all papers first.
        waiting = Proposal.objects.filter(paper=OuterRef("pk"), state=ProposalState.OPEN)
        counted = waiting.order_by().values("paper").values(count=Count("pk"))
        papers = (
            super().get_queryset(request).annotate(proposals_open=Coalesce(Subquery(counted), 0))
        )
        return papers.prefetch_related(Prefetch("sections", written_sections(), "written"))

    @display(description=_("summary"))
    def summary(self, paper: Any) -> SafeString:
        context = {"written": by_language(paper.written), "wanted": settings.LANGUAGE_CODE}
        return render_to_string("admin/papers/written.html", context)

    @display(description=_("proposals"), label={"open": "warning"}, ordering="proposals_open")
    def proposed(self, paper: Any) -> tuple[str, int] | None:
        return ("open", paper.proposals_open) if paper.proposals_open else None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Paper], search_term: str
    ) -> tuple[QuerySet[Paper], bool]:
        return cast(PaperQuerySet, queryset).matching(search_term), False

    @admin.action(
        description=_("The summary holds for arXiv's newest version too"), permissions=["change"]
    )
    def summary_holds(self, request: HttpRequest, queryset: QuerySet[Paper]) -> None:
        """Remove the notice of a newer version from the page, since a person compared them."""
        papers: list[Any] = list(queryset.filter(version__gt=F("public_version")))
        if not all(live.may_change(request.user, paper) for paper in papers):
            refusal = _("Readers see this notice at once, so only who may publish removes it.")
            messages.error(request, refusal)
            return
        with transaction.atomic():
            for paper in papers:  # One by one: whoever listens to the history is told of each.
                paper.public_version = paper.version
                paper._change_reason = stored(HOLDS_FOR_NEWEST)
                paper.save(update_fields=["public_version"])
        message = ngettext("%d paper: noted.", "%d papers: noted.", len(papers))
        messages.success(request, message % len(papers))

    def lock(self, obj: Paper) -> None:
        """Lock the sections too, in the order in which `sections.write` takes them."""
        super().lock(obj)
        sections = Section.objects.select_for_update(no_key=True).filter(paper=obj)
        list(sections.order_by("pk").values("pk"))

    def view_on_site(self, obj: Paper) -> str | None:
        return obj.get_absolute_url() if live.has_page(obj) else None

    def get_fieldsets(self, request: HttpRequest, obj: Paper | None = None) -> Any:
        """Say why the facts cannot be changed, where they cannot."""
        (name, first), *others = self.fieldsets
        return [(name, first | self._why_fixed(request, obj)), *others]

    def _why_fixed(self, request: HttpRequest, obj: Paper | None) -> dict[str, Any]:
        if obj is None or live.may_change(request.user, obj):
            return {}
        why = _("Readers see these facts at once, so only who may publish changes them.")
        return {"description": why}

    def get_readonly_fields(self, request: HttpRequest, obj: Paper | None = None) -> list[str]:
        if self._why_fixed(request, obj):
            return flatten_fieldsets(super().get_fieldsets(request, obj))
        machines = [*MACHINE_FACTS, "public_version"]
        return ["arxiv_id", *machines] if obj else machines

    def get_inlines(self, request: HttpRequest, obj: Paper | None) -> list[type[SectionInline]]:
        if obj is None:
            return []
        stored = obj.sections.order_by().values_list("language", flat=True).distinct()
        codes = dict.fromkeys([settings.LANGUAGE_CODE, *dict(settings.LANGUAGES), *stored])
        return [inline_for(code) for code in codes]

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[InlineAdminFormSet]:
        return [InPlace(each) for each in super().get_inline_formsets(*args, **kwargs)]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {}
        paper = Paper.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if paper:
            context = {
                "proposals": open_proposals(paper.pk),
                "reports": paper.reports.open().filter(section=None),
            }
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        if paper := kwargs.get("obj"):
            context["findings"] = find_for_page(request, paper)
        return super().render_change_form(request, context, **kwargs)

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        checking.check([form.instance])

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: BaseFormSet, change: bool
    ) -> None:
        for each in formset.forms:
            each.editor = request.user
        super().save_formset(request, form, formset, change)
        wanted = request.POST.get("_reviewed") == getattr(formset, "language", "")
        if wanted and request.user.has_perm("papers.change_section"):
            self._review(request, form.instance, formset)

    def _review(self, request: Any, paper: Paper, formset: Any) -> None:
        """Review the texts that the page showed, and tell which sections have another by now."""
        shown = {each.instance.pk for each in formset.forms if not each.newer("markdown")}
        written = paper.sections.filter(language=formset.language).exclude(markdown="")
        authorship.review_all(written.filter(pk__in=shown).order_by("pk"), request.user)
        if others := written.exclude(pk__in=shown):
            messages.warning(request, authorship.not_read(others))
        else:
            messages.success(request, _("Saved, and marked as reviewed by you."))

    def response_change(self, request: HttpRequest, obj: Paper) -> HttpResponse:
        if "_reviewed" in request.POST:
            return HttpResponseRedirect(way_back.staying(request))
        if "_redraft" in request.POST:
            redraft(request, obj, [each.language for each in self.get_inlines(request, obj)])
            return HttpResponseRedirect(way_back.staying(request))
        return super().response_change(request, obj)


@admin.register(Section)
class SectionAdmin(EditorsAdmin):
    """One section by itself, as the place of its history."""

    form = SectionForm
    fields = ["kind", "heading", "markdown", "reviewed"]
    list_display = ["paper", "title", "language", "origin", "reviewer"]
    list_select_related = ["paper", "reviewer"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # It is reached from the paper.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Section | None = None) -> bool:
        """Forbid deleting a text that readers would miss at once to who may not publish."""
        free = obj is None or live.may_change(request.user, obj.paper)
        return free and super().has_delete_permission(request, obj)

    def save_form(self, request: HttpRequest, form: ModelForm, change: bool) -> Section:
        cast(SectionForm, form).editor = cast(User, request.user)
        return super().save_form(request, form, change)

    def save_model(self, request: HttpRequest, obj: Section, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        checking.check([obj.paper])
