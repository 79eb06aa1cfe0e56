"""The environment in which the targets that are templates are written."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2


def environment(*, html: bool) -> jinja2.Environment:
    """The templates of `targets/templates/`; a name that a template uses and nobody gave is an error.

    Args:
        html: whether what is put in is escaped for HTML. For a shell, the filter `shell` quotes it.
    """
    import jinja2  # noqa: PLC0415 - only targets that are templates need it

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("storyscript.targets", "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=html,  # noqa: S701 - what is no HTML is not to be escaped as such
    )
    made.filters["shell"] = shlex.quote
    return made
