"""Reading memberships and verdicts: what every room above may ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from alliances.models import Alliance, Membership, MembershipState
from directory.models import Company, Credential, Term

PERMITS = ("licence", "qualification", "approval")


def open_checklist(membership: Membership) -> list[dict[str, Any]]:
    """Return the items of the alliance's checklist that are not ticked yet."""
    ticks = membership.checklist
    return [item for item in membership.alliance.checklist if not ticks.get(item["code"], {}).get("done")]


def checklist_schemes(alliance: Alliance) -> set[str]:
    """Return the credential schemes, or groups of them, that this alliance's checklist names."""
    return {item["credential_scheme"] for item in alliance.checklist if item.get("credential_scheme")}


def licence_claims(membership: Membership) -> QuerySet[Credential]:
    """Return the credentials of the company whose decision takes two people.

    That is every licence by the vocabulary, every scheme the alliance's checklist names, and what permits its
    holder to practise (``PERMITS``) in a group of schemes that the checklist names.
    """
    named = checklist_schemes(membership.alliance)
    permit = Q(scheme__parent__code__in=named, scheme__extra__kind__in=PERMITS)
    return membership.company.credentials.filter(
        Q(scheme__extra__kind="licence") | Q(scheme__code__in=named) | permit
    )


def needs_two_people(membership: Membership) -> bool:
    """Say whether a licence is claimed, so that a second person must approve."""
    return licence_claims(membership).exists()


def memberships_shown(company: Company) -> QuerySet[Membership]:
    """Return the memberships of a company that the public may see."""
    return (
        Membership.objects.active().filter(company=company, alliance__active=True).select_related("alliance")
    )


def members_shown(alliance: Alliance) -> QuerySet[Company]:
    """Return the visible companies that are members of an alliance now."""
    return (
        Company.objects.visible()
        .filter(memberships__alliance=alliance, memberships__state=MembershipState.APPROVED)
        .select_related("place")
        .prefetch_related("sectors")
    )


@dataclass(frozen=True, slots=True)
class AllianceCount:
    """An alliance with its visible members on the Chinese side, the Singapore side and elsewhere."""

    alliance: Alliance
    china: int
    singapore: int
    elsewhere: int

    @property
    def total(self) -> int:
        """All visible members."""
        return self.china + self.singapore + self.elsewhere


def alliances_with_counts() -> list[AllianceCount]:
    """Return the active alliances with their members by side, in one query."""
    shown = Q(
        memberships__state=MembershipState.APPROVED,
        memberships__company__visibility="live",
        memberships__company__live=True,
    )
    rows = Alliance.objects.filter(active=True).annotate(
        china=Count("memberships", filter=shown & Q(memberships__company__country="CN")),
        singapore=Count("memberships", filter=shown & Q(memberships__company__country="SG")),
        total=Count("memberships", filter=shown),
    )
    return [
        AllianceCount(row, row.china, row.singapore, row.total - row.china - row.singapore) for row in rows
    ]


def service_groups(alliance: Alliance) -> list[tuple[Term, list[Term]]]:
    """Return the alliance's service types as ``(group, services in it)``; a group without parts stands alone."""
    terms = list(alliance.service_types.filter(active=True).select_related("parent"))
    return _grouped(terms)


def _grouped(terms: Iterable[Term]) -> list[tuple[Term, list[Term]]]:
    groups: dict[int, tuple[Term, list[Term]]] = {}
    for term in terms:
        head = term.parent or term
        _head, parts = groups.setdefault(head.pk, (head, []))
        if term.parent:
            parts.append(term)
    return sorted(groups.values(), key=lambda group: (group[0].position, group[0].code))
