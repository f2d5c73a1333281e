"""An address has one file, inside the folder, on every disk."""

from unicodedata import normalize

import pytest

from digest.readers.export import names
from digest.readers.export.names import NoName


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/", "index.html"),
        ("/en/", "en/index.html"),
        ("/feed.xml", "feed.xml"),
        ("/tags/강화-학습/", "tags/강화-학습/index.html"),
        (normalize("NFD", "/tags/강화/"), "tags/강화/index.html"),
        ("/papers/hep-th/9901001.bib", "papers/hep-th/9901001.bib"),
    ],
)
def test_an_address_is_a_file_in_nfc(address, name):
    assert names.name_of(address) == name


@pytest.mark.parametrize(
    "address",
    [
        "//evil/", "/../x", "/a/../../x/", "/./", "/a//b", "/.", "/a\0b", "/.export.json",
        "/.export.tmp", "/.export.journal", "/\ud800/", f"/tags/{'강' * 86}/",
    ],
)  # fmt: skip
def test_what_no_file_can_be_is_refused(address):
    with pytest.raises(NoName):
        names.name_of(address)


def test_a_name_that_just_fits_is_taken():
    assert names.name_of(f"/tags/{'강' * 85}/")


def test_an_old_address_gives_way_to_pages_and_to_the_first():
    pages = {"tags/vision/index.html", "a.html", "papers/1.md"}
    old = [
        "tags/Vision/index.html",  # One file on a Mac.
        "a.html/index.html",  # A folder where a file is.
        "papers",  # A file where a folder is.
        "b.html",
        "B.html",
        "b.html/c.html",
    ]
    assert names.without_clash(old, pages) == {"b.html"}


def test_pages_that_differ_by_case_are_known():
    assert names.clashes({"tags/a/x", "tags/A/x", "tags/b/x"}) == {"tags/a/x"}


def test_pages_that_only_some_disks_take_for_the_same_do_not_clash():
    assert names.clashes({"tags/straße/x", "tags/strasse/x"}) == set()
    composed, decomposed = normalize("NFC", "tags/é"), normalize("NFD", "tags/É")
    assert len(names.clashes({composed, decomposed})) == 1
