"""Forms that people fill in about their company; every text is cleaned and measured here."""

from directory.forms.company import (
    BilingualModelForm,
    ClaimForm,
    ContactForm,
    NamesForm,
    ProfileForm,
    RegistrationForm,
    StoryForm,
)
from directory.forms.members import InviteForm, RoleForm
from directory.forms.records import CredentialForm, EstablishmentForm, NeedForm, OfferForm, ProductForm

__all__ = [
    "BilingualModelForm",
    "ClaimForm",
    "ContactForm",
    "CredentialForm",
    "EstablishmentForm",
    "InviteForm",
    "NamesForm",
    "NeedForm",
    "OfferForm",
    "ProductForm",
    "ProfileForm",
    "RegistrationForm",
    "RoleForm",
    "StoryForm",
]
