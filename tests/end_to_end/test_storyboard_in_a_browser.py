"""The storyboard, as a browser shows and prints it.

Runs where there is a Chromium; with `BROWSER_TESTS=required` it is a failure that there is none.
"""

from __future__ import annotations

import io
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from storyscript.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONG = "Donaudampfschifffahrtsgesellschaftskapitaen" * 6
HOSTILE = f"""\
title: </title><script>document.title = "broken"</script> {LONG}
author: <img src=x onerror="document.title='broken'"> "A" & 'B'
negative: </style><script>document.title = "broken"</script>
private-model: {LONG}
steps: 7
character {LONG}
  a woman <script>document.title = "broken"</script> {LONG}
  as: her
section <h1 onclick=alert(1)>{LONG}
scene {LONG}
  walks <iframe src="https://example.org/"> {LONG}
  caption: </p></article><style>p</style> {LONG}
scene b [NC]
  an <object data="https://example.org/"> (NC)
  captoin: {LONG}
scene
  \u202e{LONG} \u2066\u2069\u2069
event
  <svg onload="document.title='broken'"> https://example.org/{LONG}
"""
WORLD = """\
title: مدينة الضباب
author: نور الهدى
size: 1024x640
character ليلى
  فتاة صغيرة، شعر أسود قصير، وشاح أحمر
character 小明
  一个小男孩、戴着圆眼镜
section الفصل الأول
scene صباح
  تستيقظ في غرفة صغيرة تحت السقف
  caption: لم تسمع الأجراس.
section 第二幕
scene 雨 [NC]
  雨が瓦屋根を流れ落ち、古いランプが窓辺で光っている。
  caption: none
scene 见面
  lead: 小明
  在灯下和 @ليلى 说话。她笑了
"""
TURNED = """\
character M
  a man{before}
scene
  walks{within}
  caption: home
scene
  walks home
"""
LENGTHY = "character M\n  a man, grey coat\n" + "".join(
    f"section Part {number // 10}\n" * (number % 10 == 0)
    + f"scene s{number}\n  stands at door number {number}{', and looks at it for a long time' * (number % 9)}\n"
    for number in range(30)
)


MARKS = [
    {"before": "", "within": ""},
    *({"before": f" {mark}", "within": f" {mark}"} for mark in ("\u202e", "\u2067", "\u202b")),
    {"before": " \u2069\u2069\u2069\u202e", "within": " \u2069\u2069\u202e"},
]
"""What is written behind a text; nothing but that text may be written in another direction for it."""


@pytest.fixture(scope="module")
def chromium() -> str:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail("there is no Chromium on the PATH, and these tests are required to run")
        pytest.skip("there is no Chromium on the PATH")
    return path


@pytest.fixture(scope="module")
def pages(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:  # noqa: ARG001 - without one, nothing is made
    """Pages on the disk: with pictures, hostile, in scripts of the world, long, and of one panel."""
    folder = tmp_path_factory.mktemp("pages")
    stories = {
        "lamp": EXAMPLES / "lamp.story",
        "squirrel": EXAMPLES / "squirrel.story",
    }
    texts = {"hostile": HOSTILE, "world": WORLD, "lengthy": LENGTHY}
    texts |= {f"turned-{number}": TURNED.format(**marks) for number, marks in enumerate(MARKS)}
    for name, text in texts.items():
        stories[name] = folder / f"{name}.story"
        stories[name].write_text(text, "utf-8")
    small = ["--set", "size=256"]  # quick to draw
    assert main(["run", "--offline", "--out", str(folder / "out"), str(stories["lamp"]), *small]) == 0
    paths = {name: folder / f"{name}.html" for name in stories}
    for name, story in stories.items():
        words = ["--pictures", str(folder / "out"), "-o", str(paths[name]), *(small if name == "lamp" else [])]
        assert main(["build", "--emit", "html", str(story), *words]) == 0
    return paths


@pytest.fixture(scope="module")
def browser(chromium: str, pages: dict[str, Path]) -> Iterator[Browser]:  # noqa: ARG001 - see below
    """A browser; started after the pages are made, since its driver occupies this thread's event loop."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it starts a process of its own

    with sync_playwright() as playwright:
        # A user's folder of its own, made and removed by the driver.
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


class Visit:
    """A page as it is looked at, and everything that it asked for or complained about."""

    def __init__(self, browser: Browser, path: Path, *, width: int = 1280, scheme: Any = "light") -> None:  # noqa: ANN401
        self.context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.goto(path.as_uri())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


NAMES = ["lamp", "hostile", "world", "lengthy"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_scrolls_sideways_and_nothing_is_asked_for_or_run(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    with Visit(browser, pages[name], width=width) as visit:
        assert visit.page.evaluate("document.documentElement.scrollWidth") == width
        wide = visit.page.evaluate(
            "[...document.querySelectorAll('body *:not(.skip)')]"
            ".filter(e => { const r = e.getBoundingClientRect(); return r.right > innerWidth || r.left < 0; })"
            ".map(e => e.outerHTML.slice(0, 80))"
        )
        assert wide == []
        assert [url for url in visit.asked if not url.startswith("data:image/jpeg;base64,")] == [pages[name].as_uri()]
        assert visit.said == []
        assert visit.page.title() != "broken"
        assert visit.page.evaluate("document.scripts.length") == 0
        unseen = "[...document.images].filter(image => !image.complete || image.naturalWidth == 0).length"
        assert visit.page.evaluate(unseen) == 0
        # One column on a phone, several on a desk.
        lefts = visit.page.evaluate(
            "[...document.querySelectorAll('.card')].map(card => card.getBoundingClientRect().left)"
        )
        assert (len(set(lefts)) == 1) == (width == 360)


@pytest.mark.parametrize("name", ["lamp", "hostile", "world"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, pages: dict[str, Path], name: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # noqa: PLC0415 - it reads a large script

    with Visit(browser, pages[name], scheme=scheme) as visit:
        ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        red, green, blue = map(int, re.findall(r"\d+", ground))
        assert (red + green + blue < 200) == (scheme == "dark")
        results = Axe().run(visit.page)
        assert results.violations_count == 0, results.generate_report()
        passed = {rule["id"] for rule in results.response["passes"]}
        assert {"color-contrast", "landmark-one-main", "aria-required-children", "heading-order"} <= passed


def test_it_is_used_by_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    with Visit(browser, pages["lamp"], width=360) as visit:
        page = visit.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the panels"
        box = page.locator(".skip").bounding_box()
        assert box is not None
        assert box["y"] >= 0
        page.keyboard.press("Enter")
        assert page.url.endswith("#panels")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.matches('a')")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.locator("nav a", has_text="Events").focus()
        page.keyboard.press("Enter")
        top = page.evaluate("document.querySelector(location.hash).getBoundingClientRect().top")
        assert 0 <= top < 800


def test_texts_read_back_as_they_were_put_in(browser: Browser, pages: dict[str, Path]) -> None:
    with Visit(browser, pages["hostile"]) as visit:
        heading = visit.page.locator("h1").text_content()
        assert heading == HOSTILE.splitlines()[0].removeprefix("title: ")
        caption = next(line for line in HOSTILE.splitlines() if "caption:" in line)
        assert visit.page.locator("p.caption").first.text_content() == caption.strip().removeprefix("caption: ")


def test_a_mark_that_turns_the_direction_of_writing_ends_with_its_text(
    browser: Browser, pages: dict[str, Path]
) -> None:
    # Where the first and the last letter of the text stand, seen from where its first line begins.
    letters = """all => all.map(element => {
        const node = element.firstChild, length = node.textContent.length, range = document.createRange();
        const left = at => { range.setStart(node, at); range.setEnd(node, at + 1);
                             return Math.round(range.getBoundingClientRect().left); };
        const first = node.textContent.indexOf("walks");
        return left(first + 4) - left(first);
    })"""
    comma = """all => all.map(element => {
        const own = element.firstChild.getBoundingClientRect();
        const range = document.createRange();
        range.selectNode(element.lastChild);
        return range.getBoundingClientRect().left >= own.right - 1;
    })"""
    for number in range(len(MARKS)):
        with Visit(browser, pages[f"turned-{number}"]) as visit:
            assert all(width > 0 for width in visit.page.locator(".description").evaluate_all(letters)), MARKS[number]
            assert visit.page.locator(".character").evaluate_all(comma) == [True, True], MARKS[number]
            lines = "all => all.map(e => e.getBoundingClientRect().left)"
            [who, *_] = visit.page.locator(".character").evaluate_all(lines)
            [what, *_] = visit.page.locator(".description").evaluate_all(lines)
            assert who < what, MARKS[number]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize(("name", "fewest", "most"), [("squirrel", 2, 4), ("lamp", 1, 3), ("lengthy", 6, 10)])
def test_no_panel_is_cut_on_paper(
    browser: Browser, pages: dict[str, Path], name: str, fewest: int, most: int, paper: str
) -> None:
    from pypdf import PdfReader  # noqa: PLC0415 - only paper needs it

    with Visit(browser, pages[name]) as visit:
        sheets = PdfReader(io.BytesIO(visit.page.pdf(format=paper))).pages
        cards = visit.page.eval_on_selector_all(
            ".card",
            "cards => cards.map(c => [c.querySelector('h3 bdi')?.textContent, c.querySelector('.source').textContent])",
        )
        texts = [sheet.extract_text() for sheet in sheets]
        assert fewest <= len(texts) <= most
        for number, text in enumerate(texts, 1):
            assert f"{number} / {len(texts)}" in text
            assert text.strip() != f"{number} / {len(texts)}"
        # The first and the last line of a card are on one sheet.
        for first, last in cards:
            [end] = [number for number, text in enumerate(texts) if re.search(rf"{re.escape(last)}\b", text)]
            assert first is None or re.search(rf"^\d+\s*{re.escape(first)}\b", texts[end], re.MULTILINE), (first, last)


def test_no_row_of_panels_begins_on_one_sheet_and_ends_on_another(browser: Browser, pages: dict[str, Path]) -> None:
    """Measured on the page as it is laid out for paper: rows are shorter than a sheet, and asked to stay whole."""
    with Visit(browser, pages["lengthy"], width=700) as visit:
        visit.page.emulate_media(media="print")
        rows = visit.page.eval_on_selector_all(
            ".row", "rows => rows.map(r => [r.getBoundingClientRect().height, getComputedStyle(r).breakInside])"
        )
        assert len(rows) == 12  # three parts of ten panels, three in a row
        assert all(height < 900 and rule == "avoid" for height, rule in rows)


def test_paper_is_black_on_white(browser: Browser, pages: dict[str, Path]) -> None:
    with Visit(browser, pages["lamp"], scheme="dark") as visit:
        visit.page.emulate_media(media="print")
        colours = visit.page.eval_on_selector_all(
            "body, body *", "all => [...new Set(all.map(e => getComputedStyle(e).backgroundColor))]"
        )
        assert set(colours) <= {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}
        assert visit.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert visit.page.locator("nav, .skip").evaluate_all(
            "all => all.every(e => getComputedStyle(e).display == 'none')"
        )
