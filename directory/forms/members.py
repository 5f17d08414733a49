"""Who speaks for the company."""

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.forms.text import CleanEmail
from directory.models import MemberRole

ROLE_WORDS = (
    (MemberRole.OWNER.value, _("Owner: everything, also members and withdrawal")),
    (MemberRole.EDITOR.value, _("Editor: profile, needs, offers, introductions")),
    (MemberRole.VIEWER.value, _("Viewer: reads, changes nothing")),
)


class InviteForm(forms.Form):
    """Invite somebody by e-mail."""

    email = CleanEmail(label=_("E-mail of your colleague"), max_length=254)
    role = forms.ChoiceField(
        label=_("Role"), choices=ROLE_WORDS, initial=MemberRole.EDITOR.value, widget=forms.RadioSelect
    )


class RoleForm(forms.Form):
    """Change the role of a member."""

    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices)
