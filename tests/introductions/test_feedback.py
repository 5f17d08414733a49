"""Which answers to introductions become labels."""

import pytest

from matchmaking.introductions import actions
from matchmaking.introductions.models import IntroductionState
from matchmaking.matches.models import Feedback
from tests.factories import CompanyFactory, CompanyMemberFactory, IntroductionFactory, NeedFactory
from tests.factories.matches import MatchFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking():
    return CompanyMemberFactory(role="owner")


@pytest.fixture
def asked():
    return CompanyMemberFactory(company=CompanyFactory(singapore=True), role="owner")


@pytest.fixture
def waiting(asking, asked):
    MatchFactory(match_list__company=asking.company, candidate=asked.company, parts={"text": 0.4})
    return IntroductionFactory(requester=asking.company, receiver=asked.company)


@pytest.fixture
def answer(asked, waiting, django_capture_on_commit_callbacks):
    def run(action, **arguments):
        with django_capture_on_commit_callbacks(execute=True):
            action(asked.user, waiting, **arguments).run()
        return list(Feedback.objects.values_list("label", "judge"))

    return run


def test_accepted_fits_in_the_judgement_of_the_receiver(answer, asked, waiting):
    assert answer(actions.AcceptIntroduction, consent=["name"]) == [(True, f"company:{asked.company_id}")]
    row = Feedback.objects.get()
    assert (row.source, row.source_id, row.seeker_id) == ("introduction", waiting.pk, waiting.requester_id)
    assert row.parts == pytest.approx({"text": 0.4})


@pytest.mark.parametrize("code", ["outside-expertise", "deal-size", "market-not-served"])
def test_declined_for_the_fit_does_not_fit(answer, code):
    assert [label for label, _ in answer(actions.DeclineIntroduction, code=f"decline.{code}")] == [False]


@pytest.mark.parametrize("code", ["no-capacity", "timing", "conflict-of-interest", "not-interested"])
def test_other_reasons_say_nothing_about_fit(answer, code):
    assert answer(actions.DeclineIntroduction, code=f"decline.{code}") == []


def test_what_came_of_it_stays_one_label(answer):
    answer(actions.AcceptIntroduction, consent=[])
    for state in (IntroductionState.IN_TALKS, IntroductionState.AGREED, IntroductionState.DELIVERED):
        answer(actions.AdvanceIntroduction, state=state)
    assert [label for label, _ in answer(actions.CloseIntroduction, code="close.not-said")] == [True]


def test_about_a_private_need_nothing_is_kept(answer, waiting):
    waiting.need = NeedFactory(company=waiting.requester, confidentiality="private")
    waiting.save()
    assert answer(actions.AcceptIntroduction, consent=[]) == []


def test_no_word_of_the_thread_is_kept(answer):
    answer(actions.DeclineIntroduction, code="decline.deal-size", note="Our secret margin is 7 %.")
    stored = str(list(Feedback.objects.values()))
    assert "secret" not in stored
    assert "wastewater" not in stored
