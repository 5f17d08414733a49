"""Profiles that wait for publication: both languages, only what changed, publish or return."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from alliances.reasons import reasons_for
from directory.actions import ApproveCompany, ReturnCompany
from directory.models import Company
from directory.permissions import CompanyPolicy
from matchmaking.core.actions import InvalidTransition
from matchmaking.desk.access import Desk, desk_page, desk_view
from matchmaking.desk.selectors.comparison import changed_since_publication
from matchmaking.desk.selectors.completeness import completeness
from matchmaking.desk.selectors.reviews import waiting_profiles

PER_PAGE = 50


class ReturnForm(forms.Form):
    """Why a profile goes back; several reasons may hold."""

    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Coded reasons"), widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the company"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        terms = reasons_for("return_profile")
        self.fields["reasons"].choices = [(term.code, term.label) for term in terms]  # type: ignore[attr-defined]


@require_safe
@desk_view()
def profiles(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Profiles whose newest text waits, those that waited longest on top."""
    rows = (
        waiting_profiles(desk)
        .select_related("place")
        .prefetch_related("offers", "products", "sectors", "languages", "_workflow_states")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    listed = [(company, *completeness(company.get_latest_revision_as_object())) for company in page]
    return desk_page(request, desk, "profiles.html", {"page": page, "listed": listed}, current="profiles")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view()
def profile(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Compare the waiting text with the published one and decide."""
    company = get_object_or_404(waiting_profiles(desk), pk=pk)
    form = ReturnForm(request.POST if request.POST.get("step") == "return" else None)
    if request.method == "POST" and _decided(request, company, form):
        return redirect("desk:profiles", desk.alliance.code)
    context = {
        "company": company,
        "form": form,
        "changes": changed_since_publication(company),
        "may_review": CompanyPolicy(request.user, company).may_review,
    }
    return desk_page(
        request, desk, "profile.html", context, current="profiles", status=422 if form.is_bound else 200
    )


def _decided(request: HttpRequest, company: Company, form: ReturnForm) -> bool:
    """Run the decision; False when the page has to be shown again."""
    try:
        if request.POST.get("step") == "publish":
            ApproveCompany(request.user, company).run()
            messages.success(request, _("Published. Search and matches follow within seconds."))
            return True
        if form.is_bound and form.is_valid():
            ReturnCompany(
                request.user, company, form.cleaned_data["reasons"], form.cleaned_data["note"]
            ).run()
            messages.success(request, _("Returned to the company with your reason."))
            return True
    except InvalidTransition as refused:
        messages.error(request, str(refused))
        return True
    return False
