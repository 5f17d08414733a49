"""Which company the person works for in this session, and the doors that need one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from directory.models import Company
from directory.permissions import CompanyPolicy
from directory.selectors import COMPANY_IN_SESSION, current_company

View = Callable[..., HttpResponse]


def company_of(request: HttpRequest) -> Company | None:
    """Return the company chosen in this session if the person still speaks for it, else their first one."""
    return current_company(request.user, request.session.get(COMPANY_IN_SESSION))


def choose_company(request: HttpRequest, company: Company) -> None:
    """Work for this company from now on. The session holds the choice, never the right."""
    request.session[COMPANY_IN_SESSION] = str(company.pk)


def for_company(view: View) -> View:
    """Hand the current company to a view as its second argument; people without one begin to join."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        company = company_of(request)
        if company is None:
            return redirect("workspace:join")
        return view(request, company, *args, **kwargs)

    return wrapped


def demand_editor(request: HttpRequest, company: Company) -> None:
    """Raise ``PermissionDenied`` with a sentence for members who only read."""
    if not CompanyPolicy(request.user, company).may_edit:
        raise PermissionDenied(
            _("You can read here but not change anything. An owner of your company can change that.")
        )
