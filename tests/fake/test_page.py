"""The page on the fake has each fault of the catalogue, as the catalogue has it.

With UPDATE_FAULTS in the environment the table is written into the page.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from storyscript.fake.catalogue import CATALOGUE
from storyscript.fake.faults import read_order
from storyscript.fake.trouble import ENDPOINTS, FILES

PAGE = Path(__file__).parents[2] / "docs/fake.md"
HEAD = "| fault | for | effect | what happens |\n|---|---|---|---|\n"
EFFECTS = {"yes": "yes", "no": "no", "-": ""}


def places(all_of_them: tuple[str, ...]) -> str:
    """The default first, then what else there is."""
    first, *others = all_of_them
    more = ""
    if set(others) == set(ENDPOINTS) - {first}:
        more = ", or any"
    elif others:
        more = f", or any but `{FILES}`"
    return f"`{first}`{more}"


def table() -> str:
    rows = [
        f"| `{entry.name}` | {places(entry.places)} | {EFFECTS[entry.effect]} | {entry.what} |\n"
        for entry in CATALOGUE.values()
    ]
    return HEAD + "".join(rows)


@pytest.mark.skipif(not os.environ.get("UPDATE_FAULTS"), reason="only writes the page")
def test_write_the_table() -> None:
    text = PAGE.read_text("utf-8")
    start = text.index(HEAD)
    end = text.index("\n\n", start) + 1
    PAGE.write_text(text[:start] + table() + text[end:], "utf-8")


def test_each_fault_is_on_the_page() -> None:
    assert f"\n{table()}\n" in PAGE.read_text("utf-8")


def test_the_orders_of_the_page_are_orders() -> None:
    text = PAGE.read_text("utf-8")
    orders = re.findall(r"--fault ([a-z][^\s`]*)|^\| `([a-z][^`]+)` \| (?:the next|one |each )", text, re.MULTILINE)
    assert len(orders) >= 5
    for one, other in orders:
        order = one or other
        assert read_order(order).name == re.split("[:@/]", order)[0]
