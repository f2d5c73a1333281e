"""What an export finds in its folder, and what it leaves alone. No database is needed."""

import json
import os
import resource
import signal
from contextlib import contextmanager
from itertools import count

import pytest

from digest.readers.export.folder import Folder, NotOurs
from digest.readers.export.lists import Written
from digest.readers.export.names import JOURNAL, LIST, NEW
from digest.readers.export.refused import ExportRefused
from digest.readers.pages.rows import etag_of


def written(data):
    return Written(etag_of(data), len(data))


def write(folder, name, data):
    folder.note({name: written(data)})
    folder.write(name, data)


def put(path, files, gone=()):
    """Bring a folder to these files, as an export does."""
    with Folder.at(path) as folder:
        folder.begin()
        for name in gone:
            folder.delete(name)
        for name, data in files.items():
            write(folder, name, data)
        kept = {name: known for name, known in folder.list.items() if name not in gone}
        folder.finish(kept | {name: written(data) for name, data in files.items()})


def tree(path):
    return {
        each.relative_to(path).as_posix(): each.read_bytes()
        for each in path.rglob("*")
        if each.is_file() and not each.is_symlink()
    }


def test_the_list_says_each_file_on_a_line_of_its_own(tmp_path):
    put(tmp_path, {"b/index.html": b"two", "a.html": b"one"})
    lines = (tmp_path / LIST).read_text().splitlines()
    assert lines[0] == '{"export": 1, "files": {'
    assert json.loads(lines[1].join("{}").replace(",}", "}")) == {"a.html": [etag_of(b"one"), 3]}
    assert lines[2].startswith('"b/index.html": ')
    assert tree(tmp_path).keys() == {LIST, "a.html", "b/index.html"}


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ExportRefused, match="is not empty, and no export wrote it"):
        put(tmp_path, {"a.html": b"one"})
    assert tree(tmp_path) == {"thesis.tex": b"years of work"}


@pytest.mark.parametrize(
    "text",
    [
        "", "no JSON", "[]", "{}", "null", '{"export": 2, "files": {}}', '{"export": 1}',
        '{"export": 1, "files": []}', '{"export": 1, "files": {"a": []}}',
        '{"export": 1, "files": {"a": ["x", "y"]}}', '{"export": 1, "files": {"../x": ["x", 1]}}',
        '{"export": 1, "files": {"/etc/passwd": ["x", 1]}}', "[" * 100_000, "\xff",
        '{"export": 1, "files": {"\\ud800": ["x", 1]}}', '{"export": 1, "files": {"a": "xy"}}',
    ],
)  # fmt: skip
def test_a_list_that_is_none_is_refused(tmp_path, text):
    (tmp_path / LIST).write_text(text, "latin-1")
    with pytest.raises(ExportRefused, match=r"is no list of an export"), Folder.at(tmp_path):
        pass


def test_what_somebody_else_put_there_is_never_overwritten_or_deleted(tmp_path):
    put(tmp_path, {"a/index.html": b"one", "b/index.html": b"two"})
    (tmp_path / "CNAME").write_text("papers.example")
    (tmp_path / "a" / "own.txt").write_text("mine")
    (tmp_path / "c.html").mkdir()
    with Folder.at(tmp_path) as folder:
        folder.begin()
        for name in ("CNAME", "c.html"):
            with pytest.raises(NotOurs, match="move it away"):
                write(folder, name, b"new")
    put(tmp_path, {}, gone=["a/index.html", "b/index.html"])
    assert tree(tmp_path).keys() == {LIST, "CNAME", "a/own.txt"}
    assert not (tmp_path / "b").exists()


def test_what_comes_there_during_the_first_run_is_not_overwritten(tmp_path):
    with Folder.at(tmp_path) as folder:
        folder.begin()
        (tmp_path / "a.html").write_text("mine")
        with pytest.raises(NotOurs, match="move it away"):
            write(folder, "a.html", b"new")
    assert (tmp_path / "a.html").read_text() == "mine"


def test_a_list_of_nothing_makes_nothing_ours(tmp_path):
    (tmp_path / LIST).write_text('{"export": 1, "files": {}}')
    (tmp_path / "a.html").write_text("mine")
    with Folder.at(tmp_path) as folder:
        folder.begin()
        with pytest.raises(NotOurs):
            write(folder, "a.html", b"new")
    assert (tmp_path / "a.html").read_text() == "mine"


def test_no_link_is_followed_out_of_the_folder(tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (outside / "index.html").write_text("one")
    put(inside, {"a/index.html": b"one", "b.html": b"two", "c/index.html": b"three"})
    (inside / "a" / "index.html").unlink()
    (inside / "a").rmdir()
    (inside / "a").symlink_to(outside)
    (inside / "b.html").unlink()
    (inside / "b.html").symlink_to(outside / "index.html")
    (inside / NEW).symlink_to(outside / "index.html")
    with Folder.at(inside) as folder:
        assert not folder.has("b.html", etag_of(b"two"))
        assert not folder.has("a/index.html", etag_of(b"one"))
        folder.begin()
        with pytest.raises(NotOurs, match="a is a file or a link"):
            write(folder, "a/index.html", b"new")
        folder.delete("a/index.html")
        write(folder, "b.html", b"new")
    assert tree(outside) == {"index.html": b"one"}
    assert (inside / "b.html").read_bytes() == b"new"
    assert not (inside / "b.html").is_symlink()


def test_a_list_that_is_a_link_is_not_read(tmp_path):
    (tmp_path / LIST).symlink_to("/etc/hostname")
    with pytest.raises(OSError, match="Too many levels"), Folder.at(tmp_path):
        pass


def test_a_file_that_a_hand_deleted_or_made_longer_is_to_be_written_again(tmp_path):
    put(tmp_path, {"a.html": b"one", "b.html": b"one", "c.html": b"one"})
    (tmp_path / "a.html").unlink()
    (tmp_path / "b.html").write_text("longer")
    with Folder.at(tmp_path) as folder:
        known = {name for name in "abc" if folder.has(f"{name}.html", etag_of(b"one"))}
    assert known == {"c"}


def test_two_exports_do_not_write_to_one_folder_at_once(tmp_path):
    with (
        Folder.at(tmp_path),
        pytest.raises(ExportRefused, match="another export"),
        Folder.at(tmp_path),
    ):
        pass
    with Folder.at(tmp_path):
        pass


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_file_is_no_folder(tmp_path, place):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportRefused, match="name a folder"), Folder.at(tmp_path / place):
        pass


@pytest.mark.parametrize("name", ["x\0", "\ud800\ud800"])
def test_what_can_be_no_name_of_a_folder_is_refused(tmp_path, name):
    with (
        pytest.raises(ExportRefused, match="cannot be a folder's name"),
        Folder.at(tmp_path / name),
    ):
        pass


@contextmanager
def no_file_larger_than(size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_without_room_leaves_what_was_there(tmp_path):
    put(tmp_path, {"a.html": b"old"})
    with no_file_larger_than(1000), pytest.raises(OSError, match="File too large"):
        put(tmp_path, {"a.html": b"new" * 1000})
    assert (tmp_path / "a.html").read_bytes() == b"old"
    assert not (tmp_path / NEW).exists()
    with Folder.at(tmp_path) as folder:
        assert folder.list == {"a.html": written(b"old")}


def stopped(path, *, before=(), after=()):
    """Stop a run after some files, and just before others, which are noted and not there."""
    with Folder.at(path) as folder:
        folder.begin()
        for name, data in after:
            write(folder, name, data)
        for name, data in before:
            folder.note({name: written(data)})


def test_a_run_that_was_stopped_leaves_what_it_wrote_to_the_next(tmp_path):
    stopped(tmp_path, after=[("a.html", b"one"), ("b/c.html", b"two")], before=[("d", b"three")])
    with Folder.at(tmp_path) as folder:
        assert folder.was_stopped
        assert folder.list == {"a.html": written(b"one"), "b/c.html": written(b"two")}
        folder.begin()
        write(folder, "a.html", b"new")
        folder.finish({"a.html": written(b"new"), "b/c.html": written(b"two")})
    assert tree(tmp_path).keys() == {LIST, "a.html", "b/c.html"}
    with Folder.at(tmp_path) as folder:
        assert not folder.was_stopped


def test_a_file_that_comes_between_two_runs_is_nobodys_but_its_owners(tmp_path):
    put(tmp_path, {"old.html": b"one", "gone.html": b"one"})
    with Folder.at(tmp_path) as folder:
        folder.begin()
        folder.delete("gone.html")
        write(folder, "new.html", b"two")
        folder.note({"due.html": written(b"four")})
    for name in ("gone.html", "new.html", "due.html", "other.html"):
        (tmp_path / name).write_text("mine")
    with Folder.at(tmp_path) as folder:
        assert folder.list.keys() == {"old.html"}
        folder.begin()
        for name in ("gone.html", "new.html", "due.html", "other.html"):
            with pytest.raises(NotOurs, match="move it away"):
                write(folder, name, b"new")
    assert tree(tmp_path)["due.html"] == b"mine"


def test_a_file_that_was_about_to_be_written_or_deleted_is_still_ours(tmp_path):
    put(tmp_path, {"a.html": b"one", "b.html": b"two"})
    stopped(tmp_path, before=[("a.html", b"new")])
    with Folder.at(tmp_path) as folder:
        assert folder.list == {"a.html": written(b"one"), "b.html": written(b"two")}
        folder.begin()
        folder.note({"b.html": None})
    with Folder.at(tmp_path) as folder:
        assert folder.list == {"a.html": written(b"one"), "b.html": written(b"two")}


def test_a_file_of_the_list_with_other_bytes_is_written_again(tmp_path):
    put(tmp_path, {"a.html": b"one"})
    stopped(tmp_path, before=[("a.html", b"new")])
    (tmp_path / "a.html").write_bytes(b"by hand")
    with Folder.at(tmp_path) as folder:
        assert folder.list == {"a.html": Written("", 0)}


def test_a_run_that_is_stopped_before_it_drops_the_journal_of_the_last_keeps_what_is_ours(tmp_path):
    put(tmp_path, {"a.html": b"one"})
    with Folder.at(tmp_path) as folder:
        folder.begin()
        folder.note({"a.html": None})
    told = (tmp_path / JOURNAL).read_bytes()
    with Folder.at(tmp_path) as folder:
        folder.begin()
    (tmp_path / JOURNAL).write_bytes(told)
    with Folder.at(tmp_path) as folder:
        assert folder.list == {"a.html": written(b"one")}


@pytest.mark.parametrize(
    "rest",
    ['{"c.html": ["', '{"../x": ["x", 1]}\n', "[]\n", "\0\xff\n", '{"a.html": ["x", 1, {}]}\n'],
)
def test_a_journal_that_was_cut_counts_as_far_as_it_goes(tmp_path, rest):
    stopped(tmp_path, after=[("a.html", b"one")])
    with (tmp_path / JOURNAL).open("a") as journal:
        journal.write(rest)
    with Folder.at(tmp_path) as folder:
        assert folder.list == {"a.html": written(b"one")}


@pytest.mark.parametrize("moment", range(1, 11))
def test_kill_9_at_any_moment_leaves_whole_files_and_a_next_run_ends_right(
    tmp_path, tmp_path_factory, moment
):
    """Each moment is just before a file gets its name or goes, the list and the journal too."""
    fresh = tmp_path_factory.mktemp("fresh")
    old, new = {"a.html": b"1", "b/c.html": b"2", "d.html": b"3"}, {"a.html": b"11", "e/f": b"5"}
    put(tmp_path, old)
    child = os.fork()
    if not child:
        killed_before(moment)
        put(tmp_path, new, gone=["d.html"])
        put(tmp_path, {"b/c.html": b"22"})
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    whole = {b"1", b"2", b"3", b"11", b"22", b"5"}
    assert {
        data for name, data in tree(tmp_path).items() if name not in {LIST, NEW, JOURNAL}
    } <= whole
    put(tmp_path, {**new, "b/c.html": b"22"}, gone=["d.html"])
    put(fresh, {**new, "b/c.html": b"22"})
    assert tree(tmp_path) == tree(fresh)


def killed_before(moment):
    """Have this process killed before it renames or deletes a file for the nth time."""
    steps = count(1)

    def counted(step):
        def before(*names, **folders):
            if next(steps) == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            step(*names, **folders)

        return before

    os.rename, os.unlink = counted(os.rename), counted(os.unlink)
