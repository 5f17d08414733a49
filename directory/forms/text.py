"""Text as it is stored: NFC, no invisible characters in names, no direction tricks anywhere."""

import re
import unicodedata
from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Zero-width characters, soft hyphen, byte order mark, variation selectors and other format characters.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2060-\u2065\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
BLANK = BLANK_CHOICE_DASH[0][1]
_SPACES = re.compile(r"\s+")


def clean_line(text: str) -> str:
    """Return a name, number or address: NFC, one line, single spaces, nothing invisible."""
    text = _INVISIBLE.sub("", _BIDI.sub("", _CONTROL.sub("", text)))
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def clean_text(text: str) -> str:
    """Return running text: NFC, Unix line ends, no direction marks; joiners stay, emoji need them."""
    text = _BIDI.sub("", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return unicodedata.normalize("NFC", text.replace("\ufeff", "")).strip()


class CleanLine(forms.CharField):
    """A single line, cleaned before its length is measured."""

    def to_python(self, value: Any) -> str:
        """Clean with :func:`clean_line`."""
        return clean_line(str(super().to_python(value) or ""))


class CleanText(forms.CharField):
    """Several lines, cleaned before their length is measured."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Clean with :func:`clean_text`."""
        return clean_text(str(super().to_python(value) or ""))


class CleanEmail(forms.EmailField):
    """An e-mail address without invisible characters, lower-case."""

    def to_python(self, value: Any) -> str:
        """Clean with :func:`clean_line` and fold the case: one address is one person."""
        return clean_line(str(super().to_python(value) or "")).lower()


class CleanModelForm(forms.ModelForm):
    """A model form whose text fields clean themselves; limits come from the model."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if type(field) is forms.CharField:
                self.fields[name] = _cleaning(field)
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == BLANK:
                field.empty_label = _("Not said")
            elif isinstance(field, forms.TypedChoiceField):
                choices: list[Any] = list(field.choices)  # type: ignore[arg-type]  # the stub allows what a field never holds
                if choices[:1] == [("", BLANK)]:
                    field.choices = [("", _("Not said")), *choices[1:]]
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _cleaning(field: forms.CharField) -> forms.CharField:
    """Return the cleaning counterpart of a plain text field with the same limits and words."""
    kind = CleanText if isinstance(field.widget, forms.Textarea) else CleanLine
    return kind(
        max_length=field.max_length, required=field.required, label=field.label, help_text=field.help_text,
        widget=field.widget, initial=field.initial, disabled=field.disabled,
    )
