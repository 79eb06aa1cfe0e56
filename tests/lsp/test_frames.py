"""Messages come out of a stream whole, however it is cut, and whatever stands between them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lsp.wire import frame
from storyscript.lsp.frames import FrameReader


def read(*parts: bytes) -> list[bytes]:
    reader = FrameReader()
    return [body for part in parts for body in reader.feed(part)]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted(place % (len(data) + 1) for place in places)
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True)]


@given(st.lists(st.binary(max_size=60), max_size=6), st.lists(st.integers(0, 999), max_size=12))
def test_bodies_come_out_however_the_stream_is_cut(bodies: list[bytes], places: list[int]) -> None:
    assert read(*cut(b"".join(map(frame, bodies)), places)) == bodies


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_any_bytes_are_read_without_a_fault(parts: list[bytes]) -> None:
    once = read(b"".join(parts))
    assert read(*parts) == once


def test_headers_are_known_in_any_case_and_others_passed_over() -> None:
    assert read(b"X: 1\r\ncontent-LENGTH:  2 \r\nContent-Type: x\r\n\r\nhi") == [b"hi"]
    assert read(b"Content-Length: 2\n\nhi") == [b"hi"]


def test_what_is_no_header_is_passed_over() -> None:
    assert read(b"hello\r\n\r\nContent-Length: x\r\n\r\nContent-Length: 2\r\n\r\nhi") == [b"hi"]
    assert read(b"x" * 200_000, b"\r\n", frame(b"hi")) == [b"hi"]


def test_no_more_is_waited_for_than_any_message_has() -> None:
    assert read(b"Content-Length: 999999999999\r\n\r\n", frame(b"hi")) == [b"hi"]
