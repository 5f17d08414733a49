"""How Django forms come out in our components.

Only the form, formset and field templates are ours. Widget templates stay Django's, because the Wagtail admin
draws its forms with the same renderer; classes and ARIA attributes are added field by field in
``templates/components/field.html``.
"""

from django.forms.renderers import TemplatesSetting


class YuxinRenderer(TemplatesSetting):
    """``{{ form }}`` prints an error summary and one component per field (needs ``django.forms`` installed)."""

    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"
