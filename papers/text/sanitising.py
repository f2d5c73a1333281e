"""The last step for rendered HTML: the tags, attributes and addresses that a page may hold."""

import re

import nh3

from papers.text.cleaning import clean, strip_unsafe

TEXT_TAGS = frozenset(
    {
        *("a", "b", "blockquote", "br", "code", "del", "em", "h4", "h5", "h6", "hr", "i", "ins"),
        *("kbd", "li", "mark", "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td"),
        *("th", "thead", "tr", "ul"),
    }
)
_MATH_ATTRIBUTES: dict[str, set[str]] = {
    "math": {"display"},
    "semantics": set(),
    "annotation": {"encoding"},
    "mrow": set(),
    "mi": {"mathvariant"},
    "mo": {
        *("accent", "fence", "form", "largeop", "lspace", "maxsize", "minsize", "movablelimits"),
        *("rspace", "separator", "stretchy", "symmetric"),
    },
    "mn": set(),
    "mtext": set(),
    "mspace": {"depth", "height", "width"},
    "msub": set(),
    "msup": set(),
    "msubsup": set(),
    "mmultiscripts": set(),
    "mprescripts": set(),
    "munder": {"accentunder"},
    "mover": {"accent"},
    "munderover": {"accent", "accentunder"},
    "mfrac": {"displaystyle", "linethickness"},
    "msqrt": set(),
    "mroot": set(),
    "mtable": {"displaystyle", "scriptlevel"},
    "mtr": set(),
    "mtd": {"columnspan", "rowspan"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mpadded": {"depth", "height", "lspace", "voffset", "width"},
    "mphantom": set(),
    "merror": set(),
}
TEXT_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"class", "href"},
    "code": {"class"},
    "div": {"class"},
    "li": {"id"},
    "ol": {"start"},
    "sup": {"id"},
    "td": {"align"},
    "th": {"align"},
}
_ATTRIBUTES = TEXT_ATTRIBUTES | _MATH_ATTRIBUTES
_VALUES = {
    "class": re.compile(r"footnote(?:-ref|-backref)?|tex|language-[\w+#.-]{1,30}"),
    "id": re.compile(r"[\w./-]*fn(?:ref\d*)?:[^\s\"'<>&]+"),
}


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        # With a hidden character in it "javascript:" is not a scheme. It becomes one when a later
        # cleaning removes the character.
        return value if clean(value) == value else None
    allowed = _VALUES.get(name)
    # nh3 lets "title" and "lang" pass everywhere, and adds "rel" itself.
    known = name == "rel" or name in _ATTRIBUTES.get(tag, ())
    return value if known and (allowed is None or allowed.fullmatch(value)) else None


_CLEANER = nh3.Cleaner(
    tags={*TEXT_TAGS, "div", *_MATH_ATTRIBUTES},
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    url_relative="pass_through",
    link_rel="noopener noreferrer",
)


def sanitise(html: str) -> str:
    """Return HTML that cannot run anything, even after a page or feed cleans or normalises it."""
    safe = _CLEANER.clean(html)
    bare = strip_unsafe(safe)
    if bare != safe:
        # A character reference hid something, perhaps inside an address, so clean again.
        safe = _CLEANER.clean(bare)
    # NFC would merge a tag's ">" and this accent into one letter, and the tag would stay open.
    return safe.replace(">\u0338", ">&#x338;")
