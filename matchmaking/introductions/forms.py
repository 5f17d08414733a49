"""What people fill in around an introduction."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliances.reasons import reasons_for
from directory.forms.text import CleanText
from directory.models import Company, ContactPerson, Need, NeedState, Product
from matchmaking.introductions.models import CONTACT_FIELDS

CONTACT_LABELS = {
    "name": _("Name"),
    "position": _("Position"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "wechat": _("WeChat"),
}


def consent_choices(company: Company) -> list[tuple[str, Any]]:
    """Return the contact fields that the company has filled in: only those can be shown."""
    contact = ContactPerson.objects.filter(company=company).first()
    return [(name, CONTACT_LABELS[name]) for name in CONTACT_FIELDS if contact and getattr(contact, name)]


def reason_choices(topic: str) -> list[tuple[str, str]]:
    """Return (code, label) of the coded reasons for a topic, in the reader's language."""
    return [(term.code, term.label) for term in reasons_for(topic)]


class ConsentForm(forms.Form):
    """Which contact fields the other side may see, for this introduction only."""

    consent = forms.MultipleChoiceField(
        label=_("Contacts you show"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Shown only after both sides agreed, only to this company, only for this introduction."),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].choices = consent_choices(company)  # type: ignore[attr-defined]


class RequestForm(ConsentForm):
    """Ask to be introduced: about what, why, and which contacts you would show."""

    about = forms.ChoiceField(label=_("What it is about"), required=False)
    reason = CleanText(
        label=_("Why you ask"), max_length=2000, min_length=10,
        help_text=_("Say what you need, by when, and why this company. A clear reason is answered more often."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    field_order = ("about", "reason", "consent")

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, company=company, **kwargs)
        self.company = company
        needs = Need.objects.filter(company=company, state=NeedState.OPEN)
        products = Product.objects.filter(company=company, live=True)
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            ("", _("No particular need or product")),
            *[(f"need-{need.pk}", need.title) for need in needs],
            *[(f"product-{product.pk}", product.name) for product in products],
        ]

    def subject(self) -> dict[str, Need | Product | None]:
        """Return ``need`` and ``product`` as the action takes them."""
        kind, _dash, number = self.cleaned_data["about"].partition("-")
        if kind == "need":
            return {"need": Need.objects.get(company=self.company, pk=number), "product": None}
        if kind == "product":
            return {"need": None, "product": Product.objects.get(company=self.company, pk=number)}
        return {"need": None, "product": None}


class DecisionForm(forms.Form):
    """A coded reason with an optional note: for declining and for closing."""

    code = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    note = CleanText(label=_("Note to the other side"), max_length=1000, required=False,
                     widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, topic: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = reason_choices(topic)  # type: ignore[attr-defined]


class MessageForm(forms.Form):
    """One message of the thread."""

    text = CleanText(label=_("Reply"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
