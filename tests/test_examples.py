"""The examples compile without a warning, and to what the tool's own page shows for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyscript.compiler import compile as compile_story
from storyscript.encoding import decode, encode
from storyscript.folder import FolderReader

EXAMPLES = Path(__file__).parent.parent / "examples"

# The sample payloads of the tool's page, as they stand there; each is brought to its canonical form.
PAGE = {
    "working-day": (
        "a man, wearing black suit",
        (
            "wake up in the bed | have breakfast | is on the road, go to the company | work in the company |"
            " running in the playground | reading book in the home"
        ),
        "",
    ),
    "policeman": (
        "a policeman img, wearing a white shirt",
        (
            "Directing traffic on the road. | walking on the streets. | Chasing a man on the street. | At "
            "the police station."
        ),
        "",
    ),
    "squirrel": (
        "a girl, wearing white shirt, black skirt, black tie, yellow hair",
        (
            "at home #at home, began to go to drawing | sitting alone on a park bench. | reading a book on a"
            " park bench. | [NC]A squirrel approaches, peeking over the bench. | look around in the park. # "
            "She looks around and enjoys the beauty of nature. | [NC]leaf falls from the tree, landing on "
            "the sketchbook. | picks up the leaf, examining its details closely. | [NC]The brown squirrel "
            "appear. | is very happy # She is very happy to see the squirrel again | [NC]The brown squirrel "
            "takes the cracker and scampers up a tree. # She gives the squirrel cracker"
        ),
        "",
    ),
    "red-dress": (
        "img, a woman wearing red dress",
        (
            "wake up in the bed | have breakfast | is on the road, go to the company | work in the company |"
            " running in the playground | reading book in the home"
        ),
        "siting on the sofa | on the bed, at night",
    ),
}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.story")), ids=lambda path: path.stem)
def test_an_example_compiles_without_a_warning(path: Path) -> None:
    result = compile_story(path.read_text("utf-8"), name=path.name, reader=FolderReader(EXAMPLES))
    assert result.problems == ()
    assert result.payloads


@pytest.mark.parametrize("name", PAGE)
def test_an_example_compiles_to_what_the_tools_page_shows(name: str) -> None:
    prompt, scenes, events = PAGE[name]
    [payload] = compile_story((EXAMPLES / f"{name}.story").read_text("utf-8")).payloads
    assert payload["prompt"] == prompt
    assert payload["generalPrompt"] == encode(decode(scenes))
    assert payload["extraEventPrompts"] == events
