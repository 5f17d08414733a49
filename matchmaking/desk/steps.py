"""From the buttons of the review page to actions: read the form, run the action, say what happened."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from alliances import actions
from alliances.models import Membership
from matchmaking.core.actions import InvalidTransition
from matchmaking.desk.forms import ClaimCheckForm, DecisionForm, RenewForm, SanctionForm, VersionForm

FormT = TypeVar("FormT", bound=forms.Form)


class Invalid(Exception):
    """A form with errors, to be shown again in its place (``key``) with what was typed."""

    def __init__(self, key: str, form: forms.Form) -> None:
        super().__init__(key)
        self.key, self.form = key, form


def _valid(key: str, form: FormT) -> FormT:
    if not form.is_valid():
        raise Invalid(key, form)
    return form


def _version(request: HttpRequest) -> int:
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise InvalidTransition(_("The page was incomplete. Please try again."))
    return int(form.cleaned_data["version"])


def take(request: HttpRequest, membership: Membership) -> str:
    """Take the application."""
    actions.StartReview(request.user, membership, seen_version=_version(request)).run()
    return _("You review this application now.")


def tick(request: HttpRequest, membership: Membership) -> str:
    """Save the checklist: one action per item that changed, all or none."""
    wanted, seen = set(request.POST.getlist("item")), _version(request)
    changed = 0
    with transaction.atomic():
        for item in membership.alliance.checklist:
            code, before = item["code"], bool(membership.checklist.get(item["code"], {}).get("done"))
            if (code in wanted) != before:
                version = None if changed else seen
                actions.TickChecklist(
                    request.user, membership, code=code, done=code in wanted, seen_version=version
                ).run()
                changed += 1
    return _("The checklist has been saved.")


def check_claim(request: HttpRequest, membership: Membership) -> str:
    """Record the check of one claim."""
    key = request.POST.get("claim", "")
    credential = None
    if key != "number":
        credential = membership.company.credentials.filter(pk=key).first() if key.isdecimal() else None
        if credential is None:
            raise Http404
    form = _valid(key, ClaimCheckForm(request.POST, prefix=f"claim-{key}"))
    data = form.cleaned_data
    actions.RecordClaimCheck(
        request.user,
        membership,
        credential,
        outcome=data["outcome"],
        method=data["method"],
        reference=data["reference"],
        valid_until=data["valid_until"],
        seen_version=data["version"],
    ).run()
    return _("The check has been recorded.")


def decide(request: HttpRequest, membership: Membership) -> str:
    """Approve, ask for more or reject."""
    form = _valid("decision", DecisionForm(request.POST))
    data: dict[str, Any] = form.cleaned_data
    common = {"note": data["note"], "seen_version": data["version"]}
    if data["decision"] == "approve":
        action = actions.ApproveMembership(
            request.user,
            membership,
            no_conflict=data["no_conflict"],
            valid_until=data["valid_until"],
            **common,
        )
        action.run()
        if action.event == "first_approved":
            return _("Your approval is recorded. A licence is claimed, so a second person is asked next.")
        return _("Approved. The company is a member now.")
    if data["decision"] == "return":
        actions.ReturnForMore(request.user, membership, reason=data["reason"], **common).run()
        return _("Returned to the company with your reason.")
    actions.RejectMembership(
        request.user, membership, reason=data["reason"], no_conflict=data["no_conflict"], **common
    ).run()
    return _("Rejected. The company sees the reason and may apply again.")


def renew(request: HttpRequest, membership: Membership) -> str:
    """Prolong the membership."""
    data = _valid("renew", RenewForm(request.POST, prefix="renew")).cleaned_data
    actions.RenewMembership(
        request.user, membership, valid_until=data["valid_until"], seen_version=data["version"]
    ).run()
    return _("The membership has been renewed.")


def suspend(request: HttpRequest, membership: Membership) -> str:
    """Suspend the membership."""
    data = _valid("suspend", SanctionForm(request.POST, topic="suspend", prefix="suspend")).cleaned_data
    actions.SuspendMembership(
        request.user, membership, reason=data["reason"], note=data["note"], seen_version=data["version"]
    ).run()
    return _("The membership is suspended.")


def reinstate(request: HttpRequest, membership: Membership) -> str:
    """End a suspension."""
    actions.ReinstateMembership(request.user, membership, seen_version=_version(request)).run()
    return _("The company is a member again.")


def end(request: HttpRequest, membership: Membership) -> str:
    """End the membership or call the invitation back."""
    data = _valid("end", SanctionForm(request.POST, topic="end", prefix="end")).cleaned_data
    actions.EndMembership(
        request.user, membership, reason=data["reason"], note=data["note"], seen_version=data["version"]
    ).run()
    return _("The membership has ended.")


def invite(request: HttpRequest, membership: Membership) -> str:
    """Invite a company again that was rejected or left."""
    actions.InviteCompany(
        request.user, membership.company, membership.alliance, seen_version=_version(request)
    ).run()
    return _("%(company)s has been invited.") % {"company": membership.company.name}


STEPS: dict[str, Callable[[HttpRequest, Membership], str]] = {
    "take": take,
    "tick": tick,
    "claim": check_claim,
    "decide": decide,
    "renew": renew,
    "suspend": suspend,
    "reinstate": reinstate,
    "end": end,
    "invite": invite,
}
