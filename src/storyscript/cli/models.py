"""`storyscript models`."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Final

from storyscript.analysis.near import nearest
from storyscript.cli import exits
from storyscript.cli.listing import Column, write_list
from storyscript.errors import ConfigurationError
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from storyscript.tool import Model

EXAMPLES: Final = {
    "storyscript models anime": "models that have to do with anime",
    "storyscript models --format json": "all models, for a program",
}

_WORD: Final = re.compile(r"[\w.]+")


def add_words(parser: argparse.ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="only models with this in their id, label or description; of several words, with all",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people (default) or for programs"
    )


def run(arguments: argparse.Namespace) -> int:
    """List the models, or those that hold each of some words."""
    tool = story_diffusion_advanced()
    default = tool.defaults["selectedModel"]
    models = list(tool.models.values())
    found = [model for model in models if all(_holds(model, word) for word in arguments.words)]
    if arguments.format == "json":
        sys.stdout.write(json.dumps({"models": [_object(model, default) for model in found]}, indent=1) + "\n")
    elif found:
        columns = (
            Column("id"),
            Column("label", wraps=True),
            Column("description", wraps=True),
            Column(""),
            Column("trigger words", wraps=True),
        )
        rows = [
            (
                model.id,
                model.label,
                model.description,
                "default" if model.id == default else "",
                ", ".join(model.trigger_words),
            )
            for model in found
        ]
        write_list(columns, rows, sys.stdout)
    if not found:
        raise ConfigurationError(_nothing(models, arguments.words))
    return exits.DONE


def _object(model: Model, default: str | int) -> dict[str, object]:
    return {
        "id": model.id,
        "label": model.label,
        "description": model.description,
        "triggerWords": list(model.trigger_words),
        "default": model.id == default,
    }


def _searched(model: Model) -> tuple[str, str, str]:
    return model.id, model.label, model.description


def _holds(model: Model, word: str) -> bool:
    return any(word.casefold() in text.casefold() for text in _searched(model))


def _nothing(models: Iterable[Model], words: Sequence[str]) -> str:
    models = list(models)
    missing = next((word for word in words if not any(_holds(model, word) for model in models)), None)
    if missing is None:
        return f"no model has all of {', '.join(f'`{word}`' for word in words)}; try fewer words"
    near = nearest(missing, _known_words(models))
    suggestion = f"did you mean `{near}`?" if near else "`storyscript models` lists them all"
    return f"no model has `{missing}` in its id, label or description; {suggestion}"


def _known_words(models: Iterable[Model]) -> list[str]:
    """What can be searched for: whole labels, the parts behind their `/`, and single words."""
    known: dict[str, None] = {}
    for model in models:
        parts = (model.label, model.label.rpartition("/")[2], *_WORD.findall(" ".join(_searched(model))))
        known.update(dict.fromkeys(parts))
    return list(known)
