"""The glossary: one source, one meaning a letter, and every term both explained and used."""

import re
from collections import Counter

from app.glossary import BY_ID, MEANINGS, TERMS, marked, notation
from tests.test_architecture import ROOT

USED = re.compile(r"""(?:data-term["']?(?:=|:\s*)|\bterm: |explained\(|\bone\(\s*"[^"]+",\s*)["']([a-z0-9-]+)["']""")


def used() -> Counter[str]:
    """How often each term is named: by `data-term`, by an operation or a verdict, and by a setting's label."""
    files = [*ROOT.glob("templates/*.html"), *ROOT.glob("static/js/**/*.js")]
    found = Counter(term for path in files for term in USED.findall(path.read_text()))
    found.update(re.findall(r'"([a-z0-9-]+)",', (ROOT / "static/js/run/terms.js").read_text()))
    inspector = "".join(path.read_text() for path in ROOT.glob("static/js/inspector/*.js"))
    found.update(name for pair in re.findall(r'\? "([a-z-]{4,})" : "([a-z-]{4,})"\)', inspector) for name in pair)
    fields = {field: term.id for term in TERMS for field in term.fields}
    for path in ROOT.glob("templates/*.html"):
        for field in re.findall(r'(?:slider|choice|typed)\("(\w+)"|\{\{ terms\.(\w+)', path.read_text()):
            found.update(fields[name] for name in field if name in fields)
    return found


def test_every_term_that_is_named_exists_and_every_entry_is_named_somewhere() -> None:
    found = used()
    assert found.keys() - BY_ID.keys() == set()
    assert BY_ID.keys() - found.keys() == set()


def test_a_letter_has_one_meaning() -> None:
    letters = Counter(symbol for term in TERMS for symbol in term.symbols)
    assert [symbol for symbol, count in letters.items() if count > 1] == []
    assert letters.keys() == MEANINGS.keys()
    assert len(set(MEANINGS.values())) == len(MEANINGS)
    assert len(notation()) == len(letters)


def test_a_term_is_one_sentence_under_a_name_of_its_own() -> None:
    names = Counter(name.lower() for term in TERMS for name in {term.name.lower(), *map(str.lower, term.also)})
    assert [name for name, count in names.items() if count > 1] == []
    assert len(BY_ID) == len(TERMS)
    for term in TERMS:
        assert re.fullmatch(r"[a-z0-9-]+", term.id)
        assert re.fullmatch(r"[A-ZδR][^\n]*[^.\s]\.", term.sentence), term.sentence
        assert ". " not in term.sentence, term.sentence
        assert term.where


def test_a_setting_is_explained_by_one_term() -> None:
    fields = Counter(field for term in TERMS for field in term.fields)
    assert [field for field, count in fields.items() if count > 1] == []


def test_the_first_use_of_a_term_in_a_text_becomes_a_link() -> None:
    html = '<p>The <em>error</em> and its <data>gradient</data>: an error, a Gradient. <a href="/x">loss</a></p>'
    assert marked(html, "/glossary", known=["loss"]) == (
        '<p>The <em><a class="term" data-term="error" href="/glossary#error">error</a></em> and its '
        '<data>gradient</data>: an error, a <a class="term" data-term="gradient" href="/glossary#gradient">Gradient</a>'
        ". "
        '<a href="/x">loss</a></p>'
    )
    assert marked("<p>terrors, weight-loss</p>", "/glossary") == "<p>terrors, weight-loss</p>"
