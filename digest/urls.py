"""The URLs of the site. A URL that was public once keeps working: 301 or 410."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import path, register_converter

from digest.readers import converters
from digest.readers.feeds import (
    AtomFeed,
    CorrectionFeed,
    PaperFeed,
    RssFeed,
    ShortFeed,
    TagFeed,
    json_feed,
)
from digest.readers.feeds.names import USUAL_FEEDS
from digest.readers.sitemaps import SITEMAPS
from digest.readers.views import (
    archive,
    changed_papers,
    citations,
    days,
    digests,
    health,
    ledger,
    paper,
    preview,
    report,
    search,
    site,
    tags,
    trends,
)
from digest.readers.views.public import feed, moved, personal, public, unlisted

register_converter(converters.FourDigits, "yyyy")
register_converter(converters.TwoDigits, "dd")
register_converter(converters.UnicodeSlug, "uslug")
register_converter(converters.ArxivId, "arxiv_id")
register_converter(converters.Spelling, "spelling")
register_converter(converters.CitationForm, "citation")
register_converter(converters.TagName, "tag_name")
register_converter(converters.PageNumber, "page_number")
register_converter(converters.Weeks, "weeks")

handler400 = "digest.readers.views.errors.bad_request"
handler500 = "digest.readers.views.errors.server_error"

DAY = "<yyyy:year>/<dd:month>/<dd:day>"

urlpatterns = [
    path("admin/", admin.site.urls),
    *(
        path(address, public(moved), {"name": name})
        for name, addresses in USUAL_FEEDS.items()
        for address in addresses
    ),
    path("corrections.xml", feed(CorrectionFeed()), name="corrections"),
    path("tags/<uslug:slug>/feed.xml", feed(TagFeed()), name="tag_feed"),
    path("tags/<tag_name:spelling>/feed.xml", public(tags.tag_by_spelling), {"name": "tag_feed"}),
    # References say the same in every language.
    path(
        f"{DAY}/<uslug:slug>.<citation:form>",
        public(citations.OfPost.as_view()),
        name="post_citation",
    ),
    path(
        "papers/<arxiv_id:arxiv_id>.<citation:form>",
        public(citations.of_paper),
        name="paper_citation",
    ),
    # Numbers are the same in every language too.
    path("trends.csv", public(trends.data), name="trends_csv"),
    path("trends/<weeks:weeks>-weeks.csv", public(trends.data), name="trends_csv"),
    path("trends/topics/<tag_name:topic>.csv", public(trends.topic_data), name="trend_csv"),
    path(
        "trends/topics/<tag_name:topic>/<weeks:weeks>-weeks.csv",
        public(trends.topic_data),
        name="trend_csv",
    ),
    path("papers.json", public(changed_papers.data, stored=False), name="papers_json"),
    path("search.json", public(search.data, stored=False), name="search_json"),
    path("llms.txt", public(site.llms), name="llms"),
    path("ledger.json", public(ledger.data, stored=False), name="ledger_json"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.figures, name="metrics"),
    path("robots.txt", public(site.robots), name="robots"),
    path("favicon.ico", public(site.favicon, stored=False)),
    path("sitemap.xml", public(site.sitemap_index, stored=False), name="sitemap"),
    path(
        "sitemap-<section>-<page_number:page>.xml", public(site.sitemap_page), name="sitemap_page"
    ),
    path("sitemap-<section>.xml", public(sitemap), {"sitemaps": SITEMAPS}, name="sitemap_part"),
    # They have no prefix in the site's own language, and `/en/` in English.
    *i18n_patterns(
        path("", public(archive.Home.as_view()), name="home"),
        path("feed.xml", feed(AtomFeed()), name="atom"),
        path("rss.xml", feed(RssFeed()), name="rss"),
        path("feed.json", feed(json_feed), name="json_feed"),
        path("feed-short.xml", feed(ShortFeed()), name="short_feed"),
        path("papers/feed.xml", feed(PaperFeed()), name="paper_feed"),
        path("feeds/", public(site.feeds), name="feeds"),
        path("marks/", public(site.marks), name="marks"),
        path(f"{DAY}/<uslug:slug>/", public(digests.PostPage.as_view()), name="post"),
        path(f"{DAY}/<uslug:slug>.md", public(digests.PostMarkdown.as_view()), name="post_md"),
        path(f"{DAY}/<uslug:slug>.json", public(digests.PostJson.as_view()), name="post_json"),
        path(f"{DAY}/", public(days.page), name="day"),
        path(
            "<yyyy:year>/<dd:month>/",
            public(archive.MonthPage.as_view()),
            name="month",
        ),
        path("<yyyy:year>/", public(archive.YearPage.as_view()), name="year"),
        path("archive/", public(archive.ArchivePage.as_view()), name="archive"),
        path("papers/<arxiv_id:arxiv_id>/", public(paper.PaperPage.as_view()), name="paper"),
        path(
            "papers/<arxiv_id:arxiv_id>.md", public(paper.PaperMarkdown.as_view()), name="paper_md"
        ),
        path(
            "papers/<arxiv_id:arxiv_id>.json", public(paper.PaperJson.as_view()), name="paper_json"
        ),
        path("papers/<arxiv_id:arxiv_id>/report/", personal(report.page), name="report"),
        path(
            "papers/<arxiv_id:arxiv_id>/report/thanks/",
            personal(report.thanks),
            name="report_thanks",
        ),
        path("papers/<spelling:arxiv_id>/", public(paper.paper_by_spelling)),
        path("papers/<spelling:arxiv_id>", public(paper.paper_by_spelling)),
        path("preview/<token>/", unlisted(preview.page), name="preview_link"),
        path("search/", public(search.page, stored=False), name="search"),
        path("tags/", public(tags.tag_list), name="tag_list"),
        path("archive/tags/", public(tags.all_tags), name="all_tags"),
        path("tags/<uslug:slug>/", public(tags.TagPage.as_view()), name="tag"),
        path(
            "tags/<uslug:slug>/page/<page_number:page>/",
            public(tags.TagPage.as_view()),
            name="tag_page",
        ),
        path("tags/<tag_name:spelling>/", public(tags.tag_by_spelling)),
        # Else it would be redirected before anybody has looked whether there is such a tag.
        path("tags/<tag_name:spelling>", public(tags.tag_by_spelling)),
        path(
            "tags/<tag_name:spelling>/feed.xml", public(tags.tag_by_spelling), {"name": "tag_feed"}
        ),
        path("trends/", public(trends.page), name="trends"),
        path("trends/<weeks:weeks>-weeks/", public(trends.page), name="trends"),
        path("trends/topics/<tag_name:topic>/", public(trends.topic_page), name="trend"),
        path(
            "trends/topics/<tag_name:topic>/<weeks:weeks>-weeks/",
            public(trends.topic_page),
            name="trend",
        ),
        path("ledger/", public(ledger.page, stored=False), name="ledger"),
        path(
            "ledger/<yyyy:year>/<dd:month>/", public(ledger.page, stored=False), name="ledger_month"
        ),
        path("about/", public(site.about), name="about"),
        prefix_default_language=False,
    ),
]
