"""What stands on a review page, and the profiles and claims that wait for the same people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from alliances.models import Membership, MembershipState
from alliances.selectors import licence_claims
from directory.models import ClaimCheck, ClaimRequest, Company, Credential
from directory.names import name_key
from matchmaking.core.bilingual import pick
from matchmaking.core.components import Tone
from matchmaking.core.wording import day
from matchmaking.desk.access import Desk
from matchmaking.desk.forms import ClaimCheckForm
from matchmaking.desk.selectors.queue import near_companies


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim with its newest check; ``credential`` None = the registration number."""

    key: str
    title: str
    says: str
    credential: Credential | None
    check: ClaimCheck | None
    licence: bool
    form: ClaimCheckForm

    @property
    def tone(self) -> Tone:
        """Confirmed, refused, or open."""
        if self.check is None:
            return "quiet"
        return "good" if self.check.outcome == ClaimCheck.Outcome.CONFIRMED else "bad"

    @property
    def status(self) -> str:
        """The tone in words."""
        return _("Not checked") if self.check is None else str(self.check.get_outcome_display())


def claims(membership: Membership, bound: Mapping[str, ClaimCheckForm]) -> list[Claim]:
    """Return the registration number and every credential; ``bound`` holds a form that came back with errors."""
    company = membership.company
    rows = list(company.credentials.select_related("scheme").prefetch_related("checks__checked_by"))
    licences = set(licence_claims(membership).values_list("pk", flat=True))
    found = [
        _claim(
            "number",
            _("Registration number"),
            company.number or "",
            None,
            _number_check(company),
            bound,
            membership,
        )
    ]
    found += [
        _claim(
            str(row.pk),
            row.scheme.label,
            _says(row),
            row,
            max(row.checks.all(), key=_when, default=None),
            bound,
            membership,
            licence=row.pk in licences,
        )
        for row in rows
    ]
    return [claim for claim in found if claim.says or claim.credential]


def _when(check: ClaimCheck) -> Any:
    return check.checked_at


def _claim(
    key: str,
    title: str,
    says: str,
    credential: Credential | None,
    check: ClaimCheck | None,
    bound: Mapping[str, ClaimCheckForm],
    membership: Membership,
    *,
    licence: bool = False,
) -> Claim:
    until = credential.valid_until_date if credential else None
    form = bound.get(key) or ClaimCheckForm(
        prefix=f"claim-{key}", initial={"version": membership.version, "valid_until": until}
    )
    return Claim(key, title, says, credential, check, licence, form)


def _number_check(company: Company) -> ClaimCheck | None:
    return company.claim_checks.filter(credential=None).select_related("checked_by").first()


def _says(row: Credential) -> str:
    until = _("until %(day)s") % {"day": day(row.valid_until_date)} if row.valid_until_date else ""
    return " · ".join(part for part in (row.number, row.issuer, pick(row, "scope"), until) if part)


@dataclass(frozen=True, slots=True)
class Context:
    """What a reviewer should know beside the profile."""

    same_group: list[Company]
    same_name: list[Company]
    elsewhere: list[Membership]


def context_of(membership: Membership) -> Context:
    """Return visible members of the same group, visible companies of the same name, and other memberships."""
    company = membership.company
    visible = Company.objects.visible().exclude(pk=company.pk)
    group = list(visible.filter(group_name=company.group_name)[:5]) if company.group_name else []
    approved = company.memberships.filter(state=MembershipState.APPROVED)
    elsewhere = approved.exclude(pk=membership.pk).select_related("alliance")
    return Context(group, _namesakes(company, visible), list(elsewhere))


def _namesakes(company: Company, visible: QuerySet[Company]) -> list[Company]:
    keys = {name_key(name) for name in (company.legal_name_zh, company.legal_name_en) if name} - {""}
    heads = Q()
    for name in (company.legal_name_zh, company.legal_name_en):
        if name:
            head = name[:4]
            heads |= Q(legal_name_zh__istartswith=head) | Q(legal_name_en__istartswith=head)
    if not heads:
        return []
    near = visible.filter(heads)[:200]
    return [row for row in near if keys & {name_key(row.legal_name_zh), name_key(row.legal_name_en)}][:5]


def reviewable(desk: Desk) -> QuerySet[Company]:
    """Companies whose profile and claims this desk decides; the platform's staff also those near no alliance."""
    return Company.objects.all() if desk.policy.is_platform else near_companies(desk.alliance)


def waiting_profiles(desk: Desk) -> QuerySet[Company]:
    """Companies whose newest text waits for publication, those that waited longest on top."""
    return (
        reviewable(desk)
        .filter(_workflow_states__status=WorkflowState.STATUS_IN_PROGRESS)
        .order_by("_workflow_states__created_at")
    )


def open_claims(desk: Desk) -> QuerySet[ClaimRequest]:
    """Claims of companies that wait for a decision, oldest first."""
    rows = ClaimRequest.objects.filter(
        state=ClaimRequest.State.OPEN, company__in=reviewable(desk).values("pk")
    )
    return rows.select_related("company", "user").order_by("created_at")
