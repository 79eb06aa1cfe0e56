"""Makes `storyboard.png`: the storyboard of an example on a desk and on a phone.

    python docs/pictures/storyboard.py

Run from the checkout's root, with storyscript and its development tools installed; needs a Chromium on the PATH.
"""

from __future__ import annotations

import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image
from playwright.sync_api import sync_playwright

from storyscript.cli import main as storyscript

if TYPE_CHECKING:
    from playwright.sync_api import Browser

STORY = "examples/lamp.story"
PICTURE = Path(__file__).parent / "storyboard.png"
GROUND, GAP, HEIGHT = "#8d8779", 28, 1300


def view(browser: Browser, page: Path, width: int, scheme: Literal["light", "dark"], scroll: str) -> Image.Image:
    """What a window of a width shows, scrolled to an anchor."""
    shown = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme)
    shown.goto(f"{page.as_uri()}{scroll}")
    return Image.open(BytesIO(shown.screenshot())).convert("RGB")


def main() -> None:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = folder / "lamp.html"
        storyscript(["run", "--offline", "--out", name, STORY])
        storyscript(["build", "--emit", "html", "--pictures", name, STORY, "-o", str(page)])
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            views = [view(browser, page, 1100, "light", ""), view(browser, page, 390, "dark", "#part-1")]
            browser.close()
    width = sum(image.width for image in views) + GAP * (len(views) + 1)
    picture = Image.new("RGB", (width, HEIGHT + 2 * GAP), GROUND)
    left = GAP
    for image in views:
        picture.paste(image, (left, GAP))
        left += image.width + GAP
    # A palette keeps the file small; 256 colours are enough for flat drawings.
    picture.quantize(256, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
