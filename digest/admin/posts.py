"""Posts: the text, the tags, the papers in their order, and the steps to publication."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import StackedInline
from unfold.decorators import display

from digest import publishing
from digest.admin import preview_links, trash, versions, workflow, writing
from digest.admin.due import calendar_view
from digest.admin.entry_states import live_entry_view, live_view, show_states, with_states
from digest.admin.forms import EntryForm, EntryFormSet, NoteForm, PostForm
from digest.admin.next_step import for_person
from digest.admin.remarks import Standing
from digest.models import Entry, Post, PostQuerySet, State, TrashedPost
from digest.publishing import approval, gate, live
from digest.publishing.trash import may_delete
from papers.admin.base import FORM_FIELDS, EditorsAdmin

ADDRESS = ("date", "slug", "language")

STATE_LABELS = {
    State.DRAFT: "",
    State.IN_REVIEW: "info",
    State.SCHEDULED: "primary",
    State.PUBLISHED: "success",
    State.WITHDRAWN: "danger",
}


class EntryInline(StackedInline):
    model = Entry
    form = EntryForm
    formset = EntryFormSet
    fields = ["paper", "position", "note"]
    formfield_overrides = FORM_FIELDS
    autocomplete_fields = ["paper"]
    ordering = ["position", "id"]
    ordering_field = "position"
    hide_ordering_field = True
    collapsible = True
    extra = 0
    template = "admin/digest/post/entries.html"
    template_after = "admin/digest/post/taken_out.html"
    post: Post | None = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        entries = super().get_queryset(request).filter(position__isnull=False)
        return with_states(entries.select_related("paper", "post"), self.post)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.post = obj
        return super().get_formset(request, obj, **kwargs)


@admin.register(Post)
class PostAdmin(EditorsAdmin):
    form = PostForm
    list_display = ["title", "date", "state_label", "changes", "paper_count", "published_at"]
    list_filter = ["state", "language"]
    date_hierarchy = "date"
    ordering = ["-date", "-published_at", "-id"]
    search_fields = ["title", "intro"]
    search_help_text = gettext_lazy("Title, introduction or date")
    fieldsets = [
        (None, {"fields": ["title", "tags", "intro"]}),
        (
            gettext_lazy("Address"),
            {"fields": ["date", "slug", "language"], "classes": ["collapse"]},
        ),
    ]
    inlines = [EntryInline]
    change_form_outer_before_template = "admin/digest/post/head.html"
    custom_urls = (
        ("calendar/", "digest_post_calendar", calendar_view),
        ("<int:object_id>/live/", "digest_post_live", live_view),
        ("<int:object_id>/write/", "digest_post_write", writing.begin_view),
        *(
            (f"<int:object_id>/{name}/", f"digest_post_{name}", view)
            for name, view in workflow.VIEWS.items()
        ),
        *preview_links.URLS,
    )
    list_before_template = "admin/digest/post/trash_link.html"

    def get_custom_urls(self) -> tuple[tuple[str, str, Any], ...]:
        rows = ("<int:object_id>/versions/rows/", "digest_post_rows", rows_view)
        return (*self.custom_urls, *versions.VIEWS, rows, *trash.VIEWS)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show the history of the whole post. `rows_view` has that of its row alone."""
        pk = unquote(object_id)
        return versions.list_view(request, int(pk) if pk.isdecimal() else 0, self)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"in_trash": TrashedPost.objects.count(), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        # A subquery counts for the rows of a page. A join would be grouped for all posts first,
        # and by whether they are changed, which looks at all their texts.
        placed = Entry.objects.filter(post=OuterRef("pk"), position__isnull=False)
        counted = Subquery(placed.order_by().values("post").values(count=Count("pk")))
        posts = super().get_queryset(request).with_changes()
        return posts.annotate(paper_count=Coalesce(counted, 0))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Post], search_term: str
    ) -> tuple[QuerySet[Post], bool]:
        return cast(PostQuerySet, queryset).matching(search_term, fields=self.search_fields), False

    @display(description=gettext_lazy("state"), label=STATE_LABELS, ordering="state")
    def state_label(self, post: Post) -> tuple[str, str]:
        return post.state, post.get_state_display()

    @display(description=gettext_lazy("changes"), label={"changed": "warning"})
    def changes(self, post: Any) -> tuple[str, str] | None:
        return ("changed", _("changed since published")) if post.changed else None

    @display(description=gettext_lazy("papers"), ordering="paper_count")
    def paper_count(self, post: Any) -> int:
        return post.paper_count

    def view_on_site(self, obj: Post) -> str | None:
        return obj.get_absolute_url() if obj.is_public else None

    def get_fieldsets(self, request: HttpRequest, obj: Post | None = None) -> Any:
        """Put the date first for a new post. An existing post has its URL fields collapsed."""
        if obj is None:
            return [(None, {"fields": ["date", "title", "slug", "language", "tags", "intro"]})]
        if live.may_change(request.user, obj):
            return self.fieldsets
        (name, first), *others = self.fieldsets
        why = _("Readers see tags at once, so only who may publish changes them.")
        return [(name, first | {"description": why}), *others]

    def get_inlines(self, request: HttpRequest, obj: Post | None) -> list[type[EntryInline]]:
        return [EntryInline] if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> Any:
        """Keep the address of a post that was public, and tags that readers see at once.

        The stored row says so. `obj` may be an older version, from before it was published.
        """
        stored = _stored(request, obj) if obj else None
        if stored is None:
            return ()
        address = ADDRESS if stored.published_at else ()
        return address if live.may_change(request.user, stored) else (*address, "tags")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return trash.deleted_with(list(objs), request, self.admin_site)

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """Forbid deleting a post that was public. It is withdrawn, so that its URL can say so.

        Whether an editor may delete others depends on each.
        """
        if obj is None:
            return super().has_delete_permission(request) or self.has_change_permission(request)
        return may_delete(cast(User, request.user), obj)

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        trash.delete(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        trash.delete(request, queryset)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:digest_post_changelist"))  # It is told already.

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        if post := kwargs.get("obj"):
            taken_out = post.entries.filter(position__isnull=True).select_related("paper")
            context |= {
                "changed": post.changed,
                "taken_out": taken_out,
                "standing": Standing.of(post, gate.current(post)),
                "previews": preview_links.block(request, post, self),
                "drafting": show_states(_rows_of(context), post),
            }
            context |= for_person(request, post, context)
        return super().render_change_form(request, context, **kwargs)

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        if back := [pk for pk in request.POST.getlist("_put_back") if pk.isdecimal()]:
            entries = form.instance.entries.filter(pk__in=back, position__isnull=True)
            publishing.add_entries(
                form.instance, [entry.paper for entry in entries.select_related("paper")]
            )
        gate.findings(form.instance)

    def response_change(self, request: HttpRequest, obj: Post) -> HttpResponse:
        """Take the step of publishing that the pressed button asks for. All is saved already."""
        if obj.state == State.SCHEDULED:
            self._tell_if_taken_back(request, obj)
        for step in ("publish", "schedule", "ask"):
            if f"_{step}" in request.POST:
                return HttpResponseRedirect(reverse(f"admin:digest_post_{step}", args=[obj.pk]))
        if "_draft" in request.POST:
            return self._moved(request, obj, publishing.back_to_draft)
        return super().response_change(request, obj)

    def _tell_if_taken_back(self, request: HttpRequest, post: Post) -> None:
        post.refresh_from_db(fields=["state"])
        if post.state == State.IN_REVIEW:
            messages.warning(
                request,
                _("The post is in review again: somebody who may publish has to schedule it anew."),
            )

    def _moved(self, request: HttpRequest, post: Post, move: Any) -> HttpResponse:
        if post.state == State.SCHEDULED and not request.user.has_perm(approval.PERMISSION):
            refusal = _("This post is scheduled: only who may publish takes it back.")
            messages.error(request, refusal)
            return HttpResponseRedirect(reverse("admin:digest_post_change", args=[post.pk]))
        try:
            move(post)
        except publishing.PublishRefused as refusal:
            messages.error(request, str(refusal))
        else:
            state = post.get_state_display()
            messages.success(request, _("Saved. The post is now: %(state)s.") % {"state": state})
        return HttpResponseRedirect(reverse("admin:digest_post_change", args=[post.pk]))


def _stored(request: Any, post: Post) -> Post | None:
    """Return the row of a post as it is stored, read once a request."""
    known = vars(request).setdefault("stored_posts", {})
    if post.pk not in known:
        known[post.pk] = Post.objects.filter(pk=post.pk).first()
    return known[post.pk]


def _rows_of(context: dict[str, Any]) -> list[Entry]:
    """Return the entries whose rows the page of a post shows."""
    forms = (form for each in context["inline_admin_formsets"] for form in each.formset.forms)
    # A row that was taken out, and is added again, comes without what rows show.
    return [form.instance for form in forms if hasattr(form.instance, "errors")]


def rows_view(request: HttpRequest, object_id: int, model_admin: PostAdmin) -> HttpResponse:
    """Show the history of a post's row alone, which is older than that of whole posts."""
    return super(PostAdmin, model_admin).history_view(request, str(object_id))


@admin.register(Entry)
class EntryAdmin(EditorsAdmin):
    """One entry on a page of its own, which has its history."""

    form = NoteForm
    fields = ["post", "paper", "note"]
    readonly_fields = ["post", "paper"]
    list_display = ["post", "paper", "position"]
    custom_urls = (
        ("<int:object_id>/write/", "digest_entry_write", writing.write_view),
        ("<int:object_id>/note/", "digest_entry_note", writing.note_view),
        ("<int:object_id>/live/", "digest_entry_live", live_entry_view),
    )
    list_select_related = ["post", "paper"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # The post links to it.

    def has_add_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Forbid deleting an entry that readers see.

        It is removed in the post, and deleted when the post is published again.
        """
        seen = obj is not None and obj.public_position is not None
        return not seen and super().has_delete_permission(request, obj)
