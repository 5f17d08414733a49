"""What a company offers, needs, sells and can prove."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.forms.company import BilingualModelForm
from directory.forms.terms import BandChoice, TermChoice, TermChoices
from directory.forms.text import CleanLine
from directory.models import Company, Credential, Establishment, Need, Offer, Product, TermKind
from directory.storage import MAX_EVIDENCE_BYTES, evidence_kind

MONTHS = [(str(number), label) for number, label in enumerate(
    (_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
     _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec")), start=1,
)]


class OfferForm(BilingualModelForm):
    """One service that the company offers."""

    pairs = ("title", "text")
    needed = ("title",)
    service_type = TermChoice(TermKind.SERVICE_TYPE, label=_("Service"))
    markets = TermChoices(TermKind.MARKET, limit=30, label=_("Markets served"), required=False)
    languages = TermChoices(TermKind.LANGUAGE, limit=8, label=_("Working languages"), required=False)
    deal_size = BandChoice(label=_("Usual deal size"), required=False)

    class Meta:
        model = Offer
        fields = (
            "service_type", "title_zh", "title_en", "text_zh", "text_en", "markets", "languages", "deal_size",
            "capacity", "lead_days",
        )
        help_texts = {"capacity": _("0 = paused: you are listed last and get no new requests.")}


class NeedForm(BilingualModelForm):
    """Eight questions about what the company wants."""

    pairs = ("title", "text")
    needed = ("title",)
    service_types = TermChoices(TermKind.SERVICE_TYPE, limit=8, label=_("Which services do you need?"), required=False)
    product_categories = TermChoices(
        TermKind.PRODUCT_CATEGORY, limit=8, label=_("Or which products do you want to buy?"), required=False
    )
    markets = TermChoices(TermKind.MARKET, limit=30, label=_("In which markets?"), required=False)
    languages = TermChoices(TermKind.LANGUAGE, limit=8, label=_("In which languages can you work?"), required=False)
    required_credentials = TermChoices(
        TermKind.CREDENTIAL_SCHEME, limit=5, label=_("What must they be able to prove?"), required=False,
        help_text=_("A hard requirement: companies without it are left out. Tick only what you cannot do without."),
    )
    budget = BandChoice(label=_("What is the budget?"), required=False, help_text=_("Never shown to others."))

    class Meta:
        model = Need
        fields = (
            "service_types", "product_categories", "title_zh", "title_en", "text_zh", "text_en", "markets", "languages",
            "required_credentials", "budget", "answer_by_date", "confidentiality",
        )
        labels = {"answer_by_date": _("Until when do you want answers?"), "confidentiality": _("Who may see it?")}
        widgets = {"confidentiality": forms.RadioSelect}

    def clean(self) -> dict[str, Any]:
        """A need without a service or a product cannot be matched."""
        data = super().clean()
        if not data.get("service_types") and not data.get("product_categories"):
            self.add_error("service_types", _("Choose at least one service or one product category."))
        return data

    def clean_answer_by_date(self) -> Any:
        """The day must be ahead, except that an old need keeps its day."""
        day = self.cleaned_data.get("answer_by_date")
        if day and day < timezone.localdate() and "answer_by_date" in self.changed_data:
            raise ValidationError(_("Choose a day from today on."))
        return day


class ProductForm(BilingualModelForm):
    """One product with the terms a buyer asks for first."""

    pairs = ("name", "text")
    needed = ("name",)
    category = TermChoice(TermKind.PRODUCT_CATEGORY, label=_("Product category"))
    markets = TermChoices(TermKind.MARKET, limit=30, label=_("Markets wanted"), required=False)
    hs6 = CleanLine(
        label=_("HS code (6 digits)"), required=False, max_length=12,
        help_text=_("Leave empty to take the code of the category."),
        widget=forms.TextInput(attrs={"class": "code short"}),
    )
    price_band = BandChoice(label=_("Price band of an order"), required=False)
    harvest_months = forms.TypedMultipleChoiceField(
        label=_("Harvest months"), choices=MONTHS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Leave empty for goods made all year."),
    )

    class Meta:
        model = Product
        fields = (
            "category", "hs6", "name_zh", "name_en", "text_zh", "text_en", "pack", "minimum_order", "price_band",
            "incoterm", "shelf_life_days", "temperature", "harvest_months", "origin_mark", "establishment", "markets",
        )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        establishment: Any = self.fields["establishment"]
        establishment.queryset = Establishment.objects.filter(company=company)

    def clean_hs6(self) -> str:
        """Six digits, however they were separated."""
        code = unicodedata.normalize("NFKC", self.cleaned_data.get("hs6", "")).replace(".", "").replace(" ", "")
        if code and not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise ValidationError(_("An HS code at this level has six digits."))
        return code

    def clean(self) -> dict[str, Any]:
        """Take the HS code from the category where none was given."""
        data = super().clean()
        category = data.get("category")
        if category and not data.get("hs6") and "hs6" not in self.errors:
            codes = str(category.extra.get("hs6", "")).split("|")
            data["hs6"] = codes[0] if len(codes) == 1 and codes[0].isdigit() and len(codes[0]) == 6 else ""
        return data


class EstablishmentForm(BilingualModelForm):
    """A farm, factory or cold store."""

    pairs = ("name",)
    needed = ("name",)
    place = TermChoice(TermKind.PLACE, label=_("Place"), required=False)

    class Meta:
        model = Establishment
        fields = ("kind", "name_zh", "name_en", "registration", "place")


class CredentialForm(BilingualModelForm):
    """A licence, certificate, qualification, registration or approval, as the company states it."""

    pairs = ("scope",)
    scheme = TermChoice(TermKind.CREDENTIAL_SCHEME, label=_("What is it?"))
    markets = TermChoices(TermKind.MARKET, limit=30, label=_("Markets it is for"), required=False)
    evidence = forms.FileField(
        label=_("Evidence"), required=False,
        help_text=_("PDF, JPEG or PNG, up to 5 MB. Only your colleagues and the people who check it can open it."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    class Meta:
        model = Credential
        fields = (
            "scheme", "issuer", "number", "scope_zh", "scope_en", "valid_from_date", "valid_until_date", "markets",
            "evidence",
        )

    def clean_evidence(self) -> Any:
        """Look at the file itself, not at its name: kind by its first bytes, size by its bytes."""
        upload = self.cleaned_data.get("evidence")
        if not isinstance(upload, UploadedFile):
            return upload
        if (upload.size or 0) > MAX_EVIDENCE_BYTES:
            raise ValidationError(_("The file is larger than 5 MB."), code="too_large")
        kind = evidence_kind(upload.read(16))
        upload.seek(0)
        if not kind:
            raise ValidationError(_("Only PDF, JPEG and PNG files can be kept as evidence."), code="wrong_type")
        upload.name = f"evidence.{kind}"
        return upload

    def clean(self) -> dict[str, Any]:
        """The end must not lie before the beginning."""
        data = super().clean()
        start, end = data.get("valid_from_date"), data.get("valid_until_date")
        if start and end and end < start:
            self.add_error("valid_until_date", _("This day lies before the first day."))
        return data
