"""The words of the language and what each means: the one source for editors, completions and highlighting.

What a setting accepts is the analysis's to say; here stands what a writer is told of it, and a test holds the two to
each other.

Source: language page, "Statements" and "Settings".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from storyscript.analysis.settings import SETTINGS, WORDS
from storyscript.syntax.nodes import KEYWORDS, PROPERTIES, PROPERTY_WORDS
from storyscript.tool import story_diffusion_advanced

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK: Final = "[NC]"
"""The mark of a scene without its character, as it is written."""
MARK_SAYS: Final = "The scene is drawn without its character."
"""What the mark does."""
TEXT_SETTINGS: Final = ("title", "author", "negative")
"""The settings whose value is a text, into which variables may be inserted."""
CHARACTER_SETTINGS: Final = ("main",)
"""The settings whose value names a character."""
ADDRESS_SETTINGS: Final = ("pad-image", "callback")
"""The settings whose value is a URL or a file."""
PLAIN_SETTINGS: Final = ("private-model",)
"""The settings whose value is a text in which nothing has a meaning."""


class Word(NamedTuple):
    """A keyword or a property.

    Attributes:
        name: in its usual case.
        form: how a line with it looks, with all that it may have.
        says: what it does, as one sentence for a writer.
    """

    name: str
    form: str
    says: str


class SettingWord(NamedTuple):
    """A setting.

    Attributes:
        name: its key, in its usual case.
        takes: what its value is, in a few words.
        says: what it does, as one sentence for a writer.
        parameter: the service's parameter that it becomes, or `""`.
        default: what holds where it is not written, as a story would write it, or `""` for none.
        words: the words that its value is one of, or that it takes beside a number or a text.
    """

    name: str
    takes: str
    says: str
    parameter: str
    default: str
    words: tuple[str, ...] = ()


class Choice(NamedTuple):
    """A value that a setting may be given.

    Attributes:
        value: as written in a story.
        label: what people call it: a model's label; else the value.
        says: more of it, or `""`.
    """

    value: str
    label: str
    says: str = ""

    @property
    def forms(self) -> frozenset[str]:
        """Every way in which it may be written, in lower case."""
        forms = {self.value.lower(), self.label.lower()}
        return frozenset(forms | {form.partition("/")[2] for form in forms if "/" in form and self.label != self.value})


_KEYWORDS: Final = (
    Word("character", "character NAME", "Somebody whom panels show; the lines below say what they look like."),
    Word("scene", "scene NAME [NC]", "One panel, with or without name and `[NC]`; the lines below say what it shows."),
    Word("event", "event NAME", "A further panel, with or without a name, drawn after all scenes."),
    Word("section", "section TITLE", "Names the scenes that follow, in outlines and on pages; nothing of it is drawn."),
    Word("let", "let NAME = TEXT", "A text to insert with `{NAME}`."),
    Word("include", "include PATH", "Another `.story`, as if its lines stood here."),
)
_PROPERTIES: Final = (
    Word("image", "image: URL or file", "A reference photo of the character; its description then holds `img`."),
    Word("as", "as: TEXT", "What the text calls the character, where that is not its name."),
    Word("caption", "caption: TEXT or none", "The words below the picture; without it, the scene's own text."),
    Word("lead", "lead: CHARACTER", "The character that the panel shows, where that is not the main one."),
)
_SETTINGS: Final = (
    SettingWord("title", "a text", "The story's title; without it, the file's name.", "", ""),
    SettingWord("author", "a text", "Who wrote it.", "", ""),
    SettingWord(
        "main", "a character's name", "Whom panels without `lead:` show; without it, the first character.", "", ""
    ),
    SettingWord("style", "one of the eight styles", "How the pictures are drawn.", "styleName", "Comic book"),
    SettingWord("model", "a model's id or label", "The model that draws.", "selectedModel", "79"),
    SettingWord("private-model", "a text", "A model of your own at the service.", "selectedModelPrivate", ""),
    SettingWord(
        "size", "WIDTHxHEIGHT, or one number", "The size of each picture, in pixels.", "width, height", "768x768"
    ),
    SettingWord("steps", "a whole number from 1", "Steps of the drawing: more take longer.", "steps", "30"),
    SettingWord("guidance", "a number above 0", "How closely the pictures keep to the text.", "scale", "2.0"),
    SettingWord(
        "seed", "a whole number from -1", "Each number gives other pictures; -1 a new one each time.", "seed", "123456"
    ),
    SettingWord(
        "identity",
        "a whole number from 1, or auto",
        "How many first scenes fix the character's looks.",
        "imageLength",
        "auto",
        ("auto",),
    ),
    SettingWord("negative", "a text, or none", "What the pictures shall not show.", "negativePrompt", "", ("none",)),
    SettingWord("font-size", "a whole number from 1", "The size of the captions' letters.", "fontSize", "30"),
    SettingWord("pad-image", "a URL or a file", "A picture that the service pads pages with.", "inputImageUrl", ""),
    SettingWord(
        "captions",
        "text or none",
        "What a scene without `caption:` gets: its own text, or nothing.",
        "",
        "text",
        tuple(WORDS["captions"]),
    ),
    SettingWord(
        "lettering",
        "service or local",
        "Who draws the captions: the service, or storyscript.",
        "",
        "service",
        tuple(WORDS["lettering"]),
    ),
    SettingWord(
        "reorder",
        "yes or no",
        "Whether `[NC]` scenes are drawn behind those that fix the character's looks.",
        "",
        "no",
        tuple(WORDS["reorder"]),
    ),
    SettingWord(
        "callback", "an https URL", "An address that the service calls when a task has ended.", "callbackUrl", ""
    ),
)

KEYWORD_MEANINGS: Final = {word.name: word for word in _KEYWORDS}
"""Every keyword, in the language's order."""
PROPERTY_MEANINGS: Final = {word.name: word for word in _PROPERTIES}
"""Every property word."""
SETTING_MEANINGS: Final = {word.name: word for word in _SETTINGS}
"""Every setting, in the order of the language page."""


def choices(setting: str) -> Iterator[Choice]:
    """The values that a setting's reader can choose from; none where any number or text will do.

    Args:
        setting: its key, in its usual case.
    """
    tool = story_diffusion_advanced()
    if setting == "style":
        for style in tool.styles:
            yield Choice(style, style)
    elif setting == "model":
        for model in tool.models.values():
            yield Choice(model.id, model.label, model.description)
    elif setting in SETTING_MEANINGS:
        for word in SETTING_MEANINGS[setting].words:
            yield Choice(word, word)


def owners(word: str) -> tuple[str, ...]:
    """The kinds of block that may hold a property."""
    return tuple(kind for kind, words in PROPERTIES.items() if word in words)


__all__ = [
    "ADDRESS_SETTINGS",
    "CHARACTER_SETTINGS",
    "KEYWORDS",
    "KEYWORD_MEANINGS",
    "MARK",
    "MARK_SAYS",
    "PLAIN_SETTINGS",
    "PROPERTIES",
    "PROPERTY_MEANINGS",
    "PROPERTY_WORDS",
    "SETTINGS",
    "SETTING_MEANINGS",
    "TEXT_SETTINGS",
    "Choice",
    "SettingWord",
    "Word",
    "choices",
    "owners",
]
