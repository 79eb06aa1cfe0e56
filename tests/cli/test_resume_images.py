"""`storyscript resume` where a local image is gone: what was submitted is fetched all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from rendering.commands import Shop, panels, picture, write

PHOTO = "character Mira\n  a girl img\n  image: mira.png\n"
FIRST = "character Tom\n  a man\n" + PHOTO + "scene tom\n  lead: Tom\n  sits\nscene mira\n  lead: Mira\n  walks\n"
LAST = FIRST.replace("scene tom\n  lead: Tom\n  sits\n", "") + "scene tom\n  lead: Tom\n  sits\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    Path(tmp_path, "mira.png").write_bytes(picture("mira"))
    return Shop(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("circle", [False, True])
def test_an_image_that_is_still_to_be_sent(shop: Shop, *, circle: bool) -> None:
    shop.run("--detach", "--jobs", "1", write("a.story", FIRST))
    Path("mira.png").unlink()
    if circle:
        Path("mira.png").symlink_to("mira.png")
    said = shop.resume()
    assert said.code == 2
    assert "nothing of this story was submitted; with `--fetch-only` what was submitted is fetched" in said.err
    shop.resume("--fetch-only")
    assert (panels(), shop.accepted) == (["001-tom.png"], 1)


def test_an_image_that_was_sent(shop: Shop) -> None:
    shop.run("--detach", "--jobs", "1", write("a.story", LAST))
    Path("mira.png").unlink()
    assert shop.resume().code == 0
    assert (len(panels()), shop.accepted) == (2, 2)
