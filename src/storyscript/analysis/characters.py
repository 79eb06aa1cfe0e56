"""Variables and characters: their texts, worked out and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyscript.analysis.blocks import split_block, value_lines
from storyscript.analysis.checks import images, signs, slashes, structure
from storyscript.analysis.settings import image_address
from storyscript.analysis.text import Mentions, Origin, byte_size
from storyscript.source import trimmed
from storyscript.syntax.names import fold

if TYPE_CHECKING:
    from storyscript.analysis.names import Statements
    from storyscript.analysis.settings import SettingsReader
    from storyscript.analysis.story import Character, Variable
    from storyscript.analysis.text import TextReader


def define_variable(variable: Variable, texts: TextReader) -> None:
    """Work a `let` out, in the order of the text: it sees the variables above it."""
    file, node = variable.file, variable.node
    lines = [(node.value_start, node.end)]
    text = texts.read(file, lines, Mentions.KEPT)
    slashes.check_slashes(file, lines, texts.sink)
    composed = texts.compose(text)
    signs.check_signs(composed, texts.sink)
    variable.poisoned = text.poisoned
    if not text.poisoned and not text.mentions and not composed.value:
        texts.sink.report(
            "SS102",
            file.span(node.start, node.end),
            f"`let {variable.name}` comes out empty",
            hint="give it a text, or delete it",
        )
        variable.poisoned = True
    if not text.mentions:
        variable.parts = [composed.value]
    else:
        for piece in text.pieces:
            if piece.origin is Origin.MENTION:
                variable.parts.append((piece.value, piece.written))
            else:
                variable.parts.append(piece.value)
        if isinstance(variable.parts[0], str):
            variable.parts[0] = variable.parts[0].lstrip()
        if isinstance(variable.parts[-1], str):
            variable.parts[-1] = variable.parts[-1].rstrip()
    variable.size = sum(byte_size(part) for part in variable.parts if isinstance(part, str))
    names = texts.names
    if names.all_variables[fold(variable.name)] is variable:
        names.variables[fold(variable.name)] = variable


def describe_character(
    character: Character, texts: TextReader, settings: SettingsReader, statements: Statements
) -> None:
    """Work a character's texts out."""
    file, block, sink = character.file, character.block, texts.sink
    found = split_block(file, block, "character", texts.names, sink)
    if found.suspicious:
        structure.check_lines(file, block, "character", texts.names, sink)

    slashes.check_slashes(file, found.prose, sink)
    text = texts.read(file, found.prose, Mentions.FORBIDDEN)
    composed = texts.compose(text)
    signs.check_signs(composed, sink)
    signs.check_hash(
        composed,
        sink,
        f"`#` in the description of `{character.name}`: every scene without a caption would lose its picture",
        "the service reads what follows a `#` as a caption; write `no.` or spell it out",
    )
    character.description = composed.value
    character.text = composed
    character.poisoned = text.poisoned or id(block) in statements.spared
    if not composed.value and not character.poisoned and not statements.is_spared(file, block, sink):
        character.poisoned = True
        sink.report(
            "SS212",
            file.span(block.start, block.end),
            f"`{character.name}` has no description",
            hint="write below it, indented, what the character looks like",
        )

    called = found.properties.get("as")
    if called is not None:
        lines = value_lines(called)
        slashes.check_slashes(file, lines, sink)
        text = texts.read(file, lines, Mentions.FORBIDDEN)
        composed_name = texts.compose(text)
        signs.check_signs(composed_name, sink)
        why = f"`#` in what the text calls `{character.name}`: a scene would lose what follows it"
        signs.check_hash(composed_name, sink, why, "write `no.` or spell it out")
        character.poisoned = character.poisoned or text.poisoned
        if composed_name.value:
            character.called = composed_name.value
        elif not text.poisoned:
            span = file.span(called.value_start, called.value_start)
            sink.report(
                "SS202",
                span,
                "`as` has no text",
                hint="write what the text calls the character, or delete it",
            )

    image = found.properties.get("image")
    if image is not None:
        character.image_span = file.span(image.start, image.start + len(image.word))
        span = file.span(*trimmed(file.source.readable, image.value_start, image.end))
        path = file.source.readable[span.start : span.end]
        if not path:
            sink.report("SS202", span, "`image` has no value", hint="write a URL or a file, or delete it")
        else:
            character.image = image_address(settings, file, "image", path, span) or ""
        if path and not character.poisoned:
            images.check_description(character, composed, sink)
