import pytest
from django.template import Engine, TemplateSyntaxError

LOADER = "digest.readers.unindented.Loader"
TEXT = '<ul>\n    <li title="two  blanks">\n\t{{ word }}  \n\n    </li>\n</ul>\n'


@pytest.fixture
def engine(tmp_path):
    return Engine(dirs=[str(tmp_path)], loaders=[LOADER])


def test_a_page_is_made_without_the_indentation_of_its_template(engine, tmp_path):
    (tmp_path / "page.html").write_text(TEXT)
    page = engine.render_to_string("page.html", {"word": "  kept\n  too"})
    assert page == '<ul>\n<li title="two  blanks">\n  kept\n  too  \n\n</li>\n</ul>\n'


def test_a_mail_keeps_its_indentation(engine, tmp_path):
    (tmp_path / "mail.txt").write_text("- one\n  two\n")
    assert engine.render_to_string("mail.txt") == "- one\n  two\n"


def test_an_error_names_the_line_in_the_file(engine, tmp_path):
    (tmp_path / "wrong.html").write_text("<p>\n\n    {% nothing %}\n</p>")
    with pytest.raises(TemplateSyntaxError) as error:
        engine.get_template("wrong.html")
    assert error.value.token.lineno == 3
