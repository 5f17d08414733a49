"""The company's own profile in steps; the same forms serve onboarding and later editing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.countries import registration_countries
from directory.forms.terms import TermChoice, TermChoices
from directory.forms.text import CleanEmail, CleanLine, CleanModelForm, CleanText
from directory.models import Company, ContactPerson, TermKind
from directory.registration import (
    Cell,
    Registration,
    RegistrationError,
    cells_of,
    check_registration,
    normalise_number,
    scheme_for,
)


class RegistrationForm(forms.Form):
    """Country and number of registration; a wrong number names its wrong position and is shown in its parts."""

    country = forms.ChoiceField(
        label=_("Where is the company registered?"), choices=registration_countries, initial="CN"
    )
    number = CleanLine(
        label=_("Registration number"), max_length=60,
        help_text=_(
            "China: the 18 characters of the unified social credit code on the business licence, without the "
            "letters I, O, S, V, Z. Singapore: the UEN."
        ),
        widget=forms.TextInput(
            attrs={"class": "code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    registration: Registration | None = None
    problem: RegistrationError | None = None

    def clean(self) -> dict[str, Any]:
        """Normalise the number by the register of the country."""
        data = super().clean() or {}
        raw, country = data.get("number"), data.get("country")
        if raw and country:
            try:
                self.registration = check_registration(scheme_for(country), raw)
            except RegistrationError as error:
                self.problem = error
                self.add_error("number", ValidationError(str(error), code=error.code))
        return data

    @property
    def cells(self) -> list[Cell]:
        """Return the parts of what was typed, the wrong one marked."""
        number = str(self["number"].value() or "")
        scheme = scheme_for(str(self["country"].value() or ""))
        return cells_of(scheme, normalise_number(number), self.problem.position if self.problem else 0)


class BilingualModelForm(CleanModelForm):
    """A form of paired fields; ``pairs`` names those shown side by side, ``needed`` those needing one language."""

    pairs: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()

    def clean(self) -> dict[str, Any]:
        """Demand at least one language of the needed pairs."""
        data = super().clean() or {}
        for pair in self.needed:
            columns = (f"{pair}_zh", f"{pair}_en")
            if not any(data.get(column) for column in columns) and not any(c in self.errors for c in columns):
                self.add_error(columns[0], _("Write this in at least one language."))
        return data


class NamesForm(BilingualModelForm):
    """Legal and short names."""

    pairs = ("legal_name", "short_name")
    needed = ("legal_name",)

    class Meta:
        model = Company
        fields = ("legal_name_zh", "legal_name_en", "short_name_zh", "short_name_en")


class ProfileForm(CleanModelForm):
    """Where the company is, what it does and how large it is."""

    sectors = TermChoices(TermKind.SECTOR, limit=5, label=_("Sectors"), help_text=_("Up to five."))
    languages = TermChoices(TermKind.LANGUAGE, limit=8, label=_("Working languages"))
    place = TermChoice(TermKind.PLACE, label=_("District or city"), required=False)
    size_band = TermChoice(TermKind.SIZE_BAND, label=_("Number of employees"), required=False)
    website = forms.URLField(
        label=_("Website"), required=False, max_length=200, assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    class Meta:
        model = Company
        fields = ("sectors", "languages", "place", "size_band", "founded", "website", "group_name")
        help_texts = {"group_name": _("Companies of one group are never matched with each other.")}

    def clean_founded(self) -> int | None:
        """A year between 1400 and now."""
        year = self.cleaned_data.get("founded")
        if year is not None and not 1400 <= year <= timezone.localdate().year:
            raise ValidationError(_("Enter a year that has already come."))
        return year

    def clean_website(self) -> str:
        """Only web addresses; we never fetch them."""
        url = self.cleaned_data.get("website") or ""
        if url and not url.lower().startswith(("http://", "https://")):
            raise ValidationError(_("Enter an address that starts with http:// or https://."))
        return url


class StoryForm(BilingualModelForm):
    """One sentence and the long description, in both languages."""

    pairs = ("summary", "description")
    needed = ("summary",)

    class Meta:
        model = Company
        fields = ("summary_zh", "summary_en", "description_zh", "description_en")
        widgets = {"summary_zh": forms.Textarea(attrs={"rows": 3}), "summary_en": forms.Textarea(attrs={"rows": 3})}


class ContactForm(CleanModelForm):
    """Whom to call; shown to the other side only after an introduction was accepted."""

    email = CleanEmail(label=_("E-mail"))

    class Meta:
        model = ContactPerson
        fields = ("name", "position", "email", "phone", "wechat")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class ClaimForm(forms.Form):
    """Say how one is connected to a company that is already here."""

    message = CleanText(
        label=_("How are you connected to the company?"), max_length=1000,
        help_text=_("Only the secretariat reads this. Name your position and how we can check it."),
    )
