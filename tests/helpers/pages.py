"""Pages as a browser reads them, as far as tests must know."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

_VOID = {"meta", "br"}
_POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
# What a page could load by, or act by.
_ACTS = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "a", "use", "image"}


class Parsed(HTMLParser):
    """Reads a page: its tags with their attributes, and its text.

    Raises AssertionError where a tag is not closed by its own.
    """

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.written = ""
        self.titles: list[str] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "title":
            self.titles.append("")

    def handle_endtag(self, tag: str) -> None:
        """Take the end of the last tag that is open."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.written += data
        if self._open[-1:] == ["title"]:
            self.titles[-1] += data


def page(written: bytes) -> Parsed:
    """Read a page: whole, of this policy, with nothing that runs, loads or leads elsewhere."""
    text = written.decode()
    assert text.startswith("<!DOCTYPE html>\n<html ")
    parsed = Parsed(text)
    assert not {tag for tag, _ in parsed.tags} & _ACTS
    for _, attributes in parsed.tags:
        assert not {name for name in attributes if name.startswith("on")}
        assert not {"style", "href", "src", "srcdoc", "xlink:href"} & attributes.keys()
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policies = [(a["http-equiv"], a["content"]) for _, a in parsed.tags if "http-equiv" in a]
    assert policies == [("Content-Security-Policy", _POLICY.format(digest))]
    return parsed
