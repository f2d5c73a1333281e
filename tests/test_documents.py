"""The documents name everything there is to use and to change, and nothing that does not exist."""

import re
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from urllib.parse import unquote

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from papers.checks import catch_rates

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
TEXTS = {file.relative_to(ROOT).as_posix(): file.read_text() for file in DOCUMENTS}
ALL = "\n".join(TEXTS.values())
REFERENCE = TEXTS["docs/commands-and-settings.md"]
ADDRESSES = TEXTS["docs/architecture.md"].split("\n## Addresses\n")[1].split("\n## ")[0]

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`(?P<new> \(new\))?")
LINK = re.compile(r"\]\(([^)\s]+)\)")
TOP = {"papers", "digest", "tests", "templates", "static", "docs"}
PATH = re.compile(rf"(?:{'|'.join(TOP)})/[\w./-]*|[\w.-]+\.(?:toml|md|txt|py)|Makefile")
MODULE = re.compile(r"(?:papers|digest|tests)(?:\.\w+)+")


def in_code(text):
    """Return what the prose marks as code, and for each whether the reader is to make it."""
    prose = FENCE.sub("", text)
    return [(match[1], bool(match["new"])) for match in CODE.finditer(prose)]


def anchors(text):
    """Return the anchors of the headings, as links name them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    plain = [re.sub(r"[^\w\s-]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


# --- All there is, is named ----------------------------------------------------------------------


def commands():
    files = ROOT.glob("*/management/commands/*.py")
    return sorted(file.stem for file in files if file.stem != "__init__")


def settings_read():
    return re.findall(r'env\.(?:read|text)\(\s*"(\w+)"', (ROOT / "digest/settings.py").read_text())


def make_targets():
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return phony[1].split()


def rooms():
    """Yield the packages of code, and other folders beside them."""
    for package in ("papers", "digest"):
        folders = (each for each in (ROOT / package).rglob("*") if each.is_dir())
        for folder in sorted(folders):
            top = folder.parent == ROOT / package and folder.name != "__pycache__"
            if top or (folder / "__init__.py").exists():
                yield folder.relative_to(ROOT).as_posix()


def routes(resolver=None, prefix=""):
    """Yield every route of the site as Django writes it, without those below admin/."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver) and route != "admin/":
            yield from routes(each, route)
        elif isinstance(each, URLPattern):
            yield route


def modules():
    """Yield the modules at the top of the two packages, which the documents name too."""
    for package in ("papers", "digest"):
        for file in sorted((ROOT / package).glob("*.py")):
            if file.stem != "__init__":
                yield file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", commands())
def test_each_command_is_explained(name):
    assert f"`manage.py {name}" in REFERENCE


@pytest.mark.parametrize("name", sorted(set(settings_read())))
def test_each_setting_is_explained(name):
    assert re.search(rf"^\| `{name}` \|", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("name", make_targets())
def test_each_make_target_is_explained(name):
    assert re.search(rf"^\| `make {name}` \|", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("room", list(rooms()))
def test_each_room_has_its_place_on_the_map(room):
    assert f"`{room}/" in ALL


@pytest.mark.parametrize("module", list(modules()))
def test_each_module_outside_a_room_has_its_place_on_the_map(module):
    assert f"`{module}`" in ALL


def test_each_address_is_shown_by_an_example_that_works():
    examples = [code for code, _ in in_code(ADDRESSES) if re.fullmatch(r"/[\w./:-]*", code)]
    shown = {resolve(example).route for example in examples if example != "/en/"}
    assert sorted(set(routes()) - shown) == []


# --- And nothing is named that is not there ------------------------------------------------------


@pytest.mark.parametrize("document", TEXTS)
def test_a_path_that_is_named_exists_unless_it_is_to_be_made(document):
    paths = [code for code, new in in_code(TEXTS[document]) if PATH.fullmatch(code) and not new]
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", TEXTS)
def test_a_module_that_is_named_exists(document):
    named = [code for code, _ in in_code(TEXTS[document]) if MODULE.fullmatch(code)]
    assert [name for name in named if not is_there(name)] == []


def is_there(name):
    """Return whether a dotted name is a module, or something in a module."""
    module, _, last = name.rpartition(".")
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        spec = find_spec(module)
        return spec is not None and re.search(rf"\b{last}\b", Path(spec.origin).read_text())


@pytest.mark.parametrize("document", TEXTS)
def test_a_command_a_setting_and_a_target_that_are_named_exist(document):
    code = [each for each, _ in in_code(TEXTS[document])] + FENCE.findall(TEXTS[document])
    text = "\n".join(each if isinstance(each, str) else each[1] for each in code)
    known = {*commands(), *DJANGO_COMMANDS, "COMMAND"}
    assert set(re.findall(r"manage\.py (\w+)", text)) - known - made(document) == set()
    assert set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE)) <= set(TARGETS)


def test_no_setting_is_explained_that_nobody_reads():
    explained = re.findall(r"^\| `([A-Z_]+)` \|", REFERENCE, re.MULTILINE)
    assert sorted(explained) == sorted(set(settings_read()))


DJANGO_COMMANDS = {
    "axes_reset_username",
    "changepassword",
    "check",
    "collectstatic",
    "createsuperuser",
    "makemigrations",
    "migrate",
    "runserver",
    "shell",
}
TARGETS = re.findall(r"^\| `make ([a-z]+)` \|", REFERENCE, re.MULTILINE)


def made(document):
    """Return the commands that a recipe in the document makes."""
    new = [code for code, is_new in in_code(TEXTS[document]) if is_new]
    return {Path(code).stem for code in new if "/management/commands/" in code}


def changes():
    """Yield the changes of the recipes: a file, its old lines, and its new lines."""
    for language, block in FENCE.findall(TEXTS["CONTRIBUTING.md"]):
        if language == "diff":
            for hunk in re.split(r"^@@ ", dedent(block), flags=re.MULTILINE)[1:]:
                file, *lines = hunk.splitlines()
                yield file, side(lines, "-"), side(lines, "+")


def side(lines, sign):
    return "".join(f"{line[1:]}\n" for line in lines if line[0] in {" ", sign})


@pytest.mark.parametrize(("file", "before", "after"), list(changes()))
def test_a_change_of_a_recipe_can_be_made_or_is_made(file, before, after):
    text = (ROOT / file).read_text()
    assert text.count(before) == 1 or after in text


@pytest.mark.parametrize("document", TEXTS)
def test_a_relative_link_leads_somewhere(document):
    folder = (ROOT / document).parent
    for link in LINK.findall(FENCE.sub("", TEXTS[document])):
        if re.match(r"https?:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = folder / path if path else ROOT / document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text()), link


def test_the_figures_of_planted_errors_are_those_that_were_measured():
    measured = catch_rates.measured()
    told = (ROOT / "tests/benchmarks/README.md").read_text()
    for rate in measured.rates:
        assert f"\n| {rate.kind} | {rate.planted} | {rate.caught} |\n" in told
    assert f"Of {measured.true} true sentences {measured.doubted} are doubted." in told
