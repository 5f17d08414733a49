"""Public pages in both languages, and the page on which a company applies."""

import pytest
from django.urls import reverse
from django.utils import translation

from alliances.models import Membership, MembershipState
from tests.factories import CompanyFactory, CompanyMemberFactory, MembershipFactory, TermFactory, UserFactory

LANGUAGES = ("zh-hans", "en")


def url(name, *args, language="en"):
    with translation.override(language):
        return reverse(name, args=args)


@pytest.fixture
def alliance(kit):
    kit.alliance.criteria = [
        {"code": "clean", "zh": "近三年无重大处罚。", "en": "No serious penalty in three years."}
    ]
    kit.alliance.secretariats = {"CN": {"zh": "重庆秘书处", "en": "Chongqing office"}}
    kit.alliance.summary_zh, kit.alliance.summary_en = "工程咨询。", "Engineering advice."
    kit.alliance.save()
    group = TermFactory(code="eng", label_zh="工程", label_en="Engineering")
    kit.alliance.service_types.add(
        group, TermFactory(code="eng.bim", label_zh="数字孪生", label_en="BIM", parent=group)
    )
    return kit.alliance


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_and_detail_speak_the_readers_language(client, alliance, language):
    with translation.override(language):
        body = client.get(reverse("alliances:list")).content.decode()
        assert alliance.name in body
        body = client.get(alliance.get_absolute_url()).content.decode()
    chinese = language == "zh-hans"
    assert ("近三年无重大处罚。" if chinese else "No serious penalty in three years.") in body
    assert ("重庆秘书处" if chinese else "Chongqing office") in body
    assert ("数字孪生" if chinese else "BIM") in body
    assert f'lang="{"zh-Hans" if chinese else "en"}"' in body


def test_only_visible_members_are_listed(client, alliance):
    shown = CompanyFactory(short_name_en="Shown Works")
    for company, state in (
        (shown, "approved"),
        (CompanyFactory(short_name_en="Draft Works", draft=True), "approved"),
        (CompanyFactory(short_name_en="Suspended Works", suspended=True), "approved"),
        (CompanyFactory(short_name_en="Applying Works"), "applied"),
        (CompanyFactory(short_name_en="Ended Works"), "ended"),
    ):
        MembershipFactory(company=company, alliance=alliance, state=state)
    body = client.get(url("alliances:detail", alliance.code)).content.decode()
    assert "Shown Works" in body
    for hidden in ("Draft Works", "Suspended Works", "Applying Works", "Ended Works"):
        assert hidden not in body
    assert "1</b> member" in client.get(url("alliances:list")).content.decode()


def test_members_can_be_read_by_side(client, alliance):
    for company in (
        CompanyFactory(short_name_en="Jialing"),
        CompanyFactory(short_name_en="Merlion", singapore=True),
    ):
        MembershipFactory(company=company, alliance=alliance, approved=True)
    body = client.get(url("alliances:detail", alliance.code), {"side": "SG"}).content.decode()
    assert "Merlion" in body
    assert "Jialing" not in body


@pytest.mark.parametrize("query", [{"side": "XX"}, {"page": "999"}, {"page": "x"}, {"side": "SG' OR 1=1"}])
def test_odd_filters_do_no_harm(client, alliance, query):
    assert client.get(url("alliances:detail", alliance.code), query).status_code == 200


def test_closed_and_unknown_alliances_are_not_there(client, alliance):
    assert client.get(url("alliances:detail", "nothing")).status_code == 404
    alliance.active = False
    alliance.save()
    assert client.get(url("alliances:detail", alliance.code)).status_code == 404
    assert alliance.name_en not in client.get(url("alliances:list")).content.decode()


def test_applying_asks_to_log_in(client, alliance):
    response = client.get(url("alliances:apply", alliance.code))
    assert response.status_code == 302
    assert "/account/login/" in response.url


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_owner_applies_answers_and_withdraws(client, kit, alliance, language):
    client.force_login(kit.owner)
    address = url("alliances:apply", alliance.code, language=language)
    assert client.get(address).status_code == 200
    form = {"company": kit.company.slug, "step": "apply", "statement": "我们做跨境工程。"}
    assert client.post(address, form).status_code == 302
    membership = Membership.objects.get(company=kit.company, alliance=alliance)
    assert (membership.state, membership.statement) == ("applied", "我们做跨境工程。")
    Membership.objects.update(state="in_review", reason="why-return", note="请补充证书。")
    assert "请补充证书。" in client.get(address).content.decode()
    client.post(address, {"company": kit.company.slug, "step": "answer", "statement": ""})
    membership.refresh_from_db()
    assert (membership.reason, membership.statement) == ("", "我们做跨境工程。")
    client.post(address, {"company": kit.company.slug, "step": "withdraw"})
    membership.refresh_from_db()
    assert membership.state == "ended"


@pytest.mark.parametrize("statement", ["", "x" * 2001])
def test_what_was_typed_survives_an_error(client, kit, alliance, statement):
    client.force_login(kit.owner)
    response = client.post(
        url("alliances:apply", alliance.code),
        {"company": kit.company.slug, "step": "apply", "statement": statement},
    )
    assert response.status_code == 422
    assert statement in response.content.decode()
    assert not Membership.objects.filter(company=kit.company).exists()


@pytest.mark.parametrize("state", MembershipState.values)
def test_the_page_stands_in_every_state(client, kit, alliance, state):
    MembershipFactory(company=kit.company, alliance=alliance, state=state, reason="why-end", note="说明文字")
    client.force_login(kit.owner)
    for language in LANGUAGES:
        assert client.get(url("alliances:apply", alliance.code, language=language)).status_code == 200


@pytest.mark.parametrize("step", ["", "approve", "answer"])
def test_a_step_that_does_not_exist_here_changes_nothing(client, kit, alliance, step):
    client.force_login(kit.owner)
    form = {"company": kit.company.slug, "step": step, "statement": "x"}
    assert client.post(url("alliances:apply", alliance.code), form).status_code == 200
    assert not Membership.objects.filter(company=kit.company).exists()


def test_another_company_is_not_found(client, kit, alliance):
    foreign = CompanyMemberFactory().company
    client.force_login(kit.owner)
    address = url("alliances:apply", alliance.code)
    assert client.get(address, {"company": foreign.slug}).status_code == 404
    assert (
        client.post(address, {"company": foreign.slug, "step": "apply", "statement": "x"}).status_code == 404
    )


def test_editors_are_refused_and_people_without_a_company_are_led_on(client, kit, alliance):
    client.force_login(CompanyMemberFactory(company=kit.company, role="editor").user)
    assert client.get(url("alliances:apply", alliance.code)).status_code == 403
    client.force_login(UserFactory())
    response = client.get(url("alliances:apply", alliance.code))
    assert response.status_code == 200
    assert "<form" not in response.content.decode().split("<main")[1].split("</main")[0]
