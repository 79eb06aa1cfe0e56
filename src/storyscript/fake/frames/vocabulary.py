"""The words that a picture understands, and what each of them stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _index(table: Mapping[str, str]) -> dict[str, str]:
    """Each word with the key that it stands for."""
    return {word: key for key, words in table.items() for word in words.split()}


SLOTS = _index(
    {
        "hair": "hair haired curls curly braid braids ponytail bun bob locks blonde blond brunette redhead",
        "scarf": "scarf shawl bandana neckerchief",
        "top": "coat jacket shirt sweater jumper hoodie blouse vest cloak robe tunic uniform "
        "cardigan kimono armor armour suit dress gown overcoat raincoat trenchcoat tshirt "
        "apron poncho cape",
        "bottom": "trousers pants jeans skirt shorts leggings",
        "hat": "hat cap beanie hood helmet beret fedora bonnet",
        "beard": "beard bearded moustache mustache",
        "shoes": "boots shoes sneakers sandals",
    }
)
"""What is worn, or has a colour of its own."""

GARMENTS = _index(
    {
        "coat": "coat cloak robe overcoat raincoat trenchcoat kimono poncho cape gown",
        "dress": "dress skirt",
        "jacket": "jacket suit uniform vest cardigan armor armour",
        "shirt": "shirt sweater jumper hoodie blouse tunic tshirt apron",
    }
)
"""Shapes of clothes."""

HAIR_STYLES = _index(
    {
        "bald": "bald shaven",
        "curly": "curly curls afro",
        "bun": "bun",
        "tail": "ponytail braid braids braided",
        "long": "long flowing",
        "bob": "bob",
        "short": "short cropped",
    }
)
"""How hair is worn."""

BUILDS = _index(
    {
        "woman": "woman girl lady queen princess she her mother sister aunt grandmother wife "
        "daughter witch actress waitress heroine nun",
        "man": "man boy lord king prince he his him father brother uncle grandfather husband son "
        "wizard fisherman sailor policeman keeper hero monk",
    }
)
"""Whose build somebody has."""

CHILD = frozenset({"boy", "girl", "child", "kid", "toddler", "son", "daughter"})
OLD = frozenset({"old", "elderly", "aged", "ancient", "grandmother", "grandfather", "grandma", "grandpa"})
"""Words for a child, and for somebody old."""

SKINS = {"pale": 0.0, "fair": 0.1, "tanned": 0.5, "brown": 0.7, "dark": 0.9, "black": 1.0}
"""How dark a skin is, from 0 to 1."""

PLACES = _index(
    {
        "window": "window windowsill sill pane",
        "room": "room attic bedroom kitchen cellar office library study hall house inn "
        "tavern cafe shop bed table chair door desk stairs indoors hospital school "
        "kitchen parlour studio",
        "street": "street alley lane cobbled cobbles town village square market gate wall bridge pavement corner",
        "city": "city roof rooftop rooftops skyline tower skyscraper metro downtown",
        "sea": "sea ocean beach harbour harbor shore ship boat island lighthouse coast waves pier lake river sail",
        "forest": "forest wood woods tree trees jungle garden park grove",
        "hills": "hill hills mountain mountains valley field meadow desert road path horizon sky plain farm dune",
    }
)
"""Where a panel is set."""

TIMES = _index(
    {
        "night": "night midnight moon moonlight stars dark darkness lantern torch",
        "dusk": "evening sunset dusk dawn sunrise morning twilight",
        "day": "noon day sun sunny afternoon sunlight",
    }
)
"""The time of the day."""

WEATHERS = _index(
    {
        "rain": "rain rains raining rainy wet storm stormy drizzle umbrella",
        "snow": "snow snows snowing snowy winter blizzard frost ice",
    }
)
"""The weather."""

THINGS = _index(
    {
        "lamp": "lamp lantern glow glows oil",
        "candle": "candle flame",
        "book": "book books diary novel page map",
        "cup": "cup tea coffee mug glass",
        "clock": "clock watch bells time hour",
        "letter": "letter envelope note message paper photograph photo",
        "flower": "flower flowers rose vase plant bouquet",
        "key": "key lock box chest",
    }
)
"""Objects that can be shown."""

SIGHTS = _index({"lighthouse": "lighthouse beacon", "boat": "boat boats ship ships sail sails"})
"""What can be seen out at sea."""

POSES = _index(
    {
        "walk": "walk walks walking strolls climbs goes enters leaves follows steps crosses comes "
        "arrives returns wanders",
        "run": "run runs running chases flees races rushes hurries escapes jumps leaps",
        "sit": "sit sits sitting sleeps wakes rests reads kneels waits awakes lies writes eats drinks",
        "talk": "talk talks talking says asks tells speaks argues explains answers whispers meets bows",
        "reach": "reach reaches opens points gives takes holds picks shows knocks lifts touches "
        "offers draws finds grabs hands",
        "think": "think thinks wonders looks watches listens stares sees remembers dreams gazes studies turns",
        "wave": "wave waves greets cheers dances laughs shouts calls smiles celebrates sings",
    }
)
"""What people do."""

LINKS = (
    "to",
    "with",
    "meets?",
    "beside",
    "and",
    "asks",
    "greets",
    "follows",
    "sees",
    "finds",
    "helps",
    "at",
    "by",
)
"""What stands between somebody and a second person, as regular expressions."""

SOMEBODY = (
    "man", "woman", "boy", "girl", "keeper", "king", "queen", "sailor", "child", "friend", "stranger", "lady",
    "mother", "father", "brother", "sister", "wizard", "witch", "doctor", "guard", "soldier", "detective",
    "neighbour", "neighbor", "shopkeeper",
)  # fmt: skip
"""A second person."""
