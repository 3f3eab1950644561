"""Translations: complete, in step with the code, placeholders kept, compiled."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from app.core.config import ROOT
from app.core.locale import LAUNCHED

FOLDER = ROOT / "translations"
LANGUAGES = [key for key in LAUNCHED if key != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)s|<[^>]+>")


def catalogue(language: str):
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def ids_of(messages) -> set:
    return {message.id for message in messages if message.id}


def test_template_is_what_the_code_says(tmp_path):
    target = tmp_path / "messages.pot"
    babel = str(Path(sys.executable).with_name("pybabel"))
    command = [babel, "-q", "extract", "-F", "pyproject.toml", "-k", "_l", "-o", str(target), "."]
    subprocess.run(command, cwd=ROOT, check=True)
    with target.open("rb") as new, (FOLDER / "messages.pot").open("rb") as kept:
        assert ids_of(read_po(new)) == ids_of(read_po(kept))


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_complete(language):
    with (FOLDER / "messages.pot").open("rb") as file:
        assert ids_of(catalogue(language)) == ids_of(read_po(file))
    for message in catalogue(language):
        if message.id:
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(strings), message.id
            assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_kept(language):
    for message in catalogue(language):
        if message.id and isinstance(message.id, str):
            assert sorted(PLACEHOLDER.findall(message.id)) == sorted(PLACEHOLDER.findall(message.string))


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_current(language):
    fresh = io.BytesIO()
    write_mo(fresh, catalogue(language))
    with (FOLDER / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        kept = {str(message.id): message.string for message in read_mo(file) if message.id}
    fresh.seek(0)
    assert {str(message.id): message.string for message in read_mo(fresh) if message.id} == kept


@pytest.mark.parametrize("key", ["weekly", "champion-note"])
def test_surveys_speak_every_launched_language(key):
    from tests.factories import shipped

    definition = shipped(key)
    assert set(definition.languages) == set(LAUNCHED)
    for page in definition.pages:
        for question in page.questions:
            for texts in (question.label, question.hint, question.required_message):
                assert not texts or set(texts) == set(LAUNCHED), question.name
    for choices in definition.lists.values():
        assert all(set(choice.label) == set(LAUNCHED) for choice in choices)


def test_reference_names_in_every_launched_language():
    from app.reference.communities import list_communities
    from app.reference.places import list_boroughs, list_ics
    from app.themes.codebook import shipped_codebook

    codebook = shipped_codebook()
    names = [place.names for place in list_boroughs()] + list(list_ics().values())
    names += [community.names for community in list_communities() if community.in_short_list]
    names += [theme.names for theme in codebook.themes] + list(codebook.families.values())
    assert all(set(each) == set(LAUNCHED) for each in names)
