"""Small Atom feeds, as arXiv's query API writes them, for tests."""

from xml.sax.saxutils import escape

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
ARXIV = 'xmlns:arxiv="http://arxiv.org/schemas/atom"'
OPENSEARCH = 'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
ID = "2510.05096"


def make_entry(arxiv_id=ID, version="v2", more="", **texts):
    """Return an entry. A text given as None leaves its element out."""
    told = {
        "id": f"http://arxiv.org/abs/{arxiv_id}{version}",
        "title": "A Title\n  in two lines",
        "summary": "  An abstract\nin two lines.\n",
        "published": "2025-10-06T17:58:02Z",
        "updated": "2025-10-09T01:02:03Z",
        **texts,
    }
    elements = [
        f"<{name}>{escape(text)}</{name}>" for name, text in told.items() if text is not None
    ]
    return f"<entry>{''.join(elements)}{more}</entry>"


def make_feed(*entries, total=None):
    """Return a feed in the layout of 2026."""
    results = len(entries) if total is None else total
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        f"<feed {OPENSEARCH} {ARXIV} {ATOM}><id>https://arxiv.org/api/x</id>"
        f"<opensearch:totalResults>{results}</opensearch:totalResults>{''.join(entries)}</feed>"
    ).encode()


def error_feed(text):
    return make_feed(
        "<entry><id>https://arxiv.org/api/errors#what</id><title>Error</title>"
        f"<summary>{escape(text)}</summary></entry>"
    )
