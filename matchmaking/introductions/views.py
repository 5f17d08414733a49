"""Pages of introductions. Thin: a policy, a form, an action, a page."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.models import Company
from directory.permissions import editable_companies_for
from directory.selectors import COMPANY_IN_SESSION, current_company
from matchmaking.core.actions import Action, InvalidTransition
from matchmaking.introductions import actions, selectors
from matchmaking.introductions.forms import ConsentForm, DecisionForm, MessageForm, RequestForm
from matchmaking.introductions.models import Introduction, IntroductionState
from matchmaking.introductions.permissions import IntroductionPolicy
from matchmaking.introductions.transitions import may_close, next_states


def _find(request: HttpRequest, reference: str) -> tuple[Introduction, IntroductionPolicy]:
    """Return the introduction and the reader's policy; foreign and missing are the same 404."""
    rows = Introduction.objects.with_parties()
    introduction = get_object_or_404(rows, reference=reference.upper())
    policy = IntroductionPolicy(request.user, introduction)
    if not policy.may_view:
        raise Http404
    return introduction, policy


def _run(request: HttpRequest, action: Action, done: str) -> bool:
    """Run an action; say what came of it. Returns whether it happened."""
    try:
        action.run()
    except InvalidTransition as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, done)
    return True


@login_required
@require_safe
def introduction_list(request: HttpRequest) -> HttpResponse:
    """The person's introductions, by whose turn it is."""
    lists = selectors.lists_for(request.user)
    return render(request, "introductions/list.html", {"lists": lists, "empty": not any(lists.values())})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_introduction(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for an introduction to the company at ``slug``."""
    receiver = get_object_or_404(Company.objects.visible(), slug=slug)
    requester = current_company(request.user, request.session.get(COMPANY_IN_SESSION))
    if requester is None or not editable_companies_for(request.user).filter(pk=requester.pk).exists():
        return render(request, "introductions/no_company.html", {"receiver": receiver}, status=403)
    form = RequestForm(request.POST or None, company=requester, initial={"about": _preset(request), "consent": [
        "name", "position", "email"]})
    if request.method == "POST" and form.is_valid():
        action = actions.RequestIntroduction(
            request.user, requester=requester, receiver=receiver, reason=form.cleaned_data["reason"],
            consent=form.cleaned_data["consent"], **form.subject(),
        )
        try:
            return redirect(action.run())
        except InvalidTransition as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form, "receiver": receiver, "requester": requester,
        "open_introduction": selectors.open_between(requester, receiver),
    }
    return render(request, "introductions/request.html", context, status=422 if form.errors else 200)


def _preset(request: HttpRequest) -> str:
    """Return the choice of "what it is about" that the link came with."""
    for kind in ("need", "product"):
        if number := request.GET.get(kind, ""):
            return f"{kind}-{number}"
    return ""


@login_required
@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One introduction with its clock, thread, contacts and what can be done next."""
    introduction, policy = _find(request, reference)
    return _page(request, introduction, policy)


def _page(
    request: HttpRequest, introduction: Introduction, policy: IntroductionPolicy, status: int = 200, **forms: Any
) -> HttpResponse:
    """Render the page of an introduction, with a form that failed in the place of the empty one."""
    side, other = policy.side, policy.other_side
    assert side is not None
    assert other is not None
    waiting = introduction.state == IntroductionState.REQUESTED
    mine = {"consent": selectors.consented_fields(introduction, side)}
    suggested = {"consent": ["name", "position", "email"]}
    context = {
        "introduction": introduction, "policy": policy, "side": side, "other": other,
        "clock": selectors.clock_of(introduction), "steps": selectors.steps_of(introduction),
        "thread": selectors.thread_of(introduction),
        "contacts": selectors.shown_contacts(introduction, other),
        "answering": waiting and policy.may_answer, "withdrawable": waiting and policy.may_withdraw,
        "talking": introduction.contacts_open and policy.may_act,
        "next_states": next_states(introduction.state), "closable": may_close(introduction.state) and policy.may_act,
        "accept_form": ConsentForm(company=side, initial=suggested),
        "consent_form": ConsentForm(company=side, initial=mine),
        "decline_form": DecisionForm(topic="decline"), "close_form": DecisionForm(topic="close_introduction"),
        "message_form": MessageForm(), **forms,
    }
    return render(request, "introductions/detail.html", context, status=status)


def _step(
    request: HttpRequest,
    reference: str,
    right: str,
    action: Callable[..., Action],
    done: str,
    *,
    slot: str = "",
    form_of: Callable[[QueryDict, IntroductionPolicy], Form] | None = None,
) -> HttpResponse:
    """One posted step: find, ask the policy for ``right``, check the form, run the action, go back to the page.

    The cleaned form gives the action its arguments; a form with errors comes back in its ``slot`` of the page.
    """
    introduction, policy = _find(request, reference)
    if not getattr(policy, right):
        raise Http404
    arguments: dict[str, Any] = {}
    if form_of is not None:
        form = form_of(request.POST, policy)
        if not form.is_valid():
            return _page(request, introduction, policy, 422, **{slot: form})
        arguments = form.cleaned_data
    _run(request, action(request.user, introduction, **arguments), done)
    return redirect(introduction)


def _consent_form(data: QueryDict, policy: IntroductionPolicy) -> Form:
    assert policy.side is not None
    return ConsentForm(data, company=policy.side)


@login_required
@require_POST
def accept(request: HttpRequest, reference: str) -> HttpResponse:
    """Agree to be introduced."""
    done = _("You agreed. Each side now sees the contacts that the other consented to.")
    return _step(
        request, reference, "may_answer", actions.AcceptIntroduction, done, slot="accept_form", form_of=_consent_form
    )


@login_required
@require_POST
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Say no, with a coded reason."""
    done = _("You declined. The other side sees your reason; no contacts were shown.")
    return _step(
        request, reference, "may_answer", actions.DeclineIntroduction, done,
        slot="decline_form", form_of=lambda data, policy: DecisionForm(data, topic="decline"),
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take an unanswered request back."""
    return _step(request, reference, "may_withdraw", actions.WithdrawIntroduction, _("You took the request back."))


@login_required
@require_POST
def send_message(request: HttpRequest, reference: str) -> HttpResponse:
    """Add to the thread."""
    return _step(
        request, reference, "may_act", actions.SendMessage, _("Message sent."),
        slot="message_form", form_of=lambda data, policy: MessageForm(data),
    )


@login_required
@require_POST
def change_consent(request: HttpRequest, reference: str) -> HttpResponse:
    """Show more or fewer contacts to the other side."""
    done = _("Your consent was updated.")
    return _step(
        request, reference, "may_act", actions.ChangeConsent, done, slot="consent_form", form_of=_consent_form
    )


@login_required
@require_POST
def advance(request: HttpRequest, reference: str) -> HttpResponse:
    """Report the next step."""
    state = request.POST.get("state", "")
    if state not in IntroductionState.values:
        raise Http404
    action = partial(actions.AdvanceIntroduction, state=IntroductionState(state))
    return _step(request, reference, "may_act", action, _("The step was recorded; the other side is told."))


@login_required
@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """End the introduction with a coded outcome."""
    done = _("The introduction is closed. Contacts are hidden again.")
    return _step(
        request, reference, "may_act", actions.CloseIntroduction, done,
        slot="close_form", form_of=lambda data, policy: DecisionForm(data, topic="close_introduction"),
    )
