"""Pages about the site itself: about, robots.txt, favicon and the index of sitemaps."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.sitemaps.views import sitemap
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from digest.models import Post
from digest.readers import pages, sitemaps
from digest.readers.llms import llms_text
from digest.readers.pages import Kind
from digest.readers.views.archive import tell_rows, with_titles
from papers import kinds
from papers.checks import catch_rates

KINDS_OF_ERRORS = {
    catch_rates.Kind.NUMBER: _("another number"),
    catch_rates.Kind.UNIT: _("another unit or scale"),
    catch_rates.Kind.NAME: _("the name of something else"),
    catch_rates.Kind.DENIAL: _("the opposite, by a denial"),
    catch_rates.Kind.DIRECTION: _("the opposite direction: lower for higher"),
    catch_rates.Kind.OTHER_PAPER: _("a sentence about another paper"),
    catch_rates.Kind.OTHER_METHOD: _("a result given to another method of the same paper"),
}
SAMPLE_ID = "2510.00001"  # Stands in addresses for the id that a script puts there.
NEWEST = 30  # The digests that `/llms.txt` names.


def about(request: HttpRequest) -> HttpResponse:
    measured = catch_rates.measured()
    parts = ", ".join(row.label for row in kinds.offered())
    context = {
        "contact_email": settings.CONTACT_EMAIL,
        "parts": parts,
        "measured": measured,
        "measured_on": date.fromisoformat(measured.on),
        "rates": [(KINDS_OF_ERRORS[rate.kind], rate) for rate in measured.rates],
    }
    return render(request, "about.html", context)


def marks(request: HttpRequest) -> HttpResponse:
    """Show the page that a browser fills with what its reader marked. It has nothing of anybody."""
    return render(request, "marks.html", {"sample": SAMPLE_ID})


def feeds(request: HttpRequest) -> HttpResponse:
    minutes = int(settings.FEED_DELAY.total_seconds() // 60)
    return render(request, "feeds.html", {"delay_minutes": minutes})


def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def llms(request: HttpRequest) -> HttpResponse:
    pages.tell(Kind.POSTS)
    posts = list(with_titles(Post.objects.published())[:NEWEST])
    tell_rows(posts)
    text = llms_text(post for post in posts if post.has_address)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect browsers that look for the icon here because they have read no page yet."""
    return redirect(static("favicon.svg"))


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Respond with the index of sitemaps on SITE_URL.

    Django's own index would name the host of the sites framework.
    """
    locations = [{"location": f"{settings.SITE_URL}{each}"} for each in sitemaps.addresses()]
    return render(
        request, "sitemap_index.xml", {"sitemaps": locations}, content_type="application/xml"
    )


def sitemap_page(request: HttpRequest, section: str, page: str) -> HttpResponse:
    """Respond with the second or a later page of a sitemap that is longer than one may be.

    Django's view reads the number from the query, and a file of an export has none.
    """
    if page == "1":
        raise Http404("the first page is the sitemap itself")
    request.GET = QueryDict(f"p={page}")
    return sitemap(request, sitemaps.SITEMAPS, section)  # type: ignore[arg-type]
