"""`build --emit html`: the page, and the pictures that a run left."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from storyscript.cli import main

STORY = """\
size: 64 // storyscript: ignore SS404
character Mira
  a girl
character Tom
  a man
scene a
  walks home
scene
  sits
  caption: Late.
scene tom
  lead: Tom
  waits
"""


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text, "utf-8")
    return name


def drawn(text: str = STORY, name: str = "a.story", *options: str) -> None:
    """Write a story, and what a run of it leaves."""
    assert main(["run", "--offline", write(name, text), *options]) == 0


def built(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[LexborHTMLParser, str]:
    """The page, and what was said on the way."""
    capsys.readouterr()
    assert main(["build", "--emit", "html", *(argv or ("a.story",))]) == 0
    out, err = capsys.readouterr()
    return LexborHTMLParser(out), err


def pictures(page: LexborHTMLParser) -> dict[str, str]:
    """The words for each picture, by its panel."""
    found = {}
    for panel in page.css("[id^=panel-][role=listitem]"):
        image = panel.css_first("img")
        found[str(panel.id)] = "" if image is None else str(image.attributes["alt"])
    return found


def text_of(page: LexborHTMLParser, selector: str) -> str:
    [node] = page.css(selector)
    return node.text()


def manifest(change: Any = None) -> dict[str, Any]:  # noqa: ANN401 - a function of a test's own
    path = Path("out/a/manifest.json")
    value: dict[str, Any] = json.loads(path.read_text())
    if change is not None:
        change(value)
        path.write_text(json.dumps(value))
    return value


def replace(number: int, data: bytes) -> None:
    """Put another file in a panel's place, and make the manifest tell of it."""
    old = manifest()["panels"][number - 1]["file"]
    (Path("out/a") / old).write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()

    def change(value: dict[str, Any]) -> None:
        for entry in [*value["panels"], *(file for job in value["jobs"] for file in job["files"])]:
            if entry["file"] == old:
                entry["sha256"] = sha256

    manifest(change)


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def shown(page: LexborHTMLParser, number: int) -> Image.Image:
    [image] = page.css(f"#panel-{number} img")
    kind, data = str(image.attributes["src"]).split(";base64,")
    assert kind == "data:image/jpeg"
    return Image.open(io.BytesIO(b64decode(data)))


# ---- the page ------------------------------------------------------------------------------------------------------


def test_a_page_for_a_story_that_was_never_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.story", STORY)
    page, err = built(capsys)
    assert err == ""
    assert pictures(page) == {"panel-1": "", "panel-2": "", "panel-3": ""}
    assert text_of(page, "title") == "a"


def test_pages_for_several_stories_go_into_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.story", STORY)
    write("b.story", STORY)
    assert built(capsys, "a.story", "b.story", "-o", "pages")[1] == ""
    assert sorted(os.listdir("pages")) == ["a.html", "b.html"]


def test_a_story_with_errors_makes_no_page(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.story", STORY.replace("sits", "sits | lies"))
    assert main(["build", "--emit", "html", "a.story", "-o", "a.html"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "SS301" in err
    assert os.listdir() == ["a.story"]


def test_with_strict_a_warning_makes_no_page() -> None:
    write("a.story", "steps: 7\n" + STORY)
    assert main(["build", "--emit", "html", "--strict", "a.story", "-o", "a.html"]) == 1
    assert os.listdir() == ["a.story"]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--emit", "html", "--pictures", "nowhere"], "there is no such folder"),
        (["--emit", "jobs", "--pictures", "."], "`--pictures` is for `--emit html`"),
    ],
)
def test_wrong_use(capsys: pytest.CaptureFixture[str], argv: list[str], words: str) -> None:
    write("a.story", STORY)
    assert main(["build", *argv, "a.story"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err


# ---- whose picture is whose ----------------------------------------------------------------------------------------


def test_what_a_run_drew_is_on_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    drawn()
    page, err = built(capsys)
    assert err == ""
    assert pictures(page) == {f"panel-{number}": f"Panel {number}, as drawn" for number in (1, 2, 3)}
    assert shown(page, 1).size == (64, 64)
    assert "placeholders, drawn offline" in text_of(page, "#settings")


def test_pictures_from_another_folder(capsys: pytest.CaptureFixture[str]) -> None:
    drawn(STORY, "a.story", "--out", "else/where")
    assert not any(pictures(built(capsys)[0]).values())
    assert all(pictures(built(capsys, "a.story", "--pictures", "else/where")[0]).values())


def test_pictures_of_stories_of_one_name_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    other = STORY.replace("64", "96")
    write("one/a.story", STORY)
    write("two/a.story", other)
    assert main(["run", "--offline", "one/a.story", "two/a.story"]) == 0
    assert shown(built(capsys, "one/a.story")[0], 1).size == (64, 64)
    assert shown(built(capsys, "two/a.story")[0], 1).size == (96, 96)


def test_panels_of_a_job_that_changed_are_of_an_earlier_version(capsys: pytest.CaptureFixture[str]) -> None:
    drawn()
    write("a.story", STORY.replace("sits", "lies down"))
    page, _ = built(capsys)
    assert pictures(page) == {
        "panel-1": "Panel 1, as drawn for an earlier version",
        "panel-2": "Panel 2, as drawn for an earlier version",
        "panel-3": "Panel 3, as drawn",
    }
    assert text_of(page, "#panel-1 .stamp") == "Earlier version"
    assert page.css_first("#panel-3 .stamp") is None


def test_a_panel_without_a_name_is_told_by_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    drawn()
    write("a.story", STORY.replace("Late.", "Too late."))
    assert pictures(built(capsys)[0])["panel-2"] == ""


def test_panels_that_say_the_same_are_not_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    text = STORY + "scene\n  sits again\n  caption: Late.\n"
    drawn(text)
    write("a.story", text.replace("walks", "runs"))
    found = pictures(built(capsys)[0])
    assert (found["panel-2"], found["panel-4"]) == ("", "")
    assert "earlier" in found["panel-1"]


def test_a_picture_follows_its_panel_to_another_number(capsys: pytest.CaptureFixture[str]) -> None:
    drawn()
    before = {number: shown(built(capsys)[0], number).tobytes() for number in (1, 2, 3)}
    scene_a = "scene a\n  walks home\n"
    write("a.story", STORY.replace(scene_a, "") + scene_a)
    page, _ = built(capsys)
    # a, the other, Tom: now the other, Tom, a.
    assert [shown(page, number).tobytes() for number in (3, 1, 2)] == [before[number] for number in (1, 2, 3)]
    assert pictures(page)["panel-2"] == "Panel 2, as drawn"


def test_outputs_that_are_no_panels_are_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    drawn()

    def unplace(value: dict[str, Any]) -> None:
        for panel in value["panels"]:
            panel.update(file=None, sha256=None, bytes=None)

    manifest(unplace)
    assert not any(pictures(built(capsys)[0]).values())


def test_the_order_of_a_reordered_job_leads_back_to_its_panels(capsys: pytest.CaptureFixture[str]) -> None:
    drawn("reorder: yes\n" + STORY.replace("scene a\n", "scene a [NC]\n"))
    files = [panel["file"] for panel in manifest()["panels"]]
    assert manifest()["jobs"][0]["order"] == [2, 1]
    page, _ = built(capsys)
    for number, file in enumerate(files, 1):
        with Image.open(Path("out/a") / file) as original:
            [difference] = [
                sum(abs(a - b) for a, b in zip(one.tobytes(), two.tobytes(), strict=True)) / (64 * 64 * 3)
                for one, two in [(original.convert("RGB"), shown(page, number).convert("RGB"))]
            ]
        assert difference < 6, number  # JPEG is near, not equal


# ---- files that are somebody else's by now -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"schema": 1}', "[" * 100_000, '{"schema": 1, "offline": true, "jobs": 1, "panels": []}'],
    ids=["empty", "half", "list", "null", "lacking", "deep", "wrong type"],
)
def test_a_damaged_manifest_costs_the_pictures_only(capsys: pytest.CaptureFixture[str], text: str) -> None:
    write("a.story", STORY)
    write("out/a/manifest.json", text)
    page, err = built(capsys)
    assert not any(pictures(page).values())
    assert err == "storyscript: `out/a/manifest.json` is damaged; its pictures are left out\n"


def test_any_single_wrong_value_in_a_manifest_is_survived(capsys: pytest.CaptureFixture[str]) -> None:
    drawn()
    whole = manifest()
    wrong: list[Any] = [None, 0, True, "", "../../../etc/passwd", "\0", [], {}, "\ud800", 10**30]

    def spoilt(value: Any) -> Any:  # noqa: ANN401 - JSON
        """Copies of a value, each with one thing wrong in it."""
        yield from wrong
        if isinstance(value, dict):
            for key in value:
                yield {other: value[other] for other in value if other != key}
                for inner in spoilt(value[key]):
                    yield value | {key: inner}
        elif isinstance(value, list) and value:
            for inner in spoilt(value[0]):
                yield [inner, *value[1:]]

    for number, value in enumerate(spoilt({key: whole[key] for key in ("schema", "offline", "jobs", "panels")})):
        if number % 29 == 0:
            Path("out/a/manifest.json").write_text(json.dumps(value))
            page, err = built(capsys)
            assert len(pictures(page)) == 3
            assert "Traceback" not in err


def test_a_manifest_of_another_version(capsys: pytest.CaptureFixture[str]) -> None:
    drawn()
    manifest(lambda value: value.update(schema=2))
    page, err = built(capsys)
    assert not any(pictures(page).values())
    assert "was written by another version of storyscript" in err


def test_a_file_that_is_gone_or_another_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    drawn()
    Path("out/a/panels/001-a.png").unlink()
    Path("out/a/panels/002-scene.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    page, err = built(capsys)
    assert [bool(words) for words in pictures(page).values()] == [False, False, True]
    first, second = err.splitlines()
    assert first == "storyscript: panel 1: `out/a/panels/001-a.png` is not there; it is left out"
    assert second.startswith("storyscript: panel 2: `out/a/panels/002-scene.png` is not the file that `manifest.json`")
    assert text_of(page, "#panel-1 .empty") == "Not drawn yet"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "is no picture that storyscript knows"),
        (b"\x89PNG\r\n\x1a\n" + b"<script>" * 20, "does not decode"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, "does not decode"),
        (encoded(Image.new("RGB", (64, 64), "red"))[:-40], "does not decode"),
        (encoded(Image.new("1", (8000, 8000))), "has 64,000,000 pixels, which are too many"),
        (encoded(Image.new("1", (16000, 16000))), "has 256,000,000 pixels, which are too many"),
    ],
    ids=["svg", "no png", "no jpeg", "cut", "giant", "bomb"],
)
def test_a_file_that_is_no_good_picture_is_left_out(
    capsys: pytest.CaptureFixture[str], data: bytes, words: str
) -> None:
    drawn()
    replace(1, data)
    page, err = built(capsys)
    assert pictures(page)["panel-1"] == ""
    assert pictures(page)["panel-3"] != ""
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "path", ["../../secret.png", "/etc/passwd", "panels/link.png", "panels", "panels/pipe", "x\0y"]
)
def test_a_path_that_leads_elsewhere_is_left_out(capsys: pytest.CaptureFixture[str], path: str) -> None:
    drawn()
    secret = encoded(Image.new("RGB", (64, 64), "red"))
    Path("secret.png").write_bytes(secret)
    Path("out/a/panels/link.png").symlink_to(Path("secret.png").resolve())
    os.mkfifo("out/a/panels/pipe")

    def lead_out(value: dict[str, Any]) -> None:
        for entry in (value["panels"][0], value["jobs"][0]["files"][0]):
            entry.update(file=path, sha256=hashlib.sha256(secret).hexdigest())

    manifest(lead_out)
    page, err = built(capsys)
    assert pictures(page)["panel-1"] == ""
    assert re.search("leads out of the story's folder|is no plain file|no file can have that name", err)


def test_a_manifest_that_is_a_pipe_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.story", STORY)
    Path("out/a").mkdir(parents=True)
    os.mkfifo("out/a/manifest.json")
    assert "is no plain file" in built(capsys)[1]


# ---- what is embedded ----------------------------------------------------------------------------------------------


def test_nothing_but_pixels_goes_onto_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    drawn()
    picture = Image.new("RGB", (64, 32), "white")
    exif = picture.getexif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at home"
    replace(1, encoded(picture, "JPEG", exif=exif) + b"<script>alert(1)</script>")
    page, err = built(capsys)
    image = shown(page, 1)
    assert (err, image.size, dict(image.getexif())) == ("", (32, 64), {})
    source = b64decode(str(page.css("#panel-1 img")[0].attributes["src"]).partition(",")[2])
    assert b"home" not in source
    assert b"script" not in source


def test_a_large_picture_is_made_as_large_as_paper_needs(capsys: pytest.CaptureFixture[str]) -> None:
    drawn()
    replace(1, encoded(Image.new("RGB", (2048, 1536), "navy")))
    assert shown(built(capsys)[0], 1).size == (1024, 768)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_pictures_of_every_mode_are_shown(capsys: pytest.CaptureFixture[str], mode: str) -> None:
    drawn()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    replace(1, encoded(Image.new(mode, (64, 64)), kind))
    page, err = built(capsys)
    assert err == ""
    # Nothing at all is paper.
    white = mode in ("RGBA", "LA", "CMYK")
    darkest, lightest = shown(page, 1).convert("L").getextrema()
    assert (darkest, lightest) == ((255, 255) if white else (0, 0))
