"""Reading a company's own affairs: which company a person works for now, how complete it is, where it stands."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from directory.models import Company, CompanyInvitation, ContactPerson, Visibility
from directory.permissions import companies_for

# Where a session keeps the number of the company that the person works for; the choice, never the right.
COMPANY_IN_SESSION = "workspace_company"


def own_companies(user: Any) -> QuerySet[Company]:
    """Companies that the person speaks for, in the order in which they joined them."""
    return companies_for(user).order_by("members__created_at", "pk")


def current_company(user: Any, chosen: Any = None) -> Company | None:
    """Return the company the person works for now: the chosen one if it is still theirs, else the first, else None."""
    own = list(own_companies(user)[:50])
    picked = next((company for company in own if str(company.pk) == str(chosen)), None)
    return picked or (own[0] if own else None)


def unfinished_company(user: Any) -> Company | None:
    """Return the person's newest draft that was never published nor is in review: the one onboarding goes on with."""
    drafts = own_companies(user).filter(visibility=Visibility.DRAFT, first_published_at=None, members__role="owner")
    return next((draft for draft in drafts.order_by("-pk")[:5] if not draft.workflow_in_progress), None)


def draft_of(company: Company) -> Company:
    """Return the newest text of the company, published or not."""
    return company.get_latest_revision_as_object()


def open_invitations(company: Company) -> list[CompanyInvitation]:
    """Invitations that can still be accepted, newest first."""
    return [one for one in company.invitations.filter(accepted_at=None, revoked_at=None) if one.is_open]


@dataclass(frozen=True, slots=True)
class Item:
    """One point of a complete profile; ``step`` is the onboarding step that fills it."""

    code: str
    label: str
    step: str
    done: bool
    needed: bool = False


def completeness(company: Company) -> list[Item]:
    """Return the points of a complete profile, done or not, for the newest text of the company."""
    draft = draft_of(company)
    contact = ContactPerson.objects.filter(company_id=company.pk).first()
    both = [bool(getattr(draft, f"{name}_zh") and getattr(draft, f"{name}_en")) for name in ("summary", "description")]
    named = draft.legal_name_zh or draft.legal_name_en
    return [
        Item("number", _("Registration number"), "register", bool(draft.number), needed=True),
        Item("name", _("Legal name"), "names", bool(named), needed=True),
        Item("names", _("Legal name in both languages"), "names", bool(draft.legal_name_zh and draft.legal_name_en)),
        Item("sectors", _("Sectors"), "profile", bool(draft.sectors.all()), needed=True),
        Item("languages", _("Working languages"), "profile", bool(draft.languages.all()), needed=True),
        Item("size", _("Number of employees"), "profile", draft.size_band_id is not None),
        Item("place", _("District or city"), "profile", draft.place_id is not None),
        Item("summary", _("Summary in both languages"), "story", both[0], needed=True),
        Item("description", _("Description in both languages"), "story", both[1]),
        Item("contact", _("Contact person"), "contact", bool(contact and contact.name and contact.email), needed=True),
    ]


def missing_for_submission(company: Company) -> list[Item]:
    """Return what must still be filled in before the profile can be submitted."""
    return [item for item in completeness(company) if item.needed and not item.done]


def profile_status(company: Company) -> str:
    """Return ``draft | submitted | returned | published | changed | withdrawn | suspended``.

    ``changed`` = published, with newer text that was not submitted yet.
    """
    if company.visibility == Visibility.SUSPENDED:
        return "suspended"
    newest = company.workflow_states.order_by("-created_at", "-pk").first()
    if newest is not None and newest.status == WorkflowState.STATUS_IN_PROGRESS:
        return "submitted"
    if newest is not None and newest.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return "returned"
    if company.visibility == Visibility.WITHDRAWN:
        return "withdrawn"
    if company.is_visible:
        return "changed" if company.has_unpublished_changes else "published"
    return "draft"
