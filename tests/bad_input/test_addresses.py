"""Spoilt addresses and headers: every route answers 2xx, 3xx or 4xx, and refusals speak to the reader."""

import re
from urllib.parse import urlsplit

import pytest

from tests.access.driving import all_routes, fill
from tests.access.matrix import CLOSED_PREFIXES
from tests.bad_input.addresses import account_pages, admin_pages, ours
from tests.turns import IN_TURN, WHOLE, due, taken, turns

pytestmark = pytest.mark.django_db

QUERIES = {
    "nul": ("q=%00&page=%00", {400}),
    "not utf-8": ("q=%ff%fe&page=1", {400}),
    "half a character": ("q=%ED%A0%80", {400}),
    "30 digits": ("page=" + "9" * 30 + "&need=" + "9" * 30 + "&product=1&offset=" + "9" * 30, {400}),
    "9 kB": ("q=" + "a" * 9000, {414}),
    "2,000 parameters": ("&".join(f"a{number}" for number in range(2000)), {400, 414}),
    "quotes": ("q=%22&sector=%27&state=%22&country=%27&text=%22&side=%22&tab=%27&part=%22&c=%22,%27", None),
    "operators": ("q=AND%20(%20NEAR(*%20a:b%20%2F(a%2B)%2B%24%2F&sort=_script&facet=contact_email", None),
    "brackets": ("q=" + "(" * 500 + "&filters[$ne]=1&fields=*", None),
    "negative": ("page=-1&need=-1&product=-7&size=-1&p=-1", None),
    "huge page": ("page=999999999&p=999999999&size=1000000000", None),
    "words for numbers": ("page=last%20&need=abc&product=%C2%B2&page=%E5%A3%B9", None),
    "arabic digits": ("page=%D9%A3&need=%D9%A3&product=%D9%A3", None),
    "bidi and zero width": ("q=%E2%80%AE%E2%80%8B%EF%BB%BF&next=//evil.example&company=%E2%80%AE", None),
    "repeated": ("page=1&page=2&q=a&q=b&c=a,b,c,d,e,f&preview=draft&preview=x&all=1&part=x", None),
}


READERS = ("anonymous", "owner_x", "staff_a")


@pytest.mark.parametrize("kind", QUERIES)
@pytest.mark.parametrize("role", turns(READERS))
def test_queries(world, driver, role, kind):
    query, wanted = QUERIES[kind]
    wrong = []
    for number, (name, url) in enumerate(ours(world) + account_pages(), list(QUERIES).index(kind)):
        response, _written = driver.ask(taken(role, READERS, number), "GET", f"{url}{'&' if '?' in url else '?'}{query}")
        if response.status_code >= 500:
            wrong.append(f"{url} ({name}): {response.status_code}")
        elif wanted and response.status_code not in wanted:
            wrong.append(f"{url} ({name}): {response.status_code} instead of {wanted}")
    assert not wrong, "\n".join(wrong)


FILLERS = ["9" * 30, "9" * 5000, "0", "-1", "%00", "%ff", "a%22b", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%E2%80%AE", "x" * 1500]
WALKERS = ("anonymous", "owner_x", "platform")


@pytest.mark.parametrize("filler", FILLERS, ids=[text[:12] for text in FILLERS])
@pytest.mark.parametrize("role", turns(WALKERS))
def test_paths(world, driver, role, filler):
    """Every hole of every route filled with nonsense; in turn, every fifth hole of the admin rooms, by those who may enter."""
    wrong = []
    for number, (name, pattern) in enumerate(all_routes(), FILLERS.index(filler)):
        closed = pattern.startswith(CLOSED_PREFIXES)
        walker = "platform" if closed and role == IN_TURN else taken(role, WALKERS, number)
        if "<" not in pattern and "(" not in pattern:
            continue
        if closed and (walker != "platform" or not due(role, number, 5)):
            continue
        url = "/" + fill(pattern, filler)
        response, _written = driver.ask(walker, "GET", url)
        if response.status_code >= 500:
            wrong.append(f"{url[:200]} ({name}): {response.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("tail", ["%00", "%ff", "%ED%A0%80", "9" * 30 + "/", "x" * 9000, "%0d%0aSet-Cookie:a=b", "..%2f..%2f", ";/lib.js"])
def test_what_is_hung_on_an_address(world, driver, tail):
    wrong = []
    for name, url in [*ours(world), ("static", "/static/"), ("media", "/media/"), ("root", "/")]:
        response, _written = driver.ask("owner_x", "GET", urlsplit(url).path + tail)
        if response.status_code not in range(300, 500):
            wrong.append(f"{url}{tail[:20]} ({name}): {response.status_code}")
        if "Set-Cookie" in response.headers:
            wrong.append(f"{url}{tail[:20]} ({name}): a header was smuggled in")
    assert not wrong, "\n".join(wrong)


HEADERS = {
    "10 kB of languages": {"HTTP_ACCEPT_LANGUAGE": "zh-Hans,en;q=0.9," * 600},
    "odd languages": {"HTTP_ACCEPT_LANGUAGE": "\x00;q=NaN,*;q=-1,zh--,x" + "a" * 200},
    "method in disguise": {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE", "HTTP_X_METHOD_OVERRIDE": "PUT"},
    "broken cookies": {"HTTP_COOKIE": 'sessionid="\x00; csrftoken=%ff; theme="><script>; messages=xx; django_language=../..'},
    "odd htmx": {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[", "HTTP_HX_TARGET": "%ff"},
    "odd conditions": {"HTTP_IF_NONE_MATCH": '"' * 50, "HTTP_IF_MODIFIED_SINCE": "yesterday", "HTTP_RANGE": "bytes=9-1"},
    "odd origin": {"HTTP_REFERER": "http://[::1", "HTTP_ORIGIN": "null", "HTTP_ACCEPT": "\xff/*"},
}


@pytest.mark.parametrize("kind", HEADERS)
@pytest.mark.parametrize("role", turns(READERS))
def test_headers(world, driver, role, kind):
    wrong = []
    for number, (name, url) in enumerate(ours(world), list(HEADERS).index(kind)):
        reader = taken(role, READERS, number)
        response, _written = driver.ask(reader, "GET", url, **HEADERS[kind])
        if response.status_code >= 500:
            wrong.append(f"{url} ({name}) as {reader}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_an_unknown_language_means_the_first_one(client, world):
    response = client.get("/", headers={"accept-language": "tlh,x-klingon;q=0.9"})
    assert response.status_code == 302
    assert response.url == "/zh-hans/"
    for prefix in ("fr", "zh", "EN", "zh-hant", "en-us"):
        assert client.get(f"/{prefix}/companies/").status_code in (302, 404)


def test_a_foreign_host_is_refused(client, world):
    assert client.get("/en/companies/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("query", ["q=%00", "page=" + "9" * 30])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_refusal_speaks_both_languages_and_stays_a_page(client, world, language, query):
    response = client.get(f"/{language}/companies/?{query}")
    body = response.content.decode()
    assert response.status_code == 400
    assert re.search("[\u4e00-\u9fff]{4}", body)
    assert re.search("[A-Za-z]{4} ", body)
    assert f'href="/{language}/' in body or 'href="/"' in body


ADMIN_QUERIES = [
    "q=%22&p=-1&ordering=%22&locale=%22&o=-99", "q=%00", "q=%ff", "offset=" + "9" * 30, "p=" + "9" * 30, "q=" + "a" * 60_000,
    "q=a%20NEAR(*&collection_id=%C2%B2&user=abc&date_from=13&content_type=" + "x" * 50,
]  # fmt: skip


@pytest.mark.parametrize("query", ADMIN_QUERIES)
@pytest.mark.parametrize("lists", WHOLE)
def test_lists_of_the_admin_room(world, driver, lists, query):
    """What stock Wagtail answers with a 500 is refused or ignored."""
    marks = ("results", "list", "index", "chooser", "search", "reports", "choose", "changelist", "history")
    wrong = []
    listing = [(n, url) for n, url in admin_pages() if any(mark in n for mark in marks) or url.count("/") <= 3]
    for number, (name, url) in enumerate(listing, ADMIN_QUERIES.index(query)):
        if due(lists, number, 2):
            response, _written = driver.ask("platform", "GET", f"{url}?{query}")
            if response.status_code >= 500 and name != "wagtailadmin_error_test":
                wrong.append(f"{url} ({name}): {response.status_code}")
    assert not wrong, "\n".join(wrong)
