"""Small answers of OAI-PMH, as the templates of arXiv's server write them, for tests."""

from xml.sax.saxutils import escape

OAI = 'xmlns="http://www.openarchives.org/OAI/2.0/"'
RAW = 'xmlns="http://arxiv.org/OAI/arXivRaw/"'
V1 = ("v1", "Mon, 06 Oct 2025 17:58:02 GMT", "14kb", "")
V2 = ("v2", "Thu, 09 Oct 2025 01:02:03 GMT", "15kb", "D")
TAKEN_BACK = ("v2", "Thu, 09 Oct 2025 01:02:03 GMT", "0kb", "I")


def make_record(arxiv_id, versions=(V1, V2), *, header="", status="", **texts):
    """Return a record of arXivRaw. A text given as None leaves its element out."""
    told = {
        "title": "A Title\n  in two lines",
        "authors": "Ada Lovelace (1), Hong Gildong Jr. (2) and A. Turing ((1) X, (2) Y and Z)",
        "categories": "cs.LG stat.ML",
        "license": "http://creativecommons.org/licenses/by/4.0/",
        "abstract": "  An abstract\nin two lines.\n",
        **texts,
    }
    elements = "".join(
        f"<{name}>{escape(text)}</{name}>"
        for name, text in ((key.replace("_", "-"), told[key]) for key in told)
        if text is not None
    )
    named = header or f"oai:arXiv.org:{arxiv_id}"
    return (
        f"<record><header{status}><identifier>{named}</identifier>"
        "<datestamp>2025-10-10</datestamp><setSpec>cs:cs:LG</setSpec></header>"
        f"<metadata><arXivRaw {RAW}><id>{arxiv_id}</id><submitter>Ada</submitter>"
        f"{''.join(map(_version, versions))}{elements}</arXivRaw></metadata></record>"
    )


def _version(version):
    number, date, size, source_type = version
    flag = f"<source_type>{source_type}</source_type>" if source_type else ""
    return f'<version version="{number}"><date>{date}</date><size>{size}</size>{flag}</version>'


def deleted(arxiv_id):
    return (
        f'<record><header status="deleted"><identifier>oai:arXiv.org:{arxiv_id}</identifier>'
        "<datestamp>2025-10-10</datestamp></header></record>"
    )


def make_answer(*records, verb="GetRecord", token=None):
    told = "" if token is None else f"<resumptionToken>{escape(token)}</resumptionToken>"
    return envelope(f"<{verb}>{''.join(records)}{told}</{verb}>")


def make_error(code, said="sorry"):
    return envelope(f'<error code="{code}">{said}</error>')


def envelope(inside, before=""):
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>{before}<OAI-PMH {OAI}>"
        f"<responseDate>2025-10-10T00:00:00Z</responseDate>{inside}</OAI-PMH>"
    ).encode()
