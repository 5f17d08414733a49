"""What a company says when it applies."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ApplicationForm(forms.Form):
    """A statement in the applicant's own words."""

    statement = forms.CharField(
        label=_("Why you apply"),
        help_text=_(
            "What you do across the border and what you can contribute. Only the secretariat reads it."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class AnswerForm(forms.Form):
    """An answer to a request for more: the statement may be rewritten."""

    statement = forms.CharField(
        label=_("Your answer"),
        help_text=_(
            "Say what you added or changed. It replaces your earlier statement; leave it empty to keep that."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
