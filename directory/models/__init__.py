"""Facts that companies state about themselves."""

from directory.models.company import (
    VISIBLE,
    ClaimRequest,
    Company,
    CompanyMember,
    ContactPerson,
    MemberRole,
    MustMeet,
    NoListEntry,
    RegistrationScheme,
    Visibility,
    publicly_visible,
)
from directory.models.credential import ClaimCheck, Credential
from directory.models.imports import ImportRun
from directory.models.invitation import CompanyInvitation
from directory.models.need import Confidentiality, Need, NeedState
from directory.models.offer import Offer
from directory.models.product import Establishment, Incoterm, Product, TemperatureRegime
from directory.models.review import PublicationReview, PublicationReviewState
from directory.models.taxonomy import Term, TermKind
from directory.pages import EditorialPage, HomePage

__all__ = [
    "VISIBLE",
    "ClaimCheck",
    "ClaimRequest",
    "Company",
    "CompanyInvitation",
    "CompanyMember",
    "Confidentiality",
    "ContactPerson",
    "Credential",
    "EditorialPage",
    "Establishment",
    "HomePage",
    "ImportRun",
    "Incoterm",
    "MemberRole",
    "MustMeet",
    "Need",
    "NeedState",
    "NoListEntry",
    "Offer",
    "Product",
    "PublicationReview",
    "PublicationReviewState",
    "RegistrationScheme",
    "TemperatureRegime",
    "Term",
    "TermKind",
    "Visibility",
    "publicly_visible",
]
