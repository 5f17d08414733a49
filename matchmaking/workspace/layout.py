"""How a form is laid out: sections of fields, bilingual pairs side by side, long vocabularies in groups that open."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from directory.translation import locked_terms, outdated_language, pair_state
from matchmaking.core.templatetags.yuxin_forms import choice_groups

Text = str | Promise
FEW_OPTIONS = 9


@dataclass(frozen=True, slots=True)
class Plan:
    """One section in words: ``parts`` are field names, ``"name_zh+"`` = the pair side by side.

    ``columns``: short fields share a line where there is room."""

    title: Text
    parts: Sequence[str]
    note: Text = ""
    columns: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Options of a vocabulary under one heading; open where something in it is ticked."""

    name: str
    options: list[dict[str, Any]]
    ticked: int


@dataclass(slots=True)
class Part:
    """One thing in a section. ``kind``: ``field``, ``cards``, ``pair`` or ``groups``."""

    kind: str
    field: BoundField
    other: BoundField | None = None
    title: str = ""
    pair: str = ""
    state: str = ""
    behind: str = ""
    terms: list[tuple[str, str, bool]] = dataclasses.field(default_factory=list)
    groups: list[Group] = dataclasses.field(default_factory=list)
    # A long optional list behind the first question of its section opens on demand.
    folded: bool = False

    @property
    def ticked(self) -> int:
        """How many options of the groups are ticked."""
        return sum(group.ticked for group in self.groups)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a form."""

    anchor: str
    title: str
    note: str
    parts: list[Part]
    columns: bool = False


def lay_out(form: BaseForm, plans: Iterable[Plan], record: Any = None) -> list[Section]:
    """Build the sections of a form. ``record`` tells the translation status of its pairs."""
    sections = []
    for number, plan in enumerate(plans, start=1):
        parts = [_part(form, name, record) for name in plan.parts]
        for part in parts[1:]:
            part.folded = len(part.groups) > FEW_OPTIONS and not part.field.errors and not part.ticked
        sections.append(Section(f"section-{number}", str(plan.title), str(plan.note), parts, plan.columns))
    return sections


def with_terms(sections: list[Section]) -> list[Section]:
    """Name the trade terms found in the Chinese texts; one query for the whole page."""
    pairs = [part for section in sections for part in section.parts if part.kind == "pair" and part.other]
    texts = [(str(part.field.value() or ""), str(part.other.value() or "")) for part in pairs if part.other]
    if any(zh and en for zh, en in texts):
        for part, terms in zip(pairs, locked_terms(texts), strict=True):
            part.terms = terms
    return sections


def _part(form: BaseForm, name: str, record: Any) -> Part:
    if name.endswith("_zh+"):
        return _pair(form, name.removesuffix("_zh+"), record)
    bound = form[name]
    if getattr(bound.field.widget, "input_type", "") == "radio":
        return Part("cards", bound)
    if getattr(bound.field.widget, "input_type", "") == "checkbox":
        groups = [
            Group(label, options, sum(1 for option in options if option["selected"]))
            for label, options in _merged(choice_groups(bound))
        ]
        if len(groups) > 1 or (groups and len(groups[0].options) > FEW_OPTIONS):
            return Part("groups", bound, groups=groups)
    return Part("field", bound)


def _merged(groups: list[tuple[str, list[dict[str, Any]]]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Options outside any group arrive one by one; they form one group."""
    loose = [option for label, options in groups if not label for option in options]
    named = [(label, options) for label, options in groups if label]
    return ([(_("General"), loose)] if loose else []) + named


def _pair(form: BaseForm, pair: str, record: Any) -> Part:
    zh, en = form[f"{pair}_zh"], form[f"{pair}_en"]
    state = behind = ""
    if record is not None and record.pk and hasattr(record, "translation_status"):
        state, behind = pair_state(record, pair), outdated_language(record, pair)
    return Part("pair", zh, en, title=_pair_title(zh), pair=pair, state=state, behind=behind)


def _pair_title(bound: BoundField) -> str:
    """The label without its language: "summary (Chinese)" → "Summary"."""
    label = str(bound.label)
    for mark in (" (Chinese)", "（中文）", "(中文)", "（Chinese）"):
        label = label.replace(mark, "")
    return label[:1].upper() + label[1:]
