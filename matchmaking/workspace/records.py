"""What a company keeps besides its profile, described once for the list, form and removal pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.actions import (
    RemoveCredential,
    RemoveOffer,
    RemoveProduct,
    SaveCredential,
    SaveEstablishment,
    SaveNeed,
    SaveOffer,
    SaveProduct,
)
from directory.forms import CredentialForm, EstablishmentForm, NeedForm, OfferForm, ProductForm
from directory.models import Company, Credential, Establishment, Need, Offer, Product
from matchmaking.workspace.layout import Plan


@dataclass(frozen=True, slots=True)
class RecordKind:
    """Words, form, actions and addresses of one kind of record."""

    code: str
    model: type[Model]
    form: Any
    save: Any
    remove: Any
    title: Promise
    lede: Promise
    new: Promise
    saved: Promise
    plans: Sequence[Plan]
    list_url: str
    new_url: str
    edit_url: str
    aside: str
    needs_company: bool = False

    def of(self, company: Company) -> QuerySet[Any]:
        """Return the records of a company."""
        manager: Any = self.model._default_manager
        return manager.filter(company=company)

    def form_for(self, request: HttpRequest | None, company: Company, record: Any) -> Any:
        """Return the form, bound where a request is given."""
        extra = {"company": company} if self.needs_company else {}
        if request is None:
            return self.form(instance=record, **extra)
        return self.form(request.POST, request.FILES, instance=record, **extra)


OFFERS = RecordKind(
    "offers", Offer, OfferForm, SaveOffer, RemoveOffer,
    _("Our offers"), _("What you can do for others, and how much of it now"), _("Add an offer"),
    _("The offer is saved."),
    [
        Plan(_("The service"), ["service_type", "title_zh+", "text_zh+"]),
        Plan(_("For whom"), ["markets", "languages", "deal_size"]),
        Plan(
            _("How much, how fast"), ["capacity", "lead_days"],
            _("Companies that answer in time are shown first"), columns=True,
        ),
    ],
    "workspace:offers", "workspace:offer_new", "workspace:offer", "offer",
)
NEEDS = RecordKind(
    "needs", Need, NeedForm, SaveNeed, None,
    _("My needs"), _("What you are looking for; every open need has its own list of matches"), _("Write a need"),
    _("The need is saved."),
    [
        Plan(_("1. What do you need?"), ["service_types", "product_categories"], _("A service, a product, or both")),
        Plan(
            _("2. In your words"), ["title_zh+", "text_zh+"],
            _("Write it in either language; both languages find more"),
        ),
        Plan(_("3. Where?"), ["markets"]),
        Plan(_("4. In which languages?"), ["languages"]),
        Plan(_("5. What is the budget?"), ["budget"]),
        Plan(_("6. By when?"), ["answer_by_date"]),
        Plan(_("7. What is a must?"), ["required_credentials"]),
        Plan(_("8. Who may see it?"), ["confidentiality"]),
    ],
    "workspace:needs", "workspace:need_new", "workspace:need", "need",
)
PRODUCTS = RecordKind(
    "products", Product, ProductForm, SaveProduct, RemoveProduct,
    _("Sell abroad: our products"), _("What a buyer asks first: terms, shelf life, origin, markets"),
    _("Add a product"), _("The product is saved."),
    [
        Plan(_("The product"), ["category", "hs6", "name_zh+", "text_zh+"]),
        Plan(_("Supply terms"), ["pack", "minimum_order", "price_band", "incoterm"], columns=True),
        Plan(_("Keeping"), ["shelf_life_days", "temperature"], columns=True),
        Plan(_("Season"), ["harvest_months"]),
        Plan(_("Origin"), ["origin_mark", "establishment"], columns=True),
        Plan(_("Where to"), ["markets"]),
    ],
    "workspace:products", "workspace:product_new", "workspace:product", "product", needs_company=True,
)
ESTABLISHMENTS = RecordKind(
    "establishments", Establishment, EstablishmentForm, SaveEstablishment, None,
    _("Farms, factories, cold stores"), _("Where your products are made and kept"), _("Add an establishment"),
    _("The establishment is saved."),
    [Plan(_("The establishment"), ["kind", "name_zh+", "registration", "place"])],
    "workspace:products", "workspace:establishment_new", "workspace:establishment", "establishment",
)
CREDENTIALS = RecordKind(
    "credentials", Credential, CredentialForm, SaveCredential, RemoveCredential,
    _("Credentials and evidence"),
    _("Licences, certificates, qualifications: self-declared until somebody checks them"),
    _("Add a credential"), _("The credential is saved as self-declared."),
    [
        Plan(_("What it is"), ["scheme", "issuer", "number", "scope_zh+"]),
        Plan(_("How long"), ["valid_from_date", "valid_until_date"], columns=True),
        Plan(_("Where"), ["markets"]),
        Plan(_("Evidence"), ["evidence"]),
    ],
    "workspace:credentials", "workspace:credential_new", "workspace:credential", "credential",
)
