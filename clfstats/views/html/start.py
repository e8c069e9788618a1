"""How a page begins: with what it is about, and where the other filters' messages are."""

import shlex
from collections.abc import Iterator
from importlib.metadata import version

from clfparse.stream.descriptors import Follower
from clfparse.stream.rejects import Rejects
from clfparse.values.escapes import printable
from clfstats.outputs import Options
from clfstats.views.html.page import About
from clfstats.views.html.view import HtmlView


def page_of(options: Options, rejects: Rejects, top: int) -> HtmlView:
    """Return the view that makes the page. top: how many values of a field it shows."""
    about = About(
        shlex.join(["clfstats", *options.command]), version("clf-filters"), tuple(options.files)
    )

    def reported() -> Iterator[str]:
        try:
            yield from Follower(options.messages or "").read_all()
        except OSError as error:
            failure = f"{printable(options.messages or '')}: {error.strerror}"
            rejects.report(failure)
            yield failure  # what is not known is not taken for nothing

    return HtmlView(
        about,
        rejects,
        window=options.window,
        by=options.by,
        optional=options.optional,
        top=top,
        messages=None if options.messages is None else reported,
    )
