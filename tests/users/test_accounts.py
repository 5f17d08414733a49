"""Sign-up, log-in and the second factor, as people meet them."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import hashers
from django.core import mail
from django.urls import reverse
from django.utils.translation import override

from matchmaking.users.models import User
from tests.factories import UserFactory
from tests.factories.users import PASSWORD

pytestmark = pytest.mark.django_db


def sign_up(client, email, language="zh-hans"):
    with override(language):
        url = reverse("account_signup")
    return client.post(url, {"email": email, "password1": PASSWORD, "password2": PASSWORD})


def test_sign_up_needs_the_code_from_the_mail(client):
    response = sign_up(client, "New.Person@Example.org", "en")
    assert response.status_code == 302
    assert "Hello from 渝新 Yuxin" in mail.outbox[0].body
    user = User.objects.get(email="new.person@example.org")
    assert user.language == "en"
    assert not user.emailaddress_set.filter(verified=True).exists()
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", mail.outbox[0].body, re.M).group(1)
    client.post(response.url, {"code": code})
    assert user.emailaddress_set.filter(verified=True).exists()


def test_sign_up_in_chinese_writes_chinese(client):
    sign_up(client, "zh@example.org")
    assert User.objects.get().language == "zh-hans"
    assert re.search(r"[一-鿿]", mail.outbox[0].body)


def test_a_known_address_gets_the_same_answer_and_costs_a_hash(client, monkeypatch):
    UserFactory(email="known@example.org")
    hashed = []
    original = hashers.make_password
    monkeypatch.setattr("matchmaking.users.adapters.make_password", lambda raw: hashed.append(raw) or original(raw))
    known = sign_up(client, "known@example.org")
    client.cookies.clear()
    new = sign_up(client, "unknown@example.org")
    assert (known.status_code, known.url) == (new.status_code, new.url)
    assert len(hashed) == 1


@pytest.mark.parametrize("path", ["/admin/login/", "/django-admin/login/"])
def test_every_other_door_leads_to_allauth(client, path):
    response = client.get(path + "?next=/admin/")
    assert response.status_code == 302
    assert "/account/login/" in response.url
    assert "next=/admin/" in response.url


def test_staff_must_enrol_a_second_factor_first(client, settings):
    settings.YUXIN_REQUIRE_STAFF_MFA = True
    client.force_login(UserFactory(platform=True))
    response = client.get("/admin/")
    assert response.status_code == 302
    assert "/account/2fa/" in response.url


def test_enrolled_staff_pass(client, settings):
    settings.YUXIN_REQUIRE_STAFF_MFA = True
    user = UserFactory(platform=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(user)
    assert client.get("/admin/").status_code == 200


def test_an_ordinary_person_is_not_asked(client, settings):
    settings.YUXIN_REQUIRE_STAFF_MFA = True
    client.force_login(UserFactory())
    with override("en"):
        assert client.get(reverse("account_email")).status_code == 200


def test_repeated_wrong_passwords_are_stopped(client):
    UserFactory(email="victim@example.org")
    with override("en"):
        url = reverse("account_login")
    answers = [client.post(url, {"login": "victim@example.org", "password": f"wrong {n}"}) for n in range(12)]
    assert "Too many failed" in answers[-1].content.decode()
    last = client.post(url, {"login": "victim@example.org", "password": PASSWORD})
    assert last.status_code == 200
