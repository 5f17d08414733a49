"""What every answer tells the browser, and that no page holds inline code or reaches for other hosts."""

import re
from functools import cache
from html.parser import HTMLParser

import pytest

from tests.access.driving import body_of
from tests.bad_input.addresses import account_pages, admin_pages, ours
from tests.turns import taken, turns

pytestmark = pytest.mark.django_db
ROLES = ("anonymous", "registered", "owner_x", "staff_a", "platform")
# What a role was answered is read by several tests, so one process has them all.
BY_ROLE = [pytest.param(role, marks=pytest.mark.xdist_group(f"answers to {role}")) for role in ROLES]
LANGUAGES = ("zh-hans", "en")
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
REFUSALS = ("/en/companies/?q=%00", "/en/companies/?q=" + "a" * 9000, "/en/no-such-page/", "/nothing", "/en/companies/?page=999")
SAFE_SOURCES = re.compile(r"'none'|'self'|data:|'nonce-[\w+/=-]{16,}'|'sha256-[\w+/=]+'")


def pages(world, language):
    """Every address of ours and of the account pages; in turn, each in one of the languages."""
    found = [[url for _name, url in ours(world, one) + account_pages(one)] for one in LANGUAGES]
    chosen = [dict(zip(LANGUAGES, urls, strict=True)) for urls in zip(*found, strict=True)]
    return [urls[taken(language, LANGUAGES, number)] for number, urls in enumerate(chosen)] + list(REFUSALS)


@pytest.fixture(scope="module")
def answers(world, driver):
    """``answers(role, language)``: every page as the role sees it, asked once: [(address, answer), …]."""
    return cache(lambda role, language: [(url, driver.ask(role, "GET", url)[0]) for url in pages(world, language)])


def policy_of(response):
    """Return the directives of the answer's content security policy."""
    header = response.headers.get("Content-Security-Policy", "")
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


@pytest.mark.parametrize("language", turns(LANGUAGES))
@pytest.mark.parametrize("role", BY_ROLE)
def test_every_answer_carries_the_browser_rules(answers, role, language):
    wrong = []
    for url, response in answers(role, language):
        short = url[:80]
        wrong += [
            f"{short}: {name} is {response.headers.get(name)}"
            for name, value in FIXED.items()
            if response.headers.get(name) != value
        ]
        if "camera=()" not in response.headers.get("Permissions-Policy", ""):
            wrong.append(f"{short}: no Permissions-Policy")
        policy = policy_of(response)
        if policy.get("default-src") != ["'none'"]:
            wrong.append(f"{short}: default-src is {policy.get('default-src')}")
        for directive, sources in policy.items():
            odd = [source for source in sources if not SAFE_SOURCES.fullmatch(source)]
            if odd and directive != "sandbox":
                wrong.append(f"{short}: {directive} allows {odd}")
        if "sandbox" not in policy and not {"base-uri", "form-action", "frame-ancestors"} <= policy.keys():
            wrong.append(f"{short}: a directive is missing that default-src does not cover")
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.parametrize("language", turns(LANGUAGES))
@pytest.mark.parametrize("role", BY_ROLE)
def test_what_is_personal_is_in_no_cache(answers, role, language):
    """Answers to people who are signed in, and answers that set a cookie."""
    wrong, cacheable = [], 0
    for url, response in answers(role, language):
        control = response.headers.get("Cache-Control", "")
        kept_out = "no-store" in control and "private" in control
        cacheable += not kept_out
        if (role != "anonymous" or response.cookies) and not kept_out:
            wrong.append(f"{url[:80]}: Cache-Control is {control!r}")
    assert not wrong, "\n".join(wrong[:40])
    assert role != "anonymous" or cacheable, "public pages may be cached, or this test reads nothing"


def test_the_admin_rooms_stay_out_of_caches_and_frames(world, driver):
    wrong = []
    for name, url in admin_pages():
        if name in ("wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "wagtailadmin_error_test"):
            continue
        response, _written = driver.ask("platform", "GET", url)
        if "no-store" not in response.headers.get("Cache-Control", ""):
            wrong.append(f"{url}: Cache-Control is {response.headers.get('Cache-Control')!r}")
        if response.headers.get("X-Frame-Options") not in ("DENY", "SAMEORIGIN"):
            wrong.append(f"{url}: may be framed")
        if response.headers.get("X-Content-Type-Options") != "nosniff":
            wrong.append(f"{url}: may be sniffed")
    assert not wrong, "\n".join(wrong[:40])


class Inline(HTMLParser):
    """Collects what a strict policy would block, or what would tell another host about the reader."""

    def __init__(self, nonces):
        super().__init__()
        self.nonces, self.found = nonces, []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if "style" in values:
            self.found.append(f"<{tag} style>")
        self.found += [f"<{tag} {name}>" for name in values if name.startswith(("on", "hx-on"))]
        has_nonce = values.get("nonce") in self.nonces and values.get("nonce")
        if tag == "style" and not has_nonce:
            self.found.append("<style> without the nonce")
        is_data = values.get("type") in ("application/json", "application/ld+json")
        if tag == "script" and "src" not in values and not has_nonce and not is_data:
            self.found.append("<script> without src and nonce")
        for name in ("href", "src", "action", "formaction"):
            address = (values.get(name) or "").strip().lower()
            if address.startswith(("javascript:", "vbscript:", "data:text")):
                self.found.append(f"<{tag} {name}={address[:30]}>")
            loads = tag not in ("a",) and not (tag == "link" and values.get("rel") in ("canonical", "alternate"))
            if loads and re.match(r"(https?:)?//", address) and not address.startswith("http://testserver"):
                self.found.append(f"<{tag} {name}={address[:40]}>")


@pytest.mark.parametrize("language", turns(LANGUAGES))
@pytest.mark.parametrize("role", BY_ROLE)
def test_no_page_holds_inline_code(answers, role, language):
    wrong, parsed = [], 0
    for url, response in answers(role, language):
        if "html" in response.headers.get("Content-Type", ""):
            sources = [source for part in policy_of(response).values() for source in part]
            parser = Inline({source[7:-1] for source in sources if source.startswith("'nonce-")})
            parser.feed(body_of(response))
            wrong += [f"{url[:80]}: {what}" for what in parser.found]
            parsed += 1
    assert not wrong, "\n".join(wrong[:40])
    assert parsed > 20


def test_every_answer_draws_its_own_nonce(world, driver):
    """A nonce that repeats is a password that everybody knows."""
    pages_with = []
    for _round in range(3):
        response, _written = driver.ask("owner_x", "GET", "/en/my/")
        pages_with += re.findall(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"])
    assert len(set(pages_with)) >= len(pages_with) // 2 or not pages_with


def test_a_members_page_is_not_served_to_the_next_reader(world, driver):
    """Tricks that make caches store what is personal: a file name at the end, conditional requests."""
    for tail in ("lib.js", ";/lib.js", "?x=/lib.css"):
        response, _written = driver.ask("owner_x", "GET", f"/en/my/{tail}")
        assert response.status_code == 404 or "no-store" in response.headers["Cache-Control"]
    first, _written = driver.ask("owner_x", "GET", f"/en/companies/{world.x.company.slug}/")
    tag = first.headers.get("ETag")
    if tag:
        second, _written = driver.ask("owner_z", "GET", f"/en/companies/{world.x.company.slug}/", HTTP_IF_NONE_MATCH=tag)
        assert second.status_code == 200, "another reader's page has another tag"
