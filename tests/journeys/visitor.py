"""A person at a browser: opens pages by their names, fills in forms by field names, and notices what breaks."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils.translation import override

from tests.factories.users import PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Visitor:
    """One browser session in one language. ``problems`` collects what no page may do; a journey ends by reading it."""

    def __init__(self, chromium, base, language):
        self.context = chromium.new_context(viewport=DESK, locale="zh-CN" if language == "zh-hans" else "en-SG")
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.base, self.language = base, language
        self.problems = []
        # Chromium reports violations of the content security policy as console errors too.
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        self.page.on("response", self._answered)

    def _note(self, what):
        self.problems.append(f"{self.page.url}: {what}")

    def _heard(self, message):
        if message.type == "error":
            self._note(message.text)

    def _answered(self, response):
        if response.status >= 400:
            self._note(f"{response.status} {response.url}")

    def url(self, name, *args):
        """The path of a page in this person's language."""
        with override(self.language):
            return reverse(name, args=args)

    def go(self, name, *args):
        self.page.goto(self.base + self.url(name, *args))

    def is_at(self, name, *args):
        """Wait until the browser has arrived at a page."""
        self.page.wait_for_url(lambda url: url.partition("?")[0] == self.base + self.url(name, *args))

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.fill(f'main [name="{name}"]', value)

    def tick(self, name, *values):
        """Tick boxes or choose radio buttons, opening the folded groups that hold them as a person would."""
        for value in values:
            box = self.page.locator(f'main input[name="{name}"][value="{value}"]')
            folded = box.locator("xpath=ancestor::details[not(@open)]")
            while folded.count():
                folded.first.locator("> summary").click()
            box.check()

    def press(self, name="", value="", form=""):
        """Press a button by its name and value, or the only submit button of the form to ``form``."""
        if name:
            wanted = f'main button[name="{name}"]' + (f'[value="{value}"]' if value else "")
        else:
            scope = f'main form[action="{form}"]' if form else "main form"
            wanted = f"{scope} button:is(.primary, [type=submit]):not([name])"
        with self.page.expect_navigation():
            self.page.locator(wanted).first.click()

    def follow(self, path):
        """Click the first link of the page's body that leads to a path."""
        with self.page.expect_navigation():
            self.page.locator(f'main a[href="{path}"]').first.click()

    def log_in(self, user, secret=""):
        """Log in through the form; with a second factor where the person has one."""
        self.go("account_login")
        self.fill(login=user.email, password=PASSWORD)
        self.press()
        if secret:
            self.is_at("mfa_authenticate")
            self.fill(code=format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
            self.press()

    def text(self, selector="main"):
        return self.page.locator(selector).first.inner_text()

    def inspect(self):
        """Look at the present page as on a phone and with the accessibility rules of WCAG 2.1 AA."""
        self.page.set_viewport_size(PHONE)
        if excess := self.page.evaluate(SIDEWAYS):
            self._note(f"{excess} px wider than a phone")
        self.page.set_viewport_size(DESK)
        for found in Axe().run(self.page, options=AXE).response["violations"]:
            if found["impact"] in ("serious", "critical"):
                places = [node["target"] for node in found["nodes"][:3]]
                self._note(f"{found['id']} ({found['impact']}): {places}")
