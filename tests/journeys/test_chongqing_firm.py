"""A Chongqing firm: sign up, profile, publication, need, matches, request; and the provider's answer."""

import re

import pytest
from django.core import mail

from directory.models import Company, Need
from directory.registration import organisation_check_character, uscc_check_character
from matchmaking.core import outbox
from matchmaking.introductions.models import Introduction
from tests.factories.users import PASSWORD
from tests.journeys.world import term

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

EMAIL = "zhou@yuhuan-water.example"


def new_uscc():
    """A code that passes every check and that no register gave out."""
    organisation = "MAYX7301"
    first17 = f"91500100{organisation}{organisation_check_character(organisation)}"
    return first17 + uscc_check_character(first17)


def sign_up(firm):
    firm.go("account_signup")
    firm.inspect()
    firm.fill(email=EMAIL, password1=PASSWORD, password2=PASSWORD)
    firm.press()
    firm.is_at("account_email_verification_sent")
    body = next(message.body for message in mail.outbox if EMAIL in message.to)
    code = re.search(r"^\s*([A-Z0-9]{3,6}-?[A-Z0-9]{3,6})\s*$", body, re.MULTILINE)
    firm.fill(code=code[1])
    firm.press()
    firm.is_at("workspace:home")


def join(firm):
    firm.go("workspace:join")
    firm.is_at("workspace:join_step", "register")
    firm.page.select_option("[name=country]", "CN")
    firm.fill(number=new_uscc())
    firm.press()
    firm.is_at("workspace:join_step", "names")
    firm.inspect()
    firm.fill(legal_name_zh="重庆渝环水务有限公司", legal_name_en="Chongqing Yuhuan Water Co., Ltd.")
    firm.press()
    firm.is_at("workspace:join_step", "profile")
    firm.tick("sectors", term("sector", "utilities.water").pk)
    firm.tick("languages", term("language", "zh").pk)
    firm.press()
    firm.is_at("workspace:join_step", "story")
    firm.fill(summary_zh="建设和运营污水处理厂。", summary_en="Builds and runs wastewater plants.")
    firm.press()
    firm.is_at("workspace:join_step", "contact")
    firm.fill(name="周岚", position="总经理", email=EMAIL)
    firm.press()
    firm.is_at("workspace:join_step", "preview")
    firm.inspect()
    firm.press()
    firm.is_at("workspace:home")
    return Company.objects.get(number=new_uscc())


def publish(firm, desk, reviewer, company):
    """The firm applies to the alliance, whose reviewer then reads the profile and publishes it."""
    code = reviewer.alliance.code
    firm.go("alliances:apply", code)
    firm.fill(statement="我们在越南承建污水处理厂。")
    firm.press("step", "apply")
    desk.log_in(reviewer.user, reviewer.secret)
    desk.go("desk:profiles", code)
    desk.follow(desk.url("desk:profile", code, company.pk))
    desk.inspect()
    desk.press("step", "publish")
    desk.is_at("desk:profiles", code)
    company.refresh_from_db()
    assert company.is_visible


def write_need(firm):
    firm.go("workspace:need_new")
    firm.inspect()
    firm.tick("service_types", term("service_type", "eng.water-treatment").pk)
    firm.fill(title_zh="越南污水处理厂设计", title_en="Design of a wastewater plant in Vietnam")
    firm.fill(text_zh="日处理两万吨。", text_en="Twenty thousand tonnes a day.")
    firm.tick("markets", term("market", "VN").pk)
    firm.press("open")
    need = Need.objects.get(company__number=new_uscc())
    firm.is_at("workspace:need_matches", need.pk)
    return need


def choose_match(firm, need, provider):
    """The expected provider stands first, with a band and reasons; ask for an introduction from its card."""
    outbox.drain_all()
    firm.go("workspace:need_matches", need.pk)
    card = firm.page.locator("article.match").first
    assert card.get_attribute("id") == f"m-{provider.slug}"
    assert card.locator(".band").inner_text().strip()
    assert card.locator('.pairs li[data-tone="good"]').count() >= 1
    firm.inspect()
    with firm.page.expect_navigation():
        card.locator("footer a.btn").last.click()
    firm.is_at("introductions:request", provider.slug)
    firm.inspect()
    firm.fill(reason="我们一月前需要污水处理工艺设计。 We need a process designer by January.")
    firm.press()
    found = Introduction.objects.get(receiver=provider)
    firm.is_at("introductions:detail", found.reference)
    assert found.need == need
    return found


def test_from_signing_up_to_an_accepted_introduction(visit, site, reviewer):
    firm, desk, other = visit(), visit(), visit()
    provider = site.providers["straits-water"]
    sign_up(firm)
    company = join(firm)
    publish(firm, desk, reviewer, company)
    found = choose_match(firm, write_need(firm), provider)
    path = firm.url("introductions:detail", found.reference)
    firm.go("introductions:list")
    assert firm.page.locator(f'section[aria-labelledby="waiting"] a[href="{path}"]').count() == 1
    firm.inspect()

    outbox.drain_all()
    other.log_in(provider.members.get().user)
    other.go("introductions:list")
    assert other.page.locator(f'section[aria-labelledby="answer"] a[href="{path}"]').count() == 1
    other.follow(path)
    other.inspect()
    assert EMAIL not in other.text()
    other.press(form=other.url("introductions:accept", found.reference))
    assert EMAIL in other.text("main aside")
    assert "周岚" in other.text("main aside")

    firm.go("introductions:detail", found.reference)
    shown = firm.text('section[aria-labelledby="contacts"]')
    assert "lim@straits-water.example" in shown
    assert "6000" not in shown  # the phone was not consented to
    firm.inspect()
