"""Request, answer, talk, end: who may, from which state, and what is written down."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from directory.models import ContactPerson, NoListEntry
from matchmaking.core import outbox
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.models import AuditEvent
from matchmaking.introductions import actions
from matchmaking.introductions.models import Introduction, IntroductionState
from matchmaking.introductions.selectors import shown_contacts
from tests.factories import CompanyFactory, CompanyMemberFactory, IntroductionFactory, NeedFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking():
    return CompanyMemberFactory(role="owner")


@pytest.fixture
def asked():
    return CompanyMemberFactory(company=CompanyFactory(singapore=True), role="owner", user=UserFactory(language="en"))


def request(asking, asked, **changes):
    arguments = {"requester": asking.company, "receiver": asked.company, "reason": "需要工艺设计。", "consent": ["email"]}
    return actions.RequestIntroduction(asking.user, **{**arguments, **changes}).run()


@pytest.fixture
def waiting(asking, asked):
    return request(asking, asked)


@pytest.fixture
def agreed(waiting, asking, asked):
    for member in (asking, asked):
        ContactPerson.objects.create(
            company=member.company, name="周岚", email=f"zhou{member.pk}@example.org", phone="+65 0000 0000"
        )
    return actions.AcceptIntroduction(asked.user, waiting, consent=["name"]).run()


def test_a_request_waits_with_a_date_and_tells_the_receiver(waiting, asked):
    assert waiting.state == IntroductionState.REQUESTED
    assert waiting.due_date > waiting.created_at.date()
    outbox.drain_all()
    assert [message.to for message in mail.outbox] == [[asked.user.email]]
    assert "asks to be introduced" in mail.outbox[0].subject


def test_the_mail_is_in_the_readers_language(asking, asked):
    asked.user.language = "zh-hans"
    asked.user.save()
    request(asking, asked)
    outbox.drain_all()
    assert "/zh-hans/introductions/" in mail.outbox[0].body


def test_strangers_viewers_and_foreign_needs_are_refused(asking, asked):
    with pytest.raises(PermissionDenied):
        request(CompanyMemberFactory(company=asking.company, role="viewer"), asked)
    stranger = CompanyMemberFactory()
    with pytest.raises(PermissionDenied):
        actions.RequestIntroduction(
            stranger.user, requester=asking.company, receiver=asked.company, reason="x" * 20, consent=[]
        ).run()
    with pytest.raises(PermissionDenied):
        request(asking, asked, need=NeedFactory())
    assert not Introduction.objects.exists()


def test_an_unpublished_company_cannot_ask(asked):
    draft = CompanyMemberFactory(company=CompanyFactory(draft=True))
    with pytest.raises(InvalidTransition):
        request(draft, asked)


def test_a_private_no_list_cannot_be_told_from_a_closed_door(asking, asked):
    NoListEntry.objects.create(company=asked.company, excluded=asking.company)
    with pytest.raises(InvalidTransition) as kept_apart:
        request(asking, asked)
    hidden = CompanyMemberFactory(company=CompanyFactory(suspended=True))
    with pytest.raises(InvalidTransition) as closed:
        request(asking, hidden)
    assert str(kept_apart.value) == str(closed.value)


def test_one_waiting_request_per_pair(waiting, asking, asked):
    with pytest.raises(InvalidTransition):
        request(asking, asked)
    assert Introduction.objects.count() == 1


def test_a_new_company_has_a_daily_limit(asking):
    for _ in range(3):
        request(asking, CompanyMemberFactory(company=CompanyFactory(singapore=True)))
    with pytest.raises(InvalidTransition, match="3"):
        request(asking, CompanyMemberFactory(company=CompanyFactory(singapore=True)))


def test_contacts_are_hidden_until_both_agreed_and_then_only_what_was_consented(waiting, asking, asked):
    ContactPerson.objects.create(company=asked.company, name="Tan", email="tan@example.org", phone="123")
    assert shown_contacts(waiting, asked.company) == []
    agreed = actions.AcceptIntroduction(asked.user, waiting, consent=["email"]).run()
    assert [value for _, value in shown_contacts(agreed, asked.company)] == ["tan@example.org"]


def test_each_transfer_is_logged_without_the_data(agreed):
    events = AuditEvent.objects.filter(action="contact.shown")
    assert {(event.data["from"], event.data["to"]) for event in events} == {("CN", "SG"), ("SG", "CN")}
    assert "zhou" not in str(list(events.values()))


def test_consent_can_be_taken_back(agreed, asked):
    actions.ChangeConsent(asked.user, agreed, consent=[]).run()
    assert shown_contacts(agreed, asked.company) == []


def test_the_requester_cannot_accept_its_own_request(waiting, asking):
    with pytest.raises(PermissionDenied):
        actions.AcceptIntroduction(asking.user, waiting, consent=[]).run()


def test_declining_needs_the_receiver_and_ends_it(waiting, asked):
    declined = actions.DeclineIntroduction(asked.user, waiting, code="decline.timing").run()
    assert (declined.state, declined.decision_code) == ("declined", "decline.timing")
    with pytest.raises(InvalidTransition):
        actions.AcceptIntroduction(asked.user, declined, consent=[]).run()


def test_messages_flow_after_both_agreed_only(waiting, agreed, asking):
    early = IntroductionFactory(requester=asking.company)
    with pytest.raises(InvalidTransition):
        actions.SendMessage(asking.user, early, text="hello").run()
    actions.SendMessage(asking.user, agreed, text="您好，秘密内容").run()
    mail.outbox.clear()
    outbox.drain_all()
    assert mail.outbox
    assert not any("秘密内容" in message.body for message in mail.outbox)


@pytest.mark.parametrize("path", [["in_talks", "proposal", "agreed", "delivered"], ["in_talks", "agreed", "delivered"]])
def test_progress_follows_the_table(agreed, asking, path):
    for state in path:
        actions.AdvanceIntroduction(asking.user, agreed, state=IntroductionState(state)).run()
    agreed.refresh_from_db()
    assert agreed.state == "delivered"


def test_steps_cannot_be_skipped(agreed, asking):
    with pytest.raises(InvalidTransition):
        actions.AdvanceIntroduction(asking.user, agreed, state=IntroductionState.DELIVERED).run()


def test_closing_hides_the_contacts_again(agreed, asking, asked):
    closed = actions.CloseIntroduction(asking.user, agreed, code="close.not-said").run()
    assert shown_contacts(closed, asked.company) == []


def test_withdrawing_is_for_the_requester_before_the_answer(waiting, asking, asked):
    with pytest.raises(PermissionDenied):
        actions.WithdrawIntroduction(asked.user, waiting).run()
    assert actions.WithdrawIntroduction(asking.user, waiting).run().state == "closed"


def test_every_move_is_one_audit_event(agreed):
    moves = AuditEvent.objects.filter(target_type="introductions.introduction").exclude(action="contact.shown")
    assert list(moves.order_by("pk").values_list("action", flat=True)) == [
        "introduction.requested", "introduction.accepted",
    ]
