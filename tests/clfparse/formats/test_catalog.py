"""`catalog`: every file of data is well-formed, and what it says is so."""

import re
from collections import Counter

import pytest

from clfparse.formats import catalog
from clfparse.formats.catalog import Entry
from clfparse.formats.detect import formats_of
from clfparse.formats.format import Several

ENTRIES = [pytest.param(entry, id=entry.name) for entry in catalog.entries()]
READERS = {None, "clf", "json", "w3c", "ltsv", "logfmt", "heroku"}


def test_there_are_many() -> None:
    assert len(catalog.names()) > 30
    assert [entry.name for entry in catalog.entries()] == catalog.names()


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_file_is_whole(entry: Entry) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", entry.name)
    assert entry.about
    assert "\n" not in entry.about
    assert entry.samples
    assert entry.reader in READERS
    assert entry.reader or entry.strings
    assert entry.syntax in {"template", "nginx", "apache", "tomcat", "tomcat9"}
    assert bool(entry.ends) == (entry.reader == "clf")
    re.compile(entry.begins)


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_sample_is_read(entry: Entry) -> None:
    format_ = Several(formats_of(entry))
    for sample in entry.samples:
        records = [format_.parse(line) for line in sample.lstrip("\n").encode().split(b"\n")]
        assert records[-1]
        assert records[-1]["time"]


@pytest.mark.parametrize("entry", ENTRIES)
def test_samples_have_addresses_and_names_for_examples(entry: Entry) -> None:
    """RFC 5737 and RFC 2606: no line of anybody's."""
    hosts = re.findall(r"\b(?:www\.|pc\.)([a-z-]+\.[a-z]+)\b", " ".join(entry.samples))
    assert set(hosts) <= {"example.com", "example.net"}


def test_names_and_aliases_are_unique_in_any_case() -> None:
    names = [name for entry in catalog.entries() for name in (entry.name, *entry.aliases)]
    folded = Counter(re.sub("[-.]", "_", name.lower()) for name in names)
    assert [name for name, times in folded.items() if times > 1] == []


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_format_goes_by_its_names(entry: Entry) -> None:
    for name in (entry.name, *entry.aliases):
        for spelled in (name, name.upper(), name.title(), name.replace("_", "-")):
            assert catalog.find(spelled) == entry


@pytest.mark.parametrize(
    ("alias", "name"),
    [("clf", "common"), ("ncsa", "common"), ("apache", "combined"), ("main", "nginx")],
)
def test_the_servers_own_names_for_their_formats_are_known(alias: str, name: str) -> None:
    """As httpd's and nginx's documentation and configurations have them: scripts rely on these."""
    assert catalog.entry(name) == catalog.find(alias)


@pytest.mark.parametrize("name", ["", "auto", "nothing", "common ", "../common", "common.toml"])
def test_no_other_name_is_known(name: str) -> None:
    assert catalog.find(name) is None


def test_an_entry_that_is_none() -> None:
    with pytest.raises(FileNotFoundError):
        catalog.entry("nothing")
