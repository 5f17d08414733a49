"""The door of the desk: which alliance, with which rights, and the card for those who have none."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from alliances.models import Alliance
from alliances.permissions import AlliancePolicy
from matchmaking.core.bilingual import reader_suffix
from matchmaking.core.components import RailItem
from matchmaking.desk.selectors.counts import rail_counts

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Desk:
    """One alliance as one person may work on it."""

    alliance: Alliance
    policy: AlliancePolicy

    def rail(self, current: str) -> list[RailItem]:
        """The side navigation; ``current`` is a url name of this room."""
        counts = rail_counts(self.alliance)
        entries = [
            ("queue", _("Desk"), "grid"),
            ("profiles", _("Profiles"), "edit"),
            ("members", _("Members"), "users"),
            ("invitations", _("Invitations"), "send"),
            ("gaps", _("Gap map"), "chart"),
            ("verdicts", _("Pins and exclusions"), "pin"),
            ("claims", _("Claims of companies"), "key"),
        ]
        if self.policy.may_import():
            entries.append(("imports", _("Import"), "upload"))
        entries.append(("staff", _("Team and criteria"), "gear"))
        return [
            RailItem(
                label,
                reverse(f"desk:{name}", args=[self.alliance.code]),
                icon,
                counts.get(name),
                name == current,
            )
            for name, label, icon in entries
        ]


View = Callable[Concatenate[HttpRequest, Desk, P], HttpResponse]


def refusal(alliance: Alliance) -> PermissionDenied:
    """The 403 card: this desk belongs to another alliance; its secretariat can help."""
    denied = PermissionDenied(
        _("This desk is for the staff of the alliance, with the role that the page needs.")
    )
    suffix = reader_suffix()
    offices = [office.get(suffix, "") for _side, office in sorted(alliance.secretariats.items())]
    denied.helper = offices[0] if offices else alliance.name  # type: ignore[attr-defined]
    denied.url = alliance.get_absolute_url()  # type: ignore[attr-defined]
    denied.action = alliance.name  # type: ignore[attr-defined]
    return denied


def desk_view(right: str = "may_see_desk") -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Give the view a :class:`Desk` in place of the alliance's code, or refuse.

    Anonymous people log in first; an unknown code is 404; without ``right`` (a method of ``AlliancePolicy``) 403.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            alliance = get_object_or_404(Alliance, code=code)
            policy = AlliancePolicy(request.user, alliance)
            if not getattr(policy, right)():
                raise refusal(alliance)
            return view(request, Desk(alliance, policy), *args, **kwargs)

        return guarded

    return decorate


def desk_page(
    request: HttpRequest,
    desk: Desk,
    template: str,
    context: dict[str, Any],
    *,
    current: str,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the desk with its rail."""
    base = {"alliance": desk.alliance, "policy": desk.policy, "rail_items": desk.rail(current)}
    return render(request, f"desk/{template}", {**base, **context}, status=status)
