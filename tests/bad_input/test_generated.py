"""Generated requests over all routes: whatever is asked, nothing breaks."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access.driving import all_routes, fill
from tests.access.matrix import ROWS
from tests.access.world import ROLES
from tests.bad_input.addresses import ours

pytestmark = pytest.mark.django_db
NAMES = st.sampled_from(
    ["q", "page", "p", "sector", "country", "place", "sort", "need", "product", "c", "part", "all", "tab", "side", "state",
     "text", "preview", "expand", "theme", "next", "company", "step", "token", "file", "offset", "ordering", "id", "format"]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.sampled_from(["", "1", "0", "-1", "on", "²", '"', "'", "%", "\\", "*", "(", "a:b", "//evil", "../..", "null", "NaN", "1e9",
                     "\u202e", "𠮷", "一", "9" * 30, "company-x", "hidden-z", "withdraw", "decide", "apply"]),
)  # fmt: skip
FIELDS = st.dictionaries(st.one_of(NAMES, st.text(min_size=1, max_size=12)), VALUES, max_size=6)
OURS = sorted(ROWS)
PATTERNS = sorted({pattern for _name, pattern in all_routes() if not pattern.startswith("django-admin/")})


def encodable(fields):
    """The test client sends UTF-8; half characters are tried elsewhere."""
    return {key.encode("utf-8", "replace").decode(): value.encode("utf-8", "replace").decode() for key, value in fields.items()}


TRIED = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)


def ask_anything(world, driver, data):
    """Our routes with fitting arguments, in every role, language and method."""
    known = data.draw(st.sampled_from(ours(world, data.draw(st.sampled_from(["zh-hans", "en"])))), label="address")
    role = data.draw(st.sampled_from(ROLES), label="role")
    method = data.draw(st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"]), label="method")
    query, form = encodable(data.draw(FIELDS, label="query")), encodable(data.draw(FIELDS, label="form"))
    base = known[1].partition("?")[0]
    if method in ("GET", "HEAD"):
        response, _written = driver.ask(role, method, base, query)
    else:
        extra = {} if method == "POST" else {"content_type": "application/x-www-form-urlencoded"}
        body = form if method == "POST" else urlencode(form)
        response, _written = driver.ask(role, method, f"{base}?{urlencode(query)}", body, **extra)
    assert response.status_code < 500


@settings(TRIED, max_examples=100)
@given(data=st.data())
def test_any_request(world, driver, data):
    ask_anything(world, driver, data)


@pytest.mark.nightly
@settings(TRIED, max_examples=1000)
@given(data=st.data())
def test_any_request_of_many(world, driver, data):
    ask_anything(world, driver, data)


def ask_anywhere(world, driver, data):
    """All routes, the admin rooms included, with arguments that nobody gave them."""
    pattern = data.draw(st.sampled_from(PATTERNS), label="pattern")
    filler = data.draw(st.one_of(st.text(min_size=1, max_size=8), st.integers().map(str)), label="filler")
    url = "/" + fill(pattern, quote(filler.encode("utf-8", "replace")))
    response, _written = driver.ask(data.draw(st.sampled_from(["anonymous", "owner_x", "platform"])), "GET", url)
    assert response.status_code < 500 or "failwhale" in url


@settings(TRIED, max_examples=70)
@given(data=st.data())
def test_any_address(world, driver, data):
    ask_anywhere(world, driver, data)


@pytest.mark.nightly
@settings(TRIED, max_examples=700)
@given(data=st.data())
def test_any_address_of_many(world, driver, data):
    ask_anywhere(world, driver, data)
