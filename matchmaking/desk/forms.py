"""What the secretariat fills in. Rules live in the actions; forms only read and keep what was typed."""

import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliances.actions.decision import LONGEST_TERM, TERM
from alliances.claim_methods import CLAIM_METHODS
from alliances.models import Alliance, StaffRole, VerdictKind
from alliances.reasons import reasons_for
from directory.models import ClaimCheck, Company
from matchmaking.core.bilingual import reader_suffix
from matchmaking.desk.selectors.queue import near_companies
from matchmaking.users.models import User

DateInput = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
NoteField = forms.CharField(
    label=_("Note to the company"),
    help_text=_("The coded reason is shown in both languages; add what only you can say."),
    max_length=2000,
    required=False,
    widget=forms.Textarea(attrs={"rows": 4}),
)


def reason_choices(*topics: tuple[str, Any]) -> list[Any]:
    """Return the options of a reason field; several topics become groups named by their label."""
    empty: list[Any] = [("", _("Choose a reason"))]
    groups = [(label, [(term.code, term.label) for term in reasons_for(topic)]) for topic, label in topics]
    return empty + (groups if len(groups) > 1 else groups[0][1])


def _fits(code: str, topic: str) -> bool:
    return code in {term.code for term in reasons_for(topic)}


def next_year() -> datetime.date:
    """The usual last day of a membership that begins today."""
    return timezone.localdate() + TERM


class VersionForm(forms.Form):
    """A form that knows which version of the membership it was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2_000_000_000)


class DecisionForm(VersionForm):
    """Approve, ask for more, or reject."""

    decision = forms.ChoiceField(
        label=_("What you decide"),
        widget=forms.RadioSelect,
        choices=[
            ("approve", _("Approve")),
            ("return", _("Ask for more")),
            ("reject", _("Reject")),
        ],
    )
    reason = forms.ChoiceField(
        label=_("Coded reason"), required=False, help_text=_("Needed to ask for more or to reject.")
    )
    note = NoteField
    valid_until = forms.DateField(
        label=_("Membership valid until"), required=False, widget=DateInput, initial=next_year
    )
    no_conflict = forms.BooleanField(
        label=_("I have no conflict of interest"), help_text=_("Recorded with your name"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reason_choices(  # type: ignore[attr-defined]
            ("return", _("Ask for more")), ("reject", _("Reject"))
        )

    def clean(self) -> dict[str, Any]:
        """A decision against the company names a reason that fits it."""
        data: dict[str, Any] = super().clean() or {}
        decision = data.get("decision", "")
        demanded = decision in ("return", "reject") and "reason" in data
        if demanded and not _fits(data["reason"], decision):
            self.add_error("reason", _("Please choose a reason that fits the decision."))
        if decision in ("approve", "reject") and not data.get("no_conflict"):
            self.add_error("no_conflict", _("Declare this, or leave the decision to a colleague."))
        return data


class ClaimCheckForm(VersionForm):
    """How one claim was checked and what came out."""

    outcome = forms.ChoiceField(
        label=_("Result"), choices=ClaimCheck.Outcome.choices, widget=forms.RadioSelect
    )
    method = forms.ChoiceField(label=_("How it was checked"))
    reference = forms.CharField(
        label=_("What you relied on"),
        max_length=120,
        required=False,
        help_text=_("Register entry, letter, date. Shown with the badge."),
    )
    valid_until = forms.DateField(label=_("Check holds until"), required=False, widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = 0 if reader_suffix() == "zh" else 1
        options = [(code, texts[place]) for code, texts in CLAIM_METHODS.items()]
        self.fields["method"].choices = [("", _("Choose")), *options]  # type: ignore[attr-defined]


class SanctionForm(VersionForm):
    """A coded reason and a note: for suspending and ending."""

    reason = forms.ChoiceField(label=_("Coded reason"))
    note = NoteField

    def __init__(self, *args: Any, topic: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reason_choices((topic, ""))  # type: ignore[attr-defined]


class RenewForm(VersionForm):
    """The new last day."""

    valid_until = forms.DateField(label=_("Membership valid until"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].widget.attrs["max"] = (timezone.localdate() + LONGEST_TERM).isoformat()


class CompanyField(forms.CharField):
    """A company by its registration number or by the last part of its address; only those in ``companies``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=120, **kwargs)
        self.companies: QuerySet[Company] = Company.objects.none()

    def clean(self, value: Any) -> Any:
        """Return the :class:`Company`; hidden and missing ones get the same answer."""
        text = super().clean(value)
        if not text:
            return None
        key = text.rstrip("/").rsplit("/", 1)[-1].strip()
        found = self.companies.filter(Q(number__iexact=key) | Q(slug=key.lower())).first()
        if found is None:
            raise forms.ValidationError(_("No published company has this number or address."))
        return found


WHICH = _("Registration number, or the address of its page.")


def _companies(alliance: Alliance) -> QuerySet[Company]:
    near = near_companies(alliance).values("pk")
    return Company.objects.filter(Q(visibility="live", live=True) | Q(pk__in=near))


class InviteForm(forms.Form):
    """Whom to invite, and a word to them."""

    company = CompanyField(label=_("Company"), help_text=WHICH)
    note = NoteField

    def __init__(self, *args: Any, alliance: Alliance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].companies = _companies(alliance)  # type: ignore[attr-defined]


class VerdictForm(forms.Form):
    """A pair, what to do with it, why, and how long."""

    first = CompanyField(label=_("One company"), help_text=WHICH)
    second = CompanyField(label=_("The other company"), help_text=WHICH)
    kind = forms.ChoiceField(
        label=_("Verdict"),
        widget=forms.RadioSelect,
        choices=[
            (VerdictKind.PIN, _("Pin: show this pair on top")),
            (VerdictKind.SUPPRESS, _("Keep out: never propose it")),
        ],
    )
    reason = forms.ChoiceField(label=_("Coded reason"))
    until = forms.DateField(label=_("Until"), required=False, widget=DateInput)

    def __init__(self, *args: Any, alliance: Alliance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].companies = _companies(alliance)  # type: ignore[attr-defined]
        self.fields["reason"].choices = reason_choices(  # type: ignore[attr-defined]
            ("pin", _("Pin")), ("suppress", _("Keep out"))
        )

    def clean(self) -> dict[str, Any]:
        """The reason fits the verdict, and the pair is a pair."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") and data.get("reason") and not _fits(data["reason"], data["kind"]):
            self.add_error("reason", _("Please choose a reason that fits the verdict."))
        if data.get("first") and data.get("first") == data.get("second"):
            self.add_error("second", _("A verdict needs two different companies."))
        return data


class StaffForm(forms.Form):
    """Who gets which role."""

    email = forms.EmailField(label=_("E-mail address of the account"))
    role = forms.ChoiceField(label=_("Role"), choices=StaffRole.choices)

    def clean_email(self) -> str:
        """Find the account; it must exist, because a role is never given to an unproven address."""
        address = str(self.cleaned_data["email"]).lower()
        self.user = User.objects.filter(email=address, is_active=True).first()
        if self.user is None:
            raise forms.ValidationError(
                _("There is no account with this address. Ask the person to register first.")
            )
        return address
