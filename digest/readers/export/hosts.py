"""Files for the programs of static hosts: `_redirects` and `_headers`, as Netlify reads them.

Cloudflare and GitLab read the same files, with fewer rules: GitLab reads none of more than 1,000,
or of more than 64 kB. Other hosts need neither file: each old address has a page of its own too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from digest.readers.export.old import Old

MOST_RULES = 1000
MOST_BYTES = 64_000
_POLICY = "Content-Security-Policy"
SHOWN = (
    _POLICY,
    "Cross-Origin-Opener-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
)
_SAFE = "/%:?#[]@!$&'()*+,;=~"


def redirects(old: Iterable[Old]) -> tuple[str, int]:
    """Return the rules of old addresses, in their order, and how many had no room."""
    rules: list[str] = []
    size = left = 0
    for each in old:
        rule = _rule(each) if each.is_lasting else ""
        if not rule:
            continue
        if len(rules) == MOST_RULES or size + len(rule) > MOST_BYTES:
            left += 1
            continue
        rules.append(rule)
        size += len(rule)
    return "".join(rules), left


def _rule(old: Old) -> str:
    """Return the rule of an address, or "" if it has a sign that means something else in rules."""
    if set(old.address) & set("?*:#"):
        return ""
    address = quote(old.address)
    if not old.target:
        return f"{address} {address} 410!\n"
    return f"{address} {quote(old.target, safe=_SAFE)} 301\n"


def headers(found: Mapping[str, str]) -> str:
    """Return the headers that protect every page, from those of a page of the site."""
    own = {name: found[name] for name in SHOWN if name in found}
    if _POLICY in own:
        own[_POLICY] = _in_order(own[_POLICY])
    return "".join(["/*\n", *(f"  {name}: {value}\n" for name, value in own.items())])


def _in_order(policy: str) -> str:
    """Return a policy with its directives sorted. django-csp has them in another order each time.

    Their order means nothing: https://www.w3.org/TR/CSP3/#parse-serialized-policy
    """
    return "; ".join(sorted(part.strip() for part in policy.split(";") if part.strip()))
