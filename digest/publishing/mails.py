"""Mails about reviews: to who is asked, and to the others who talk about the post.

Only who may still see the post on its page is told anything.

Each mail is a job, so that it is sent once, and again if the mail server was down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from digest.models import Comment, CommentKind
from digest.models.preference import language_of
from digest.publishing.preview_links import may_see
from papers import jobs
from papers.models import JobKind, Subject
from papers.text.cleaning import fold

MAILS = "mails"
"""The name of an attempt's count of mails sent."""


def announce(comment: Comment) -> None:
    """Make the mails about a comment due, when the transaction ends. Without EMAIL_URL none is."""
    if not settings.EMAIL_URL:
        return
    ids = {pk for pk in _concerned(comment) if pk and pk != comment.author_id}
    able = User.objects.filter(pk__in=ids, is_active=True).exclude(email="").order_by("pk")
    topics = [f"{comment.pk}/{user.pk}" for user in able if may_see(user)]
    if topics:
        jobs.add(JobKind.REVIEW_MAIL, *(Subject(topic=topic) for topic in topics))


def _concerned(comment: Comment) -> Iterator[int | None]:
    """Yield who is asked, or whoever said something about the post or was asked before."""
    if comment.kind == CommentKind.ASKED:
        yield comment.asked_id
        return
    for said in Comment.objects.filter(post=comment.post_id):
        yield from (said.author_id, said.asked_id)


def send(subject: Subject) -> Counter[str]:
    """Mail one person about one comment, in the language that the person chose.

    The topic of the subject is the comment, a slash and the recipient.
    """
    comment, _slash, recipient = subject.topic.partition("/")
    said = Comment.objects.select_related("post").filter(pk=comment).first()
    user = User.objects.filter(pk=recipient, is_active=True).exclude(email="").first()
    if said is None or user is None or not may_see(user):  # Rights may have gone since.
        return Counter()
    with translation.override(language_of(user.pk) or settings.LANGUAGE_CODE):
        context = {"comment": said, "post": said.post, "site_url": settings.SITE_URL}
        text = render_to_string("mail/comment.txt", context)
        send_mail(f"[{settings.SITE_TITLE}] {headline(said)}", text, None, [user.email])
    return Counter({MAILS: 1})


def headline(comment: Comment) -> str:
    """Return who did what, in one line."""
    match comment.kind:
        case CommentKind.ASKED:
            said = _("%(who)s asks you to review “%(post)s”")
        case CommentKind.CHANGES:
            said = _("%(who)s requests changes of “%(post)s”")
        case CommentKind.REVIEWED:
            said = _("%(who)s has reviewed “%(post)s”")
        case _other:
            said = _("%(who)s comments on “%(post)s”")
    return fold(said % {"who": comment.author_name, "post": comment.post})
