"""What every page stands on: theme, language pair, navigation, health, refusals."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.test import RequestFactory
from django.utils.translation import override

from matchmaking.core import context, views

# --- Theme ----------------------------------------------------------------------------------------------


def choose(client, theme="dark", **fields):
    return client.post("/settings/display/", {"theme": theme, **fields})


def test_the_theme_is_remembered_and_the_reader_goes_back(client):
    response = choose(client, next="/en/find/?q=water")
    assert response.status_code == 302
    assert response["Location"] == "/en/find/?q=water"
    cookie = response.cookies["theme"]
    assert cookie.value == "dark"
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example", ""],
)
def test_a_foreign_address_is_not_followed(client, address):
    assert choose(client, next=address)["Location"] == "/"


def test_a_foreign_referrer_is_not_followed(client):
    response = client.post("/settings/display/", {"theme": "light"}, headers={"referer": "https://evil.example/x"})
    assert response["Location"] == "/"


def test_an_unknown_theme_is_refused_and_sets_nothing(client):
    response = choose(client, theme="<script>")
    assert response.status_code == 400
    assert "theme" not in response.cookies


def test_the_theme_is_only_changed_by_post(client):
    assert client.get("/settings/display/?theme=dark").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(("cookie", "printed"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')])
def test_the_server_prints_the_theme(client, cookie, printed):
    client.cookies["theme"] = cookie
    assert printed in client.get("/en/account/login/").text.split("<head>")[0]


@pytest.mark.django_db
def test_a_forged_theme_cookie_is_ignored(client):
    client.cookies["theme"] = 'x" onload="alert(1)'
    head = client.get("/en/account/login/").text.split("<head>")[0]
    assert "data-theme" not in head
    assert "onload" not in head


# --- Languages --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_page_links_to_itself_in_the_other_language(client):
    html = client.get("/en/account/login/?next=/en/find/").text
    assert '<html lang="en"' in html
    assert 'href="/zh-hans/account/login/?next=/en/find/" lang="zh-Hans" hreflang="zh-Hans"' in html
    assert re.search(r'<link rel="alternate" hreflang="x-default" href="http://testserver/zh-hans/', html)
    assert '<html lang="zh-Hans"' in client.get("/zh-hans/account/login/").text


def test_a_page_without_a_prefix_leads_to_the_front_door_of_each_language():
    with override("en"):
        pair = context.alternates(RequestFactory().get("/livez"))
    assert [entry["url"] for entry in pair] == ["/zh-hans/", "/en/"]
    assert [entry["current"] for entry in pair] == [False, True]


# --- Navigation ---------------------------------------------------------------------------------------------


class Reader:
    def __init__(self, signed_in):
        self.is_authenticated = signed_in


def navigation(settings, entries, path="/en/account/login/", signed_in=True):
    settings.YUXIN_NAVIGATION = entries
    request = RequestFactory().get(path)
    request.user = Reader(signed_in)
    with override("en"):
        return context.navigation(request)


def test_rooms_that_do_not_exist_are_left_out(settings):
    entries = navigation(settings, [("Log in", "account_login"), ("Nowhere", "nowhere:home")])
    assert [entry["label"] for entry in entries] == ["Log in"]
    assert entries[0]["current"]


def test_counts_and_doors_are_asked_for_signed_in_readers_only(settings, monkeypatch):
    asked = []
    monkeypatch.setattr(context, "_counters", {"account_login": lambda request: asked.append(1) or 3})
    monkeypatch.setattr(context, "_audiences", {"account_signup": lambda request: False})
    rooms = [("In", "account_login"), ("Join", "account_signup")]
    assert [(e["label"], e["count"]) for e in navigation(settings, rooms)] == [("In", 3)]
    assert asked == [1]
    assert [(e["label"], e["count"]) for e in navigation(settings, rooms, signed_in=False)] == [("In", 0)]
    assert asked == [1]


# --- Health ------------------------------------------------------------------------------------------------


def test_the_process_answers_without_the_database(client):
    assert client.get("/livez").status_code == 200


@pytest.mark.django_db
def test_ready_means_the_database_answers(client, monkeypatch):
    assert client.get("/readyz").status_code == 200

    def broken():
        raise DatabaseError("gone")

    monkeypatch.setattr(views.connection, "cursor", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "gone" not in response.text


# --- Refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["400", "403_csrf", "404", "413", "500", "503"])
def test_error_pages_need_no_database_and_speak_both_languages(code):
    from django.template.loader import get_template

    # Without the django_db mark any query fails this test.
    html = get_template(f"{code}.html").render({}, RequestFactory().get("/"))
    assert '<html lang="zh-Hans">' in html
    assert 'lang="en"' in html
    assert 'href="/zh-hans/"' in html
    assert 'href="/en/"' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1


@pytest.mark.django_db
def test_the_refusal_card_says_who_can_help():
    class ForeignDesk(PermissionDenied):
        title = "This desk belongs to another alliance"
        helper = "Goh <Min> Hui"
        url = "/en/desk/"
        action = "Go to my desk"

    request = RequestFactory().get("/en/desk/x/")
    with override("en"):
        response = views.permission_denied(request, ForeignDesk("You review for another alliance."))
    html = response.content.decode()
    assert response.status_code == 403
    assert "This desk belongs to another alliance" in html
    assert "Goh &lt;Min&gt; Hui can help you." in html
    assert "You review for another alliance." in html
    assert '<a class="btn small" href="/en/desk/">Go to my desk</a>' in html


@pytest.mark.django_db
def test_the_style_guide_is_for_demonstrations_only(client, settings):
    settings.YUXIN_DEMO = False
    assert client.get("/en/styleguide/").status_code == 404
    settings.YUXIN_DEMO = True
    for language in ("en", "zh-hans"):
        assert client.get(f"/{language}/styleguide/").status_code == 200


@pytest.mark.django_db
def test_pages_carry_nothing_that_the_content_policy_refuses(client, settings):
    settings.YUXIN_DEMO = True
    for address in ("/en/styleguide/", "/zh-hans/account/login/", "/zh-hans/account/signup/", "/en/nowhere/"):
        html = client.get(address).text
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", html), address
        for attributes in re.findall(r"<script([^>]*)>", html):
            assert 'src="/' in attributes or 'type="application/json"' in attributes, address
