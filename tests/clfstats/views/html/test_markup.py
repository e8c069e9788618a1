"""Text of a log is text on the page, whatever it is."""

from hypothesis import given
from hypothesis import strategies as st
from pages import Parsed
from streams import RANDOM

from clfparse.values.escapes import displayed
from clfstats.views.html.markup import EMPTY, Markup, element, escaped, join, shown_value


@given(st.text() | st.sampled_from(['"><script>alert(1)</script>', "&amp;", "'", "]]>", "<!--"]))
@RANDOM
def test_nothing_breaks_out(characters: str) -> None:
    """It comes back as it was, but for what would act on a terminal, or on the page's direction."""
    parsed = Parsed(element("p", escaped(characters), title=characters))
    assert parsed.tags == [("p", {"title": displayed(characters)})]
    assert parsed.written == displayed(characters)
    assert parsed.written.isprintable()


def test_values() -> None:
    assert shown_value(None) == "-"
    assert shown_value("") == '""'
    assert shown_value(b'{"a":1}') == '{"a":1}'
    assert shown_value("<" * 500) == "&lt;" * 500
    cut = shown_value("a" * 8_190)
    assert cut == "a" * 500 + "<small> … and 7,690 characters</small>"


def test_elements() -> None:
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'
    assert element("td", class_="a", x=1, none=None) == '<td class="a" x="1"></td>'
    assert element("a", aria_label="x") == '<a aria-label="x"></a>'
    assert join([Markup("a"), EMPTY, Markup("b")], "\n") == "a\n\nb"
