from __future__ import annotations

import pytest

from storyscript.errors import ConfigurationError, MalformedAnswerError
from storyscript.loopback import is_loopback
from storyscript.wiro.addresses import base_address, checked_tool, file_address, socket_address


@pytest.mark.parametrize(
    "url",
    [
        "https://api.wiro.ai/v1",
        "https://api.wiro.ai/v1/",
        "http://127.0.0.1:8080/v1",
        "http://localhost/v1",
        "http://[::1]/v1",
    ],
)
def test_usable_base_urls(url: str) -> None:
    assert str(base_address(url, any_scheme=False)) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.wiro.ai/v1",
        "ftp://api.wiro.ai",
        "https://",
        "https://user:password@api.wiro.ai/v1",
        "https://api.wiro.ai/v1?x=1",
        "https://api.wiro.ai/v1#x",
        "https://api.wiro.ai:port/v1",
        "http://api.wiro.ai/v1",
        "http://127.0.0.1.example.com/v1",
        "https://\x1b[31m/",
        "https://api.wiro.ai:99999/v1",
        f"https://{'x' * 64}.ai/v1",
        "https://" + "x" * 100_000,
    ],
)
def test_unusable_base_urls(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        base_address(url, any_scheme=False)
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 250
    assert "password" not in message


def test_plain_http_is_fine_where_nothing_is_sent() -> None:
    assert base_address("http://wiro.fake/v1", any_scheme=True).host == "wiro.fake"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "0.png",
        "file:///etc/passwd",
        "https:///x",
        "https://a:b@host/x",
        "https://h:99999/",
        "https://a..b/",
        "\x00",
    ],
)
def test_unusable_file_addresses(url: str) -> None:
    for any_scheme in (True, False):
        with pytest.raises(MalformedAnswerError) as caught:
            file_address(url, any_scheme=any_scheme)
        assert str(caught.value).isprintable()


def test_files_over_plain_http_only_where_allowed() -> None:
    assert file_address("http://host/0.png", any_scheme=True).path == "/0.png"
    with pytest.raises(MalformedAnswerError, match="https"):
        file_address("http://host/0.png", any_scheme=False)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "a.localhost", "localhost.example.com", "10.0.0.1", "wiro.ai", "1271.0.0.1"])
def test_other_machines(host: str) -> None:
    assert not is_loopback(host)


def test_tools() -> None:
    assert checked_tool("wiro/story-diffusion-advanced") == "wiro/story-diffusion-advanced"
    for bad in ["", "wiro", "wiro/", "/x", "../Task/Kill", "a/..", "a/b/c", "a/b?c", "a/b c", "a/b\n"]:
        with pytest.raises(ConfigurationError):
            checked_tool(bad)


@pytest.mark.parametrize("url", ["wss://socket.wiro.ai/v1", "ws://127.0.0.1:80/v1", "ws://localhost/v1"])
def test_usable_sockets(url: str) -> None:
    assert socket_address(url) == url.replace(":80/", "/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://socket.wiro.ai/v1",
        "wss://",
        "wss://socket.wiro.ai:port/v1",
        "wss://socket.wiro.ai:99999/v1",
        "wss://user:password@socket.wiro.ai/v1",
        "wss://socket.wiro.ai/v1?password",
        "wss://socket.wiro.ai/v1#x",
        "ws://socket.wiro.ai/v1",
        "wss://\x1b[31m/",
    ],
)
def test_unusable_sockets(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        socket_address(url)
    assert str(caught.value).isprintable()
    assert "password" not in str(caught.value)
