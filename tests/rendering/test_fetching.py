"""Outputs: fetched a few at once, again where that may help, and kept only where they are whole."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from rendering.commands import picture
from storyscript.errors import ExpiredError, MalformedAnswerError, RefusedError, StoryscriptError, UnreachableError
from storyscript.rendering.fetching import MOST_BYTES, Fetcher
from storyscript.rendering.world import World
from storyscript.wiro import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from storyscript.rendering.ledger import Kept

URL = "https://x/f/"


def task(*names: str | None, version: int = 0, size: int | None = None) -> Task:
    """A task with outputs, whose addresses are new ones with each version."""
    outputs = [{"url": name and f"{URL}{name}?{version}", "size": size} for name in names]
    return Task.model_validate({"id": "2221", "status": "task_postprocess_end", "outputs": outputs})


class Store:
    """A place for files: each gives its picture, or does what was ordered first."""

    def __init__(self, **orders: list[Exception | bytes]) -> None:
        self.orders = orders
        self.fetched: list[str] = []
        self.at_once = self.most_at_once = 0

    async def download(self, url: str, write: Callable[[bytes], object], *, limit: int) -> int:
        assert limit == MOST_BYTES
        name = url.removeprefix(URL)
        self.fetched.append(name)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        ordered = self.orders.get(name.partition("?")[0], [])
        answer = ordered.pop(0) if ordered else picture(name.partition("?")[0])
        if isinstance(answer, Exception):
            write(b"a part of it")
            raise answer
        write(answer)
        return len(answer)


class Desk:
    """What a fetch has to do with, besides the store."""

    def __init__(self, store: Store, room: int = 8, decoders: int | None = None) -> None:
        self.slept: list[float] = []
        self.told: list[int] = []
        self.asked = 0
        self.checked_at_once: list[int] = []
        self.checking = 0
        client: Any = store
        more = {} if decoders is None else {"decoders": asyncio.Semaphore(decoders)}
        self.fetcher = Fetcher(client, World(sleep=self.sleep, offload=self.offload), asyncio.Semaphore(room), **more)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def offload(self, work: Callable[..., Any], /, *given: Any) -> Any:  # noqa: ANN401 - any work
        decodes = work.__name__ == "_check"
        self.checking += decodes
        if decodes:
            self.checked_at_once.append(self.checking)
        await asyncio.sleep(0)
        self.checking -= decodes
        return work(*given)

    def fetch(
        self,
        folder: Path,
        *names: str | None,
        size: int | None = None,
        later: int = 0,
        before: Sequence[Kept] = (),
    ) -> tuple[Kept, ...]:
        async def ask_again() -> Task:
            self.asked += 1
            await asyncio.sleep(0)
            return task(*names, *(["more"] * later), version=self.asked, size=size)

        outputs, tell = task(*names, size=size), self.told.append
        return asyncio.run(self.fetcher.fetch(outputs, 7, folder, before=before, ask_again=ask_again, tell=tell))


def left(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_outputs_are_kept_as_they_came_in_their_order_under_names_of_ours(tmp_path: Path) -> None:
    desk = Desk(Store())
    kept = desk.fetch(tmp_path, "a", "b")
    assert [file.file for file in kept] == ["outputs/0007/001.png", "outputs/0007/002.png"]
    for name, file in zip("ab", kept, strict=True):
        data = (tmp_path / file.file).read_bytes()
        assert data == picture(name)
        assert (file.sha256, file.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert (desk.told, desk.slept, desk.asked) == ([1, 2], [], 0)
    assert len(left(tmp_path)) == 2


@pytest.mark.parametrize("error", [ExpiredError("x"), MalformedAnswerError("x"), UnreachableError("x")])
def test_an_output_is_fetched_three_times_each_time_at_a_new_address(tmp_path: Path, error: StoryscriptError) -> None:
    store = Store(a=[error, error])
    desk = Desk(store)
    desk.fetch(tmp_path, "a")
    assert store.fetched == ["a?0", "a?1", "a?2"]
    assert desk.slept == [2.0, 4.0]
    assert left(tmp_path) == ["outputs/0007/001.png"]


def test_after_three_times_it_is_given_up_and_nothing_of_it_stays(tmp_path: Path) -> None:
    store = Store(a=[UnreachableError("x")] * 9)
    desk = Desk(store)
    with pytest.raises(UnreachableError):
        desk.fetch(tmp_path, "a")
    assert (len(store.fetched), desk.slept, left(tmp_path)) == (3, [2.0, 4.0], [])


def test_a_refusal_is_not_asked_again(tmp_path: Path) -> None:
    store = Store(a=[RefusedError("x")])
    with pytest.raises(RefusedError):
        Desk(store).fetch(tmp_path, "a")
    assert store.fetched == ["a?0"]


@pytest.mark.parametrize("data", [b"", b"no picture", picture("a")[:-24]], ids=["empty", "text", "cut short"])
def test_what_is_no_whole_picture_is_not_kept_and_is_fetched_again(tmp_path: Path, data: bytes) -> None:
    store = Store(a=[data])
    desk = Desk(store)
    [kept] = desk.fetch(tmp_path, "a")
    assert store.fetched == ["a?0", "a?1"]
    assert (tmp_path / kept.file).read_bytes() == picture("a")
    assert len(left(tmp_path)) == 1


def test_what_has_another_size_than_was_announced_is_not_kept(tmp_path: Path) -> None:
    size = len(picture("a"))
    assert Desk(Store()).fetch(tmp_path, "a", size=size)[0].size == size
    for wrong in (size - 1, size + 1):
        folder = tmp_path / str(wrong)
        with pytest.raises(MalformedAnswerError, match=f"{size} bytes where the service announces {wrong}"):
            Desk(Store()).fetch(folder, "a", size=wrong)
        assert left(folder) == []


def test_an_output_without_an_address_is_asked_for_anew_and_given_up(tmp_path: Path) -> None:
    desk = Desk(Store())
    with pytest.raises(MalformedAnswerError, match="no address for one of its outputs"):
        desk.fetch(tmp_path, None)
    assert desk.asked == 2


def test_addresses_that_expired_together_are_asked_for_once(tmp_path: Path) -> None:
    store = Store(a=[ExpiredError("x")], b=[ExpiredError("x")], c=[ExpiredError("x")])
    desk = Desk(store)
    assert len(desk.fetch(tmp_path, "a", "b", "c")) == 3
    assert desk.asked == 1
    assert sorted(store.fetched) == ["a?0", "a?1", "b?0", "b?1", "c?0", "c?1"]


def test_another_number_of_outputs_than_before_is_told_of_and_nobody_guesses(tmp_path: Path) -> None:
    with pytest.raises(MalformedAnswerError, match="names 2 outputs where it named 1 before"):
        Desk(Store(a=[ExpiredError("x")])).fetch(tmp_path, "a", later=1)


def test_so_many_are_fetched_at_once_and_so_many_are_checked(tmp_path: Path) -> None:
    store = Store()
    desk = Desk(store, room=3, decoders=2)
    desk.fetch(tmp_path, *"abcdefgh")
    assert store.most_at_once == 3
    assert max(desk.checked_at_once) == 2
    assert desk.told == [1, 2, 3, 4, 5, 6, 7, 8]


def test_of_what_was_fetched_before_only_what_is_lost_is_fetched_again(tmp_path: Path) -> None:
    before = Desk(Store()).fetch(tmp_path, "a", "b", "c")
    (tmp_path / before[0].file).unlink()
    (tmp_path / before[2].file).write_bytes(b"damaged")
    store = Store()
    desk = Desk(store)
    assert desk.fetch(tmp_path, "a", "b", "c", before=before) == before
    assert sorted(store.fetched) == ["a?0", "c?0"]
    assert sorted(desk.told) == [1, 2, 3]
    assert [(tmp_path / file.file).read_bytes() for file in before] == [picture(name) for name in "abc"]


def test_another_picture_than_was_fetched_before_is_not_taken_for_it(tmp_path: Path) -> None:
    before = Desk(Store()).fetch(tmp_path, "a", "b")
    (tmp_path / before[0].file).unlink()
    with pytest.raises(MalformedAnswerError, match="output 1 is another picture than the one that was fetched before"):
        Desk(Store(a=[picture("other")] * 3)).fetch(tmp_path, "a", "b", before=before)
    assert left(tmp_path) == [before[1].file]


def test_of_another_number_of_outputs_than_before_all_are_fetched(tmp_path: Path) -> None:
    before = Desk(Store()).fetch(tmp_path, "a")
    store = Store()
    Desk(store).fetch(tmp_path, "a", "b", before=before)
    assert sorted(store.fetched) == ["a?0", "b?0"]


def test_one_that_is_not_to_be_had_keeps_none_of_the_others_from_being_here(tmp_path: Path) -> None:
    store = Store(a=[RefusedError("x")], b=[UnreachableError("x"), UnreachableError("x")])
    with pytest.raises(RefusedError):
        Desk(store).fetch(tmp_path, "a", "b")
    assert left(tmp_path) == ["outputs/0007/002.png"]
