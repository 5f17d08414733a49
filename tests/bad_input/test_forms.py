"""Spoilt forms: clear refusals with the entered values kept, never an error of ours, never a row."""

import re

import pytest
from django.core.cache import cache

from tests.access.driving import address, body_of
from tests.access.matrix import ROWS, letter_of
from tests.factories.users import PASSWORD
from tests.turns import WHOLE, due

pytestmark = pytest.mark.django_db
FORMS = sorted(name for name, row in ROWS.items() if row.form)
MEGABYTE = "x" * 1_000_000


def doer(world, name):
    """Return somebody who may post this form for the own half."""
    row = ROWS[name]
    roles = ("owner_x", "staff_a", "registered", "owner_y", "platform")
    return next(
        (role for role in roles if letter_of(role, world.x, personal=row.personal) in row.acts), "owner_x"
    )


def target(world, name, language="en"):
    row = ROWS[name]
    return address(name, row.args(world, world.x), language, row.query)


def spoilt(world, name, value):
    """The right form with one field after the other replaced by ``value``."""
    form = ROWS[name].form(world, world.x)
    for field in form:
        yield field, {**form, field: value}


VALUES = {
    "endless text": MEGABYTE,
    "endless number": "9" * 5000,
    "30 digits": "9" * 30,
    "negative": "-1",
    "bidi and zero width": "\u202e\u200b\ufeff\u2066evil\u2069",
    "only blanks": " \u3000\t\n ",
    "markup": '"><script>alert(1)</script><!--',
    "template": "{{ 7|add:7 }}{% debug %} %(name)s %s {0.__class__}",
    "superscript digit": "²",
    "arabic digits": "٣",
    "emoji": "👩‍👩‍👧‍👦İß",
    "spoilt character": "a\ufffdb",
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("fields", WHOLE)
def test_every_field_with_nonsense(world, driver, fields, name, kind):
    """In turn, each field is given at least a third of the nonsense, and each form all of it."""
    wrong, several = [], min(3, len(ROWS[name].form(world, world.x)))
    for number, (field, form) in enumerate(spoilt(world, name, VALUES[kind]), list(VALUES).index(kind)):
        if not due(fields, number, several):
            continue
        response, _written = driver.ask(doer(world, name), "POST", target(world, name), form)
        if response.status_code >= 500:
            wrong.append(f"{name}: {field} = {kind}: {response.status_code}")
        if "<script>alert" in body_of(response):
            wrong.append(f"{name}: {field} comes back as markup")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", FORMS)
def test_nul_is_refused_everywhere(world, driver, name):
    for field, form in spoilt(world, name, "a\x00b"):
        response, written = driver.ask(doer(world, name), "POST", target(world, name), form)
        assert response.status_code == 400, f"{name}: {field}"
        assert not written


# Form, its text field with a limit, another field whose value must come back.
LIMITED = [
    ("workspace:company_section", "summary_en", "summary_zh", "留住我"),
    ("workspace:offer_new", "title_en", "title_zh", "留住我"),
    ("workspace:need_new", "text_en", "title_en", "keep me here"),
    ("workspace:product_new", "name_en", "name_zh", "留住我"),
    ("workspace:credential_new", "issuer", "number", "keep-1234"),
    ("workspace:company_section#contact", "name", "position", "keep me here"),
    ("introductions:message", "text", None, None),
    ("workspace:claim", "message", None, None),
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("name", "field", "other", "kept"), LIMITED)
def test_a_megabyte_gets_the_limits_message_and_the_rest_is_kept(world, driver, name, field, other, kept, language):
    form = {**ROWS[name].form(world, world.x), field: MEGABYTE}
    if other:
        form[other] = kept
    response, written = driver.ask("owner_x", "POST", target(world, name, language), form)
    body = body_of(response)
    assert response.status_code == 422
    assert not written
    assert re.search("1000000|1,000,000|1 000 000", body), "the message names how long the text is"
    if kept:
        assert kept in body
    if language == "zh-hans":
        assert not re.search(r"Ensure this value", body)


BODIES = {
    "not utf-8": (b"statement=%ff%fe&name=\xff\xfe", "application/x-www-form-urlencoded"),
    "half a character": (b"statement=%ED%A0%80&summary_en=%ED%A0%80", "application/x-www-form-urlencoded"),
    "other charset": (b"a=b", "application/x-www-form-urlencoded; charset=utf-7"),
    "unknown charset": (b"a=b", "application/x-www-form-urlencoded; charset=none-such"),
    "multipart without boundary": (b"--x\r\n\r\n", "multipart/form-data"),
    "broken multipart": (b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb", "multipart/form-data; boundary=x"),
    "odd boundary": (b"--\r\n", "multipart/form-data; boundary=\xc3\xa4"),
    "bad transfer": (
        b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    "json": (b'{"a": "\\ud800", "id": 1e999}', "application/json"),
    "xml": (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "text/xml"),
    "no type": (b"a=b", ""),
    "2,000 fields": (b"&".join(b"a%d=1" % number for number in range(2000)), "application/x-www-form-urlencoded"),
    "too large": (b"a=" + b"x" * (4 * 1024 * 1024), "application/x-www-form-urlencoded"),
    "file with NUL in its name": (
        b"--x\r\nContent-Disposition: form-data; name=\"evidence\"; filename=\"a\x00.pdf\"\r\n\r\n%PDF-\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    "file with a path for a name": (
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../etc/passwd\"\r\n\r\nname_en\nA\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    "empty file": (
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\n\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    "not a workbook": (
        b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.xlsx\"\r\n\r\nPK\x03\x04rubbish\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
}  # fmt: skip
STATUS = {"2,000 fields": {400}, "too large": {413}, "broken multipart": None, "multipart without boundary": {400}, "other charset": {400}, "unknown charset": None}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("forms", WHOLE)
def test_bodies(world, driver, forms, kind):
    body, content_type = BODIES[kind]
    wrong = []
    for number, name in enumerate(["desk:imports", *FORMS]):
        if name != "desk:imports" and not due(forms, number + list(BODIES).index(kind), 3):
            continue
        role = "staff_a" if name == "desk:imports" else doer(world, name)
        url = target(world, name)
        response, _written = driver.ask(role, "POST", url, body, content_type="x/y", CONTENT_TYPE=content_type)
        wanted = STATUS.get(kind)
        if response.status_code >= 500 or (wanted and response.status_code not in wanted):
            wrong.append(f"{name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/"])
@pytest.mark.parametrize("kind", VALUES)
def test_account_forms(world, driver, path, kind):
    cache.clear()
    for field in ("login", "email", "password", "password1", "next"):
        form = {"login": "a@example.org", "email": "a@example.org", "password": "b", "password1": "b", field: VALUES[kind]}
        response, _written = driver.ask("anonymous", "POST", f"/en/account/{path}", form)
        assert response.status_code < 500, f"{path} {field}: {response.status_code}"
    cache.clear()


ELSEWHERE = ["//evil.example", "https://evil.example/", "/\\evil.example", "http:evil.example", "javascript:alert(1)", "\t//evil.example"]


@pytest.mark.parametrize("there", ELSEWHERE)
def test_nobody_is_led_elsewhere(world, client, there):
    """``next`` leads only to our own pages: after the log-in, after a change of colours, from the closed doors."""
    cache.clear()
    form = {"login": world.people["owner_x"].email, "password": PASSWORD, "next": there}
    answers = [
        client.post("/en/account/login/", form),
        client.post("/settings/display/", {"theme": "dark", "next": there}),
        client.post("/settings/display/", {"theme": "dark"}, headers={"referer": there}),
        client.post("/en/account/logout/", {"next": there}),
    ]
    for response in answers:
        assert response.status_code == 302
        assert "evil" not in response.url
        assert "javascript" not in response.url
    for door in ("/admin/login/", "/django-admin/login/"):
        assert client.get(door, {"next": there}).url.startswith(("/zh-hans/account/login/", "/en/account/login/"))
    cache.clear()
