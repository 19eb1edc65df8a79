"""What a visitor of the demo's page can see and do."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

# A step turns clocks and waits for what arrives; on a busy machine that takes a while.
STEP_MS = 30_000
STRANGER = "陌生人"
WIDTHS = pytest.mark.parametrize(("width", "height"), [(1280, 860), (390, 844)], ids=["desktop", "phone"])


class Visitor:
    """Somebody with the page open. `troubles` collects script errors and requests to anywhere else."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda request: self._heard(request.url))
        page.goto(address)
        page.wait_for_selector("body.ready")

    def _heard(self, url: str) -> None:
        if not url.startswith(self.address):
            self.troubles.append(f"asked {url}")

    def phone(self, side: str) -> Locator:
        """The member's or the secretary's phone, `side` being "member" or "secretary"."""
        return self.page.locator(f"#{side}")

    def play(self, step: int) -> str:
        """Plays a step (1 to 6) to its end; the line that says what happened."""
        self.page.locator("#steps .chip").nth(step - 1).click()
        expect(self.page.locator("#steps li").nth(step - 1)).to_have_class(re.compile("done"), timeout=STEP_MS)
        self.settle()
        return self.page.locator("#now").text_content() or ""

    def settle(self) -> None:
        """Waits until nothing is being played."""
        expect(self.page.locator("body")).not_to_have_class(re.compile("busy"), timeout=STEP_MS)

    def turn(self, button: str) -> None:
        """Presses one of the clock's buttons."""
        self.page.get_by_role("button", name=button).click()
        self.settle()

    def bubbles(self, side: str, last: int = 1) -> list[str]:
        """The last texts of a chat, each beginning with whose it is."""
        found = self.phone(side).locator(".bubble")
        # The chat may just be drawn anew.
        expect(found.nth(last - 1)).to_be_attached(timeout=STEP_MS)
        return found.all_text_contents()[-last:]

    def write(self, side: str, text: str) -> str:
        """Writes into a phone as a person does; the answer."""
        box = self.phone(side).locator("textarea")
        keyboard = self.phone(side).get_by_role("button", name="切换到键盘")
        written = self.phone(side).locator(".mine").count()
        # The menu may take the keyboard's place at any moment until something is written.
        self.page.add_locator_handler(keyboard, lambda: keyboard.click())
        box.fill(text)
        self.page.remove_locator_handler(keyboard)
        box.press("Enter")
        expect(self.phone(side).locator(".mine")).to_have_count(written + 1, timeout=STEP_MS)
        expect(self.phone(side).locator(".chat > div").last).to_have_class("theirs", timeout=STEP_MS)
        return self.bubbles(side)[0]

    def hand(self, side: str, name: str) -> None:
        """Gives a phone to somebody of the branch, or to a stranger."""
        picker = self.phone(side).locator(".picker")
        label: str = picker.evaluate(
            "(picker, name) => [...picker.options].find((option) => option.label.startsWith(name)).label", name
        )
        picker.select_option(label=label)
        if name != STRANGER:
            expect(self.phone(side).locator(".bubble").first).to_be_attached()

    def holder(self, side: str) -> Locator:
        """Whose phone it is, as the picker says."""
        return self.phone(side).locator(".picker option:checked")

    def owner(self, side: str) -> str:
        """The name alone."""
        return (self.holder(side).text_content() or "").split(" · ")[0]

    def ask(self, path: str) -> Any:
        """What the demo's door answers to the page, below `/demo/`."""
        return self.page.request.get(f"{self.address}demo/{path}").json()


def dialog(side: Locator, name: str) -> Locator:
    """What lies over the chat of a phone."""
    return side.get_by_role("dialog", name=name)


def opened(side: Locator) -> Locator:
    """What stands on the page that is open inside a phone."""
    return side.frame_locator("iframe").locator("body")
