"""A second factor is demanded of everybody who holds a trusted role."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from matchmaking.users.roles import holds_trusted_role


class RequireMultiFactor:
    """Lead trusted people without a second factor to its enrolment before anything else.

    Account pages stay open (else nobody could enrol), as do health, static files and the language of the page.
    """

    open_namespaces = ("account_", "mfa_", "usersessions_", "core:")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Redirect to the enrolment when the person must enrol first."""
        user = request.user
        if not settings.YUXIN_REQUIRE_STAFF_MFA or not user.is_authenticated:
            return None
        match = request.resolver_match
        if match is None or match.view_name.startswith(self.open_namespaces):
            return None
        if not holds_trusted_role(user) or is_mfa_enabled(user):
            return None
        messages.warning(request, _("Your role needs a second factor. Set one up to go on."))
        return redirect("mfa_index")
