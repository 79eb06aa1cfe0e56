"""Rows of the table of faults: what is wrong, and what `run` and then `resume` are to make of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from rendering.commands import panels, states

if TYPE_CHECKING:
    from collections.abc import Callable

    from rendering.commands import Said, Shop

ONE: Final = "character Mira\n  a girl\nscene a\n  walks home\nscene b\n  sits\n"
"""One job of two panels."""

THREE: Final = "".join(
    f"character {name}\n  a {name}\nscene\n  lead: {name}\n  sits\n" for name in ("Mira", "Tom", "Ida")
)
"""Three jobs of a panel each."""

FIVE: Final = "".join(f"character C{n}\n  a person {n}\nscene\n  lead: C{n}\n  sits\n" for n in range(5))
"""Five jobs of a panel each."""

PHOTO: Final = "character Mira\n  a girl img\n  image: mira.png\nscene a\n  walks home\nscene b\n  sits\n"
"""One job of two panels that begins with an upload."""


class Ends(NamedTuple):
    """What a command came to.

    Attributes:
        code: its exit code.
        kind: the error that it tells of, or None.
        runs: Runs that it sent.
        paid: tasks that are charged by then, a minute later.
        ledger: where the ledger's entries stand.
        panels: files that are panels.
    """

    code: int
    kind: str | None
    runs: int
    paid: int
    ledger: str
    panels: int


@dataclass(frozen=True)
class Row:
    """Faults that come to the same.

    Attributes:
        faults: orders of the fake's catalogue; each is tried by itself.
        rule: what is done about it.
        run: what `run` comes to.
        resume: what `resume` comes to, once the faults are over.
        words: which its message has.
        tries: how often the fault happens, or None where that is beside the point.
        gap: seconds between the first Run and the second, or None.
        name: what it is called, where it has no name in the catalogue.
        story: what is drawn.
        balance: the account's money in dollars, or None for enough.
        begin: what is wrong from the beginning.
        later: orders of faults that happen while it is resumed.
        mend: what somebody does in between.
    """

    faults: tuple[str, ...]
    rule: str
    run: Ends
    resume: Ends
    words: str = ""
    tries: int | None = None
    gap: float | None = None
    name: str = ""
    story: str = ONE
    balance: float | None = None
    begin: Callable[[Shop], None] | None = None
    later: tuple[str, ...] = ()
    mend: Callable[[Shop], None] | None = None


def came_to(shop: Shop, said: Said, sent: int) -> Ends:
    """What a command came to, a minute later."""
    shop.wait()
    kinds = {error["kind"] for error in said.errors}
    assert len(kinds) <= 1
    groups = [(state, len(list(same))) for state, same in itertools.groupby(states())]
    ledger = ", ".join(state if count == 1 else f"{count} {state}" for state, count in groups)
    return Ends(said.code, next(iter(kinds), None), sent, shop.paid, ledger, len(panels()))


DONE: Final = Ends(0, None, 1, 1, "saved", 2)
THERE: Final = Ends(0, None, 0, 1, "saved", 2)
"""After a run that is done there is nothing left; or what is under way was fetched, and nothing submitted."""
ANEW: Final = Ends(0, None, 1, 1, "refused, saved", 2)
"""What was refused is submitted: it was agreed to."""
WAITED: Final = Ends(0, None, 2, 1, "refused, saved", 2)
WAITED_THERE: Final = WAITED._replace(runs=0)
"""The same, where the first Run was refused."""
LOOSE: Final = Ends(0, None, 0, 1, "saved", 0)


def unknown(paid: int, runs: int = 1) -> Ends:
    """Nobody knows whether there is a task."""
    return Ends(5, "SubmissionUnknownError", runs, paid, "intended", 0)


def refused(code: int, kind: str, runs: int = 1) -> Ends:
    """For certain there is no task."""
    return Ends(code, kind, runs, 0, "refused", 0)


def under_way(code: int, kind: str, ledger: str = "accepted", paid: int = 1) -> Ends:
    """There is a task, and its pictures are not here."""
    return Ends(code, kind, 1, paid, ledger, 0)


RESUBMIT: Final = "storyscript resume out --resubmit a:1"
ONCE: Final = "never sent again; looked for by `/Task/List`, and "
NO_TASK: Final = ONCE + "not there: a person decides"
FOUND: Final = ONCE + "there: gone on with"
READ: Final = "a read: asked four times at each look, and looked again for five minutes"
JUDGED: Final = "an answer, which asking again would not change: not asked again"
FILE: Final = "fetched three times, each time at the address of a new Detail"
REFUSED: Final = "not sent again; there is no task for certain, so `resume` may submit it"
