from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from storyscript import protocol
from storyscript.fake.catalogue import CATALOGUE
from storyscript.fake.faults import SOCKET, TASKS, Broken, Fate, Faults, Order, http, read_order
from storyscript.fake.orders import read_order_fields


@pytest.mark.parametrize(
    ("text", "place", "count", "probability"),
    [
        ("reset", "/Run", 1, 1.0),
        ("reset:2", "/Run", 2, 1.0),
        ("reset:1/Task/Detail", "/Task/Detail", 1, 1.0),
        ("http-503@0.1", "/Run", None, 0.1),
        ("http-503@1/files", "/files", None, 1.0),
        ("http-503:3@.5/Tool/Detail", "/Tool/Detail", 3, 0.5),
        ("stuck", "/tasks", 1, 1.0),
        ("ws-silent@1", "/socket", None, 1.0),
        ("half-json", "/Task/Detail", 1, 1.0),
    ],
)
def test_what_an_order_means(text: str, place: str, count: int | None, probability: float) -> None:
    order = read_order(text)
    assert (order.place, order.count, order.probability) == (place, count, probability)
    assert order.fault == CATALOGUE[order.name].fault


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "`` is no order of a fault"),
        ("Reset", "`Reset` is no order of a fault: that is NAME[:COUNT][@PROBABILITY][/ENDPOINT], such as `reset:2`"),
        ("reset:", "is no order"),
        ("reset:-1", "is no order"),
        ("reset:1.5", "is no order"),
        ("reset 2", "is no order"),
        ("reset@1:2", "is no order"),
        ("reset@-1", "is no order"),
        ("reset@", "a probability is a number above 0 and at most 1, not ``"),
        ("reset@.", "a probability is a number above 0 and at most 1, not `.`"),
        ("reset@0", "a probability is above 0 and at most 1, not 0"),
        ("reset@2", "a probability is above 0 and at most 1, not 2"),
        ("reset:0", "a fault happens once or more often, not 0 times"),
        ("rest", "there is no fault `rest`: did you mean `reset`? There are refused, reset, reset-after,"),
        ("meteor", "there is no fault `meteor`: There are refused,"),
        ("reset/Detail", "`reset` cannot happen at `/Detail`, only at /Run, /Task/Detail,"),
        ("bomb/Run", "`bomb` cannot happen at `/Run`, only at /files"),
        ("stuck/Run", "`stuck` cannot happen at `/Run`, only at /tasks"),
        ("list-bare/Task/Detail", "`list-bare` cannot happen at `/Task/Detail`, only at /Task/List"),
    ],
)
def test_an_order_that_is_none(text: str, says: str) -> None:
    faults = Faults()
    with pytest.raises(ValueError, match=re.escape(says)):
        faults.arrange("reset", text)
    assert faults.ordered() == []


@given(st.text(max_size=20) | st.from_regex(r"[a-z-]{1,8}(:[0-9]{0,3})?(@[0-9.]{0,4})?(/[A-Za-z]*)?", fullmatch=True))
def test_any_text_is_an_order_or_says_why_not(text: str) -> None:
    try:
        order = read_order(text)
    except ValueError:
        event("no order")
    else:
        assert text.startswith(order.name)
        assert 0 < order.probability <= 1


@given(
    st.dictionaries(
        st.sampled_from(["name", "count", "probability", "endpoint", "x"]),
        st.none() | st.booleans() | st.integers(-1, 3) | st.floats() | st.sampled_from(["reset", "/Run", "x"]),
    )
)
def test_any_fields_are_an_order_or_say_why_not(fields: dict[str, object]) -> None:
    try:
        order = read_order_fields(fields)
    except ValueError:
        event("no order")
    else:
        assert (order.name, order.place) == ("reset", "/Run")


def taken(faults: Faults, times: int, endpoint: str = protocol.RUN) -> str:
    """`x` for each request that gets a fault, `.` for each that does not."""
    return "".join("." if faults.take(endpoint) is None else "x" for _ in range(times))


def test_a_count_is_used_up() -> None:
    faults = Faults()
    faults.arrange("reset:2", "hangup")
    found = [faults.take(protocol.RUN) for _ in range(4)]
    assert found == [Broken("reset"), Broken("reset"), Broken("hangup"), None]
    assert faults.happened == {"reset": 2, "hangup": 1}
    assert faults.ordered() == []


def test_counted_ones_come_before_those_for_ever() -> None:
    faults = Faults()
    faults.arrange("http-500@1", "reset")
    assert faults.take(protocol.RUN) == Broken("reset")
    assert faults.take(protocol.RUN) == CATALOGUE["http-500"].fault


def test_chances_are_repeated_with_their_seed() -> None:
    runs = []
    for seed in (1, 1, 2):
        faults = Faults(Random(seed))  # noqa: S311 - to be repeated
        faults.arrange("reset@0.3")
        runs.append(taken(faults, 200))
    assert runs[0] == runs[1] != runs[2]
    assert 40 <= runs[0].count("x") <= 80
    faults.reseed(1)
    assert taken(faults, 200) == runs[0]


def test_a_count_and_a_chance() -> None:
    faults = Faults()
    faults.arrange("reset:3@0.5")
    found = taken(faults, 100)
    assert found.count("x") == 3
    assert found[:3] != "xxx"


def test_two_chances_are_one_fault_each() -> None:
    faults = Faults()
    faults.arrange("reset@0.5", "hangup@0.5")
    found = [faults.take(protocol.RUN) for _ in range(400)]
    assert 160 <= found.count(Broken("reset")) <= 240
    assert 60 <= found.count(Broken("hangup")) <= 140
    assert 60 <= found.count(None) <= 140


def test_each_endpoint_has_its_own() -> None:
    faults = Faults()
    faults.arrange("reset:2", "reset/files")
    assert (taken(faults, 1, "/files"), taken(faults, 1, protocol.TASK_LIST), taken(faults, 3)) == ("x", ".", "xx.")
    assert faults.seen == {"/files": 1, protocol.TASK_LIST: 1, protocol.RUN: 3}


def test_always_takes_the_place_of_an_earlier_one_and_leaves_chances() -> None:
    faults = Faults()
    faults.arrange("hangup@0.5")
    faults.always(protocol.RUN, http(500))
    faults.always(protocol.RUN, http(503))
    found = [faults.take(protocol.RUN) for _ in range(40)]
    assert set(map(repr, found)) == {repr(Broken("hangup")), repr(http(503))}
    faults.clear()
    assert taken(faults, 5) == "....."


def test_fates_and_sockets_are_drawn_apart_from_requests() -> None:
    faults = Faults()
    faults.arrange("stuck", "ws-silent")
    faults.fail_next_task("CUDA out of memory")
    assert taken(faults, 2) == ".."
    assert [faults.take_fate() for _ in range(3)] == [Fate(stuck=True), Fate(failure="CUDA out of memory"), Fate()]
    assert [faults.take_socket() is None for _ in range(2)] == [False, True]


@pytest.mark.parametrize("place", [TASKS, SOCKET])
def test_what_happens_to_requests_happens_to_nothing_else(place: str) -> None:
    with pytest.raises(ValueError, match=f"{place!r} is not an endpoint"):
        Order(place, Broken("reset"))


def test_the_catalogue_holds_together() -> None:
    for name, entry in CATALOGUE.items():
        assert entry.name == name
        assert entry.effect == ("yes" if name.endswith("-after") else entry.effect)
        for place in entry.places:
            assert read_order(f"{name}{place}").fault == entry.fault
        assert entry.what
        assert "\n" not in entry.what
