"""Links: what `storyscript.editing.links` finds, as far as something is there to be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

from storyscript.editing.links import links

if TYPE_CHECKING:
    from storyscript.lsp.sight import Sight

OPTIONS: Final = types.DocumentLinkOptions(resolve_provider=False)


def answer(sight: Sight, _: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """The links of a text; of a file that is not there, a problem tells already."""
    found = []
    for link in links(sight.source.readable, sight.tree):
        target = link.address if link.is_url else sight.uri_named(link.address)
        if target is not None:
            found.append(types.DocumentLink(sight.range(link.start, link.end), target))
    return found
