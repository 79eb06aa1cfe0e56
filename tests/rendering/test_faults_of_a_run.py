"""Every fault, at the level of a run: what it comes to, what it costs, and what `resume` makes of it.

The page on reliability has the same table. With UPDATE_RELIABILITY in the environment it is written there.
"""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from rendering import faults_of_runs, faults_of_tasks
from rendering.commands import SECRETS, Shop, picture, write
from rendering.fault_rows import FIVE, THREE, Ends, Row, came_to
from storyscript.cli.planning import count as counted
from storyscript.fake.catalogue import CATALOGUE
from storyscript.fake.orders import read_order
from storyscript.rendering.ledger import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rendering.commands import Said

PAGE = Path(__file__).parents[2] / "docs/reliability.md"

TABLES: dict[str, tuple[Row, ...]] = {
    "Sending a Run (`/Run`)": faults_of_runs.SUBMITTING,
    "Waiting for a task (`/Task/Detail`)": faults_of_tasks.WAITING,
    "Hearing of it by the WebSocket": faults_of_tasks.HEARING,
    "Fetching what it made (`/files`)": faults_of_tasks.FETCHING,
    "Looking for a task whose answer was lost (`/Task/List`)": faults_of_tasks.LOOKING,
    "Uploading a local image (`/File/Upload`)": faults_of_tasks.UPLOADING,
    "Clocks": faults_of_tasks.CLOCKS,
    "A service that says no and means yes": faults_of_runs.LIES,
}
IN_PROCESS = [row for rows in TABLES.values() for row in rows if row not in faults_of_tasks.HEARING]


def cases() -> Iterator[Any]:
    """Each fault of each row by itself."""
    for number, row in enumerate(IN_PROCESS):
        for fault, later in itertools.product(row.faults or ("",), row.later or ("",)):
            name = " ".join(filter(None, (str(number), row.name or fault, later)))
            yield pytest.param(row, fault, later, id=name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path


@pytest.mark.parametrize(("row", "fault", "later"), list(cases()))
def test_each_fault(
    row: Row, fault: str, later: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Shop(folder, monkeypatch, capsys, balance=row.balance)
    Path("mira.png").write_bytes(picture("mira"))
    if fault:
        shop.machine.faults.arrange(fault)
    if row.begin is not None:
        row.begin(shop)

    said = shop.run("--json", *(["--jobs", "1"] if row.story in (THREE, FIVE) else []), write("a.story", row.story))
    assert came_to(shop, said, shop.sent) == row.run
    assert_told(said, row)
    tries = sum(shop.machine.faults.happened.values()) if fault else len(shop.wire.requests)
    assert row.tries is None or tries == row.tries
    runs = [when for path, when in shop.wire.requests if path.startswith("/Run/")]
    assert row.gap is None or runs[1] - runs[0] == row.gap

    before = shop.sent
    # What is over is over; what is the task's own fate was settled when it was accepted.
    shop.machine.faults.clear()
    if later:
        shop.machine.faults.arrange(later)
    if row.mend is not None:
        row.mend(shop)
    said = shop.resume("--json")
    assert came_to(shop, said, shop.sent - before) == row.resume
    assert not list(Path("out").rglob("*.part"))


def assert_told(said: Said, row: Row) -> None:
    """One line that says what is wrong, in words that give nothing away."""
    messages = [error["message"] for error in said.errors]
    assert {error["exit"] for error in said.errors} == ({row.run.code} if row.run.kind else set())
    for text in (*messages, said.out, said.err):
        assert not any(secret in text for secret in SECRETS)
        assert "/files/" not in text
    assert all(row.words in message and "\n" not in message for message in messages)
    assert len([line for line in said.err.splitlines() if line.startswith("storyscript: ")]) == len(messages)


def test_each_fault_of_the_catalogue_is_in_the_table() -> None:
    tried = {read_order(order).name for rows in TABLES.values() for row in rows for order in (*row.faults, *row.later)}
    assert tried == set(CATALOGUE)


# ---- the page ------------------------------------------------------------------------------------------------


HEAD = "| fault | what is done | `run` | then `resume` |\n|---|---|---|---|\n"
BEGIN, END = "<!-- written by the tests -->\n", "<!-- until here -->\n"


def shown(row: Row) -> str:
    """A row, as the page has it."""
    fault = row.name or listed(row.faults)
    if row.later:
        fault += f", then {listed(row.later)}"
    return f"| {fault} | {row.rule} | {in_words(row.run)} | {in_words(row.resume)} |\n"


def listed(orders: Iterable[str]) -> str:
    """Without the place: each table has one."""
    return ", ".join(f"`{order.partition('/')[0]}`" for order in orders)


def in_words(ends: Ends) -> str:
    kind = f" `{ends.kind}`" if ends.kind else ""
    ledger = f"*{ends.ledger}*" if ends.ledger else "nothing in the ledger"
    return (
        f"{ends.code}{kind}: {counted(ends.runs, 'Run')}, {ends.paid} paid; {ledger}; {counted(ends.panels, 'panel')}"
    )


def tables() -> str:
    return "\n".join(f"### {title}\n\n{HEAD}" + "".join(map(shown, rows)) for title, rows in TABLES.items())


@pytest.mark.skipif(not os.environ.get("UPDATE_RELIABILITY"), reason="only writes the page")
def test_write_the_tables() -> None:
    before, rest = PAGE.read_text("utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{tables()}\n{END}{rest.split(END)[1]}", "utf-8")


def test_the_page_has_the_same_tables() -> None:
    assert f"{BEGIN}\n{tables()}\n{END}" in PAGE.read_text("utf-8")


def test_the_page_has_each_state_of_a_job() -> None:
    diagram, _, rest = (
        PAGE.read_text("utf-8")
        .partition("## The states of a job")[2]
        .partition("## Faults")[0]
        .partition("| a job that is")
    )
    for state in get_args(State):
        assert re.search(rf"\b{state}\b", diagram)
        assert f"*{state}*" in rest
