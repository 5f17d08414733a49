"""What a member sees first: where the company stands and what is best done next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Company, Need, NeedState
from directory.selectors import completeness, draft_of, profile_status
from directory.translation import pair_state

ENDS_SOON_DAYS = 60
PAIRS = (("summary", "story"), ("description", "story"), ("legal_name", "names"))


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing worth doing now; ``button`` is a verb."""

    text: str
    url: str
    button: str
    icon: str = "right"


def next_steps(company: Company) -> list[NextStep]:
    """Return what is best done next, most urgent first; at most five."""
    return list(_all_steps(company))[:5]


def _all_steps(company: Company) -> Iterator[NextStep]:
    yield from _profile_steps(company)
    yield from _need_steps(company)
    if not company.offers.exists() and not company.products.exists():
        text = _("Say what you offer or sell: others find you by it.")
        yield NextStep(text, reverse("workspace:offer_new"), _("Add an offer"), "plus")
    soon = timezone.localdate() + timedelta(days=ENDS_SOON_DAYS)
    for credential in company.credentials.filter(valid_until_date__lt=soon).select_related("scheme")[:2]:
        text = _("%(name)s ends on %(day)s.") % {"name": credential, "day": f"{credential.valid_until_date:%Y-%m-%d}"}
        yield NextStep(text, reverse("workspace:credential", args=[credential.pk]), _("Renew"), "clock")


def _profile_steps(company: Company) -> Iterator[NextStep]:
    status, onboarding = profile_status(company), reverse("workspace:join")
    if status == "draft" and not company.first_published_at:
        yield NextStep(_("Finish your profile and submit it for review."), onboarding, _("Go on"), "building")
        return
    if status == "returned":
        text = _("The reviewers ask for more. Read why, change it, submit again.")
        yield NextStep(text, reverse("workspace:company"), _("Read"), "alert")
    if status == "changed":
        text = _("Your changes are not submitted yet. Others still see the old text.")
        yield NextStep(text, reverse("workspace:company"), _("Look"), "edit")
    draft = draft_of(company)
    for pair, step in PAIRS:
        if pair_state(draft, pair) == "stale":
            yield NextStep(
                _("One language of your profile is out of date."), reverse("workspace:company_section", args=[step]),
                _("Update"), "translate",
            )
            break
    missing = [item for item in completeness(company) if not item.done and item.step != "register"]
    if missing:
        count = len(missing)
        text = ngettext(
            "%(count)s entry of your profile is empty.", "%(count)s entries of your profile are empty.", count
        )
        url = reverse("workspace:company_section", args=[missing[0].step])
        yield NextStep(text % {"count": count}, url, _("Fill in"), "edit")


def _need_steps(company: Company) -> Iterator[NextStep]:
    needs = list(company.needs.all()[:50])
    if not needs:
        yield NextStep(
            _("Write your first need and see who suits it."), reverse("workspace:need_new"), _("Write a need"), "plus"
        )
    for need in needs:
        if need.state == NeedState.DRAFT:
            text = _("“%(title)s” is a draft and not matched yet.") % {"title": need.title}
            yield NextStep(text, reverse("workspace:need", args=[need.pk]), _("Go on"), "edit")
        elif _is_late(need):
            text = _("The answer-by day of “%(title)s” has passed.") % {"title": need.title}
            yield NextStep(text, reverse("workspace:need", args=[need.pk]), _("Renew"), "clock")


def _is_late(need: Need) -> bool:
    day = need.answer_by_date
    return need.state == NeedState.OPEN and day is not None and day < timezone.localdate()
