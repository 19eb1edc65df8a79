"""Makes the README's picture of the demo: `python -m tests.browser.screenshot`."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, BROWSERS, ROOT, running_demo
from tests.browser.visitor import Visitor

PICTURE = ROOT / "docs" / "images" / "demo.png"
# With the broadcast both phones have something to show.
STEPS = (1, 2, 3, 4)


def main() -> None:
    """Plays the first steps in a fresh demo and takes a picture of what there is to see."""
    chromium = next(path for name in BROWSERS if (path := shutil.which(name)))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder), Path(folder) / "compiled") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1.5)
        visitor = Visitor(page, address)
        for step in STEPS:
            visitor.play(step)
        page.mouse.move(0, 0)
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE, animations="disabled")
        browser.close()


if __name__ == "__main__":
    main()
