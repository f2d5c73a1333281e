"""Small announcement feeds, as rss.arxiv.org/atom writes them, for tests."""

from xml.sax.saxutils import escape

NAMES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def announced(arxiv_id, day, kind="new", *, categories=("cs.CL",), time="T00:00:00-04:00", **texts):
    """Return an entry. A text given as None leaves its element out."""
    told = {
        "title": f"Paper {arxiv_id}",
        "updated": f"{day}T04:00:19.899254+00:00",
        "summary": f"arXiv:{arxiv_id}v1 Announce Type: {kind} \nAbstract: We study widgets.",
        "published": None if day is None else f"{day}{time}",
        "arxiv:announce_type": kind,
        "dc:creator": "Ada Lovelace, 홍길동",
        **texts,
    }
    elements = "".join(
        f"<{name}>{escape(text)}</{name}>" for name, text in told.items() if text is not None
    )
    terms = "".join(f'<category term="{term}"/>' for term in categories)
    return f"<entry>\n<id>oai:arXiv.org:{arxiv_id}v1</id>{elements}{terms}</entry>\n"


def feed(*entries, generated="2025-10-08T04:00:19.866337+00:00"):
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<feed {NAMES} xml:lang=\"en-us\">"
        f"<id>http://rss.arxiv.org/atom/cs.CL</id><updated>{generated}</updated>"
        f"{''.join(entries)}</feed>"
    ).encode()
