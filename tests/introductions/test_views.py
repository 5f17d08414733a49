"""The pages of introductions: in both languages, for the two parties alone."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from directory.models import ContactPerson
from matchmaking.introductions.models import Introduction
from tests.factories import (
    CompanyFactory,
    CompanyMemberFactory,
    IntroductionFactory,
    NeedFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    with override(request.param):
        yield request.param


@pytest.fixture
def owner(client):
    member = CompanyMemberFactory()
    client.force_login(member.user)
    return member


def test_request_page_sends_and_keeps_what_was_typed(client, owner, language):
    receiver = CompanyFactory(singapore=True)
    need = NeedFactory(company=owner.company)
    url = reverse("introductions:request", args=[receiver.slug])
    page = client.get(f"{url}?need={need.pk}")
    assert page.status_code == 200
    assert f'value="need-{need.pk}" selected' in page.content.decode()
    short = client.post(url, {"about": "", "reason": "短"})
    assert short.status_code == 422
    assert ">\n短</textarea>" in short.content.decode()
    sent = client.post(url, {"about": f"need-{need.pk}", "reason": "我们需要一家新加坡顾问。"})
    introduction = Introduction.objects.get()
    assert sent.url == introduction.get_absolute_url()
    assert introduction.need == need


def test_a_person_without_a_company_is_led_to_join(client, language):
    client.force_login(UserFactory())
    page = client.get(reverse("introductions:request", args=[CompanyFactory(singapore=True).slug]))
    assert page.status_code == 403
    assert reverse("workspace:join") in page.content.decode()


def test_a_foreign_need_cannot_be_chosen(client, owner, language):
    url = reverse("introductions:request", args=[CompanyFactory(singapore=True).slug])
    page = client.post(url, {"about": f"need-{NeedFactory().pk}", "reason": "我们需要一家新加坡顾问。"})
    assert page.status_code == 422
    assert not Introduction.objects.exists()


def test_strangers_get_the_same_404_as_for_nothing(client, owner, language):
    foreign = IntroductionFactory()
    urls = [reverse("introductions:detail", args=[ref]) for ref in (foreign.reference, "YX-22222222")]
    answers = [client.get(url) for url in urls]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content.replace(foreign.reference.encode(), b"") == answers[1].content.replace(b"YX-22222222", b"")
    for name in ("accept", "decline", "withdraw", "message", "consent", "advance", "close"):
        assert client.post(reverse(f"introductions:{name}", args=[foreign.reference])).status_code == 404


def test_the_receiver_accepts_on_the_page_and_sees_the_contacts(client, owner, language):
    introduction = IntroductionFactory(receiver=owner.company, requester=CompanyFactory(singapore=True))
    ContactPerson.objects.create(company=introduction.requester, name="Tan Wei", email="tan@example.org")
    introduction.consents.create(company=introduction.requester, fields=["email"])
    url = introduction.get_absolute_url()
    before = client.get(url).content.decode()
    assert "tan@example.org" not in before
    client.post(reverse("introductions:accept", args=[introduction.reference]), {"consent": []})
    after = client.get(url).content.decode()
    assert "tan@example.org" in after
    assert "Tan Wei" not in after


def test_declining_without_a_reason_is_asked_again(client, owner, language):
    TermFactory(kind="reason", code="decline.timing", extra={"applies_to": "decline"})
    introduction = IntroductionFactory(receiver=owner.company, requester=CompanyFactory(singapore=True))
    url = reverse("introductions:decline", args=[introduction.reference])
    assert client.post(url, {"note": "以后再说"}).status_code == 422
    assert client.post(url, {"code": "decline.timing"}).status_code == 302
    introduction.refresh_from_db()
    assert introduction.state == "declined"


def test_the_list_says_whose_turn_it_is(client, owner, language):
    IntroductionFactory(receiver=owner.company, requester=CompanyFactory(singapore=True))
    IntroductionFactory(requester=owner.company)
    page = client.get(reverse("introductions:list")).content.decode()
    assert 'id="answer"' in page
    assert 'id="waiting"' in page


def test_the_list_is_for_signed_in_people(client, language):
    assert client.get(reverse("introductions:list")).status_code == 302
