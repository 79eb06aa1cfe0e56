"""What hypothesis makes up: scenes that can be written, stories, and texts that look like stories."""

from __future__ import annotations

from hypothesis import strategies as st

from storyscript.encoding import Scene, normalize

# Signs that mean something somewhere, and white space of every kind, more often than chance would have them.
SIGNS = list('|#[]NC@{}"/:= \t\n\r\v\f\x00\x1c\x85\xa0\u2028\u2029\u3000\u200b\ufeff')

anything = st.text(st.one_of(st.sampled_from(SIGNS), st.characters()), max_size=60)


def _plain(text: str) -> str:
    return normalize(text.replace("|", "").replace("[NC]", "").replace("\x00", ""))


words = (
    st.text(
        st.one_of(st.sampled_from("ab #[NC]\u200b\xe9"), st.characters(exclude_categories=["Cc", "Cs"])),
        max_size=20,
    )
    .map(_plain)
    .filter(lambda text: "[NC]" not in text)
)
descriptions = words.map(lambda text: normalize(text.replace("#", ""))).filter(bool)
captions = words.map(lambda text: normalize(text.replace("#", "")))

scenes = st.one_of(
    st.builds(Scene, descriptions, st.none(), st.booleans()),
    st.builds(Scene, words.filter(bool), captions, st.booleans()),
    st.builds(Scene, st.just(""), captions.filter(bool), st.booleans()),
)

story_lines = st.one_of(
    st.sampled_from(
        [
            "character Mira",
            "character Tom",
            "  a woman, red scarf",
            "  as: the keeper",
            "  image: https://example.org/x.png",
            "scene",
            "scene a",
            "scene b [NC]",
            "event",
            "event e",
            "section One",
            "let rain = grey rain",
            "let both = @Mira in {rain}",
            "include other.story",
            "  walks @Tom home in {rain}",
            "  {both} # twice",
            "  caption: late",
            "    and later",
            "  caption: none",
            "  lead: Tom",
            "style: line art",
            "identity: 2",
            "reorder: yes",
            "captions: none",
            "lettering: local",
            "",
            "  ",
            "// storyscript: ignore SS404",
            "  text // comment",
            '  {"literal // | } text"}',
            "scne x",
            "She walks home.",
        ]
    ),
    anything,
    anything.map(lambda text: f"  {text}"),
    anything.map(lambda text: f"  caption: {text}"),
)
stories = st.lists(story_lines, max_size=25).map("\n".join)
