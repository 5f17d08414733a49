"""Every route × role × own and foreign object × method × language against the matrix, and no foreign canary in any answer."""

import re

import pytest

from tests.access.driving import address, all_routes, body_of, forbidden_canaries, outcome
from tests.access.matrix import CLOSED_PREFIXES, GROUPS, ROWS, UNNAMED, letter_of
from tests.access.world import ROLES, SIDES
from tests.turns import WHOLE, due

# The mark has the database made; the world below it lives in a transaction of the package.
pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")
CASES = sorted(ROWS)
# A browser always sends the token of the page, even with an empty form.
EMPTY = {"csrfmiddlewaretoken": "from-the-page"}


def cases_of(name, world):
    """Yield (role, side name, side, letter) for every cell of a row."""
    row = ROWS[name]
    for side_name in SIDES:
        side = world.side(side_name)
        for role in ROLES:
            yield role, side_name, side, letter_of(role, side, personal=row.personal)


def test_every_route_has_a_row_and_every_row_a_route():
    rows = {re.split(r"[#?]", name)[0] for name in ROWS}
    routes = {
        name
        for name, path in all_routes()
        if not path.startswith(CLOSED_PREFIXES) and not name.startswith(tuple(GROUPS)) and UNNAMED not in path
    }
    assert routes - rows == set(), "routes without a row in tests/access/matrix.py"
    assert rows - routes == set(), "rows without a route"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("cells", WHOLE)
def test_reading(world, driver, cells, name, language):
    """GET gives what the matrix says, holds no foreign canary, and HEAD says the same without a body.

    In turn, every cell is read in English, and a third of the own half in Chinese.
    """
    row, wrong = ROWS[name], []
    for number, (role, side_name, side, letter) in enumerate(cases_of(name, world), CASES.index(name)):
        # Rights do not depend on the language; words that leak could, so the own half is read in both.
        if language == "zh-hans" and (side_name == "z" or not due(cells, number, 3)):
            continue
        url = address(name, row.args(world, side), language, row.query)
        response, _writes = driver.ask(role, "GET", url)
        got, wanted = outcome(response), row.get[letter] if row.get else None
        if not agrees(got, wanted):
            wrong.append(f"GET {url} as {role} ({letter}, {side_name}): {got}, the matrix says {wanted or 'refused'}")
        if leaked := forbidden_canaries(role, body_of(response)):
            wrong.append(f"GET {url} as {role}: the answer holds {leaked}")
        if language == "en" and role in ("anonymous", "owner_x", "staff_a") and due(cells, number, 2):
            head, _written = driver.ask(role, "HEAD", url)
            if outcome(head) != got or body_of(head).split("\n")[0]:
                wrong.append(f"HEAD {url} as {role}: {outcome(head)} where GET gives {got}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", CASES)
def test_empty_forms(world, driver, name):
    """POST without a body: the right status, no canary, and never a change by somebody without the right."""
    row, wrong = ROWS[name], []
    for number, (role, side_name, side, letter) in enumerate(cases_of(name, world)):
        url = address(name, row.args(world, side), LANGUAGES[number % 2], row.query)
        response, written = driver.ask(role, "POST", url, EMPTY)
        got, wanted = outcome(response), row.post[letter] if row.post else None
        if not agrees(got, wanted):
            wrong.append(f"POST {url} as {role} ({letter}, {side_name}): {got}, the matrix says {wanted or 'refused'}")
        if written and letter not in row.acts:
            wrong.append(f"POST {url} as {role} ({letter}): changed {sorted(set(written))}")
        if leaked := forbidden_canaries(role, body_of(response)):
            wrong.append(f"POST {url} as {role}: the answer holds {leaked}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", [name for name in CASES if ROWS[name].form])
def test_forms_that_only_the_lack_of_a_right_can_stop(world, driver, name):
    """A complete form changes something for those who may, and nothing at all for everybody else."""
    row, wrong = ROWS[name], []
    for number, (role, side_name, side, letter) in enumerate(cases_of(name, world)):
        url = address(name, row.args(world, side), LANGUAGES[number % 2], row.query)
        response, written = driver.ask(role, "POST", url, row.form(world, side))
        got = outcome(response)
        if bool(written) != (letter in row.acts) or (got in (200, 500) and letter in row.acts):
            may = "may" if letter in row.acts else "may not"
            wrong.append(f"POST {url} as {role} ({letter}, {side_name}), who {may}: {got}, changed {sorted(set(written))}")
        if leaked := forbidden_canaries(role, body_of(response)):
            wrong.append(f"POST {url} as {role}: the answer holds {leaked}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("cells", WHOLE)
def test_other_methods(world, driver, cells, name):
    """PUT, PATCH and DELETE succeed nowhere and change nothing, whatever they carry and however they are disguised.

    In turn, a quarter of the cells is asked, and each row by every method.
    """
    row, wrong = ROWS[name], []
    for number, (role, _side_name, side, _letter) in enumerate(cases_of(name, world), CASES.index(name)):
        if not due(cells, number, 4):
            continue
        url = address(name, row.args(world, side), LANGUAGES[number % 2], row.query)
        form = row.form(world, side) if row.form else {"visibility": "live"}
        method = ("PUT", "DELETE", "PATCH")[number % 3]
        disguise = {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"}
        response, written = driver.ask(role, method, url, form, content_type="application/json", **disguise)
        if written or response.status_code < 300 or response.status_code >= 500:
            wrong.append(f"{method} {url} as {role}: {response.status_code}, changed {sorted(set(written))}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", [name for name in CASES if ROWS[name].acts and not ROWS[name].by_link])
def test_forms_from_elsewhere(world, driver, name):
    """Without the token of our own pages nothing changes, even for those who may."""
    row = ROWS[name]
    for role, _side_name, side, letter in cases_of(name, world):
        if letter in row.acts:
            url = address(name, row.args(world, side), "en", row.query)
            response, written = driver.ask(role, "POST", url, row.form(world, side), csrf=True)
            assert response.status_code == 403, f"POST {url} as {role} without a token: {response.status_code}"
            assert not written


@pytest.mark.parametrize("name", CASES)
def test_trusted_people_without_a_second_factor_get_nowhere(world, driver, name, settings):
    """Staff enrol first; only health, display settings and public files stay open."""
    settings.YUXIN_REQUIRE_STAFF_MFA = True
    row = ROWS[name]
    if name.startswith("core:"):
        return
    for role in ("staff_a", "platform"):
        url = address(name, row.args(world, world.x), "en", row.query)
        response, written = driver.ask(role, "POST" if row.acts else "GET", url, row.form(world, world.x) if row.form else {})
        assert response.status_code == 302, f"{url} as {role}: {response.status_code}"
        assert "/account/2fa/" in response.url
        assert not written


def agrees(got, wanted):
    """Compare an outcome with a cell; None in the matrix is "this method is refused", in whichever way."""
    return got in ("login", "join", 403, 404, 405) if wanted is None else got == wanted
