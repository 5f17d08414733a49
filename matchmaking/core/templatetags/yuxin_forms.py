"""Form fields, error summaries, bilingual pairs; loaded with everything else by ``{% load yuxin %}``."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from matchmaking.core.components import Tone, TranslationState
from matchmaking.core.rendering import render_component

register = template.Library()

DJANGO_ROWS = "10"  # the default of forms.Textarea: too tall for a form of several fields


@register.inclusion_tag("components/field.html")
def field(
    field: BoundField,
    label: str = "",
    help: str = "",
    mark_optional: bool = True,
    cards: bool = False,
    css: str = "",
    note: str = "",
    lang: str = "",
) -> dict[str, Any]:
    """A bound field with label, help, error and control."""
    return {
        "field": field,
        "label": label or field.label,
        # Help texts of form classes may hold markup (Django's password rules do); one from a page may not.
        "help": conditional_escape(help) if help else SafeString(field.help_text),
        "lang": lang,
        "optional": mark_optional and not field.field.required,
        "cards": cards,
        "css": css,
        "note": note,
        "kind": field_kind(field),
    }


def field_kind(field: BoundField) -> str:
    """How a field is laid out: ``hidden``, ``switch`` (one box), ``choices`` (several), ``parts`` or ``control``."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if getattr(widget, "input_type", "") == "checkbox" and not getattr(widget, "allow_multiple_selected", False):
        return "switch"
    if getattr(widget, "input_type", "") in {"checkbox", "radio"}:
        return "choices"
    return "parts" if field.use_fieldset else "control"


@register.simple_tag
def control(field: BoundField, css: str = "", help: str = "", lang: str = "") -> SafeString:
    """Only the control of a field, with our class and its ARIA attributes."""
    attrs: dict[str, str | bool] = {"lang": lang} if lang else {}
    if field_kind(field) in {"control", "parts"}:
        own = str(field.field.widget.attrs.get("class", ""))
        if field.field.widget.attrs.get("rows") == DJANGO_ROWS:
            attrs["rows"] = "4"
        attrs["class"] = " ".join(name for name in ("control", css, own) if name)
    described = [f"{field.auto_id}_error"] if field.errors else []
    described += [f"{field.auto_id}_helptext"] if help or field.help_text else []
    if described and not field.use_fieldset:
        attrs["aria-describedby"] = " ".join(described)
    return SafeString(field.as_widget(attrs=attrs))


@register.simple_tag
def choice_groups(field: BoundField) -> list[tuple[str, list[dict[str, Any]]]]:
    """The options of a radio or checkbox group: ``[(group name or "", [option context, …]), …]``."""
    attrs = field.build_widget_attrs({"id": field.auto_id})
    context = field.field.widget.get_context(field.html_name, field.value(), attrs)
    groups = context["widget"]["optgroups"]
    return [(name or "", [{**option, "wrap_label": False} for option in options]) for name, options, _ in groups]


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | None, level: int = 2) -> dict[str, Any]:
    """All errors of one or several forms with links to the fields; prints nothing without errors."""
    errors = [error for form in forms if form is not None and form.is_bound for error in _errors_of(form)]
    count = len(errors)
    title = ngettext("%(count)s thing needs a change", "%(count)s things need a change", count) % {"count": count}
    return {"errors": errors, "title": title, "level": level}


def _errors_of(form: BaseForm) -> Iterable[dict[str, str]]:
    for message in form.non_field_errors():
        yield {"text": str(message), "anchor": ""}
    for bound in form:
        anchor = bound.id_for_label or (f"{bound.auto_id}_0" if field_kind(bound) == "choices" else bound.auto_id)
        for message in bound.errors:
            words = {"label": bound.label, "text": message}
            text = str(message) if bound.is_hidden else gettext("%(label)s: %(text)s") % words
            yield {"text": text, "anchor": "" if bound.is_hidden else anchor}


@register.simple_block_tag(end_name="endbilingual")
def bilingual(
    content: str,
    zh: BoundField,
    en: BoundField,
    title: str = "",
    state: TranslationState | str = "",
    zh_note: str = "",
    en_note: str = "",
) -> SafeString:
    """A Chinese and an English field side by side; the body is the foot (locked terms, confirm, redraft)."""
    pills: dict[str, tuple[str, Tone, str]] = {
        "confirmed": (gettext("Both languages confirmed"), "good", "check"),
        "machine": (gettext("Machine draft, please confirm"), "warn", "translate"),
        "stale": (gettext("Translation out of date"), "bad", "alert"),
        "missing": (gettext("One language is missing"), "quiet", "gap"),
    }
    return render_component(
        "bilingual",
        body=SafeString(content.strip()),
        zh=zh,
        en=en,
        title=title or zh.label,
        state=pills.get(state),
        zh_note=zh_note,
        en_note=en_note,
    )
