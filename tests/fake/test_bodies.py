from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyscript.fake.bodies import Form, Upload, read_body

MULTIPART = "multipart/form-data"
FORM = "application/x-www-form-urlencoded"
FIELDS = {"taskid": "2221", "width": 768}


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", MULTIPART, FORM, "", "text/plain"]
)
def test_json_under_any_name(content_type: str) -> None:
    assert read_body(content_type, json.dumps(FIELDS).encode()) == Form(FIELDS)


def test_a_form() -> None:
    assert read_body(FORM, b"taskid=2221&prompt=a+fox%2C+red&empty=&taskid=2222") == Form(
        {"taskid": "2222", "prompt": "a fox, red", "empty": ""}
    )


@pytest.mark.parametrize("boundary", ["boundary=XX", 'boundary="XX"', "Boundary=XX; charset=utf-8"])
def test_multipart(boundary: str) -> None:
    body = (
        b'--XX\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na fox\r\n--not the end\r\n'
        b"--XX\r\nContent-Disposition: form-data; name=empty\r\n\r\n\r\n"
        b'--XX\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\n\r\n--XX--\r\n"
    )
    assert read_body(f"{MULTIPART}; {boundary}", body) == Form(
        {"prompt": "a fox\r\n--not the end", "empty": ""},
        {"file": Upload("a.png", "image/png", b"\x89PNG\r\n\r\n")},
    )


@pytest.mark.parametrize(
    "body",
    [
        b"--XX\r\n",
        b'--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\ncut',
        b'--XX\r\nContent-Disposition: form-data; name="a"\r\n--XX--',
        b"--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--",
        b"no boundary in it",
    ],
)
def test_broken_multipart(body: bytes) -> None:
    assert read_body(f"{MULTIPART}; boundary=XX", body) is None


@pytest.mark.parametrize(
    "body",
    [
        b"[1]",
        b'"text"',
        b"5",
        b'{"a": ',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": "\xff"}',
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b"{" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b"<p>",
    ],
)
def test_what_is_no_json_object(body: bytes) -> None:
    assert read_body("application/json", body) is None


@pytest.mark.parametrize("content_type", ["", "application/json", MULTIPART, f"{MULTIPART}; boundary=XX"])
def test_nothing_is_an_empty_form(content_type: str) -> None:
    assert read_body(content_type, b" \r\n") == Form()


def test_a_field_twice_is_tolerated() -> None:
    assert read_body("application/json", b'{"a": 1, "a": 2}') == Form({"a": 2})


@given(
    st.sampled_from(["application/json", FORM, MULTIPART, f"{MULTIPART}; boundary=X"]) | st.text(),
    st.binary(),
)
def test_any_body_is_a_form_or_none(content_type: str, body: bytes) -> None:
    form = read_body(content_type, body)
    assert form is None or isinstance(form.fields, dict)


@given(st.lists(st.sampled_from([b"--X", b"--", b"\r\n", b"\r\n\r\n", b'; name="a"', b'; filename="b"', b"content"])))
def test_any_multipart_is_a_form_or_none(pieces: list[bytes]) -> None:
    form = read_body(f"{MULTIPART}; boundary=X", b"".join(pieces))
    assert form is None or isinstance(form.files, dict)
