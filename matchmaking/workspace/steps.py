"""The steps of onboarding; the same steps are the sections of later editing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.actions import SaveCompanyDraft, SaveContactPerson
from directory.forms import ContactForm, NamesForm, ProfileForm, StoryForm
from directory.models import Company, ContactPerson
from directory.selectors import completeness, draft_of
from matchmaking.core.components import Step
from matchmaking.workspace.layout import Plan


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One step: its address, its words, its form and how the form is laid out."""

    code: str
    label: Promise
    form: type[BaseForm] | None = None
    plans: Sequence[Plan] = ()
    saved: Promise | None = None


REGISTER = StepSpec("register", gettext_lazy("Company identity"))
NAMES = StepSpec(
    "names", gettext_lazy("Names"), NamesForm,
    [Plan(
        gettext_lazy("Names in Chinese and English"), ["legal_name_zh+", "short_name_zh+"],
        gettext_lazy("The legal name as on the licence; the short name is what others see first"),
    )],
)
PROFILE = StepSpec(
    "profile", gettext_lazy("Place and sectors"), ProfileForm,
    [
        Plan(gettext_lazy("What you do"), ["sectors", "languages"]),
        Plan(
            gettext_lazy("Where and how large"), ["place", "size_band", "founded", "website", "group_name"],
            columns=True,
        ),
    ],
)
STORY = StepSpec(
    "story", gettext_lazy("Introduction"), StoryForm,
    [Plan(
        gettext_lazy("Chinese and English side by side"), ["summary_zh+", "description_zh+"],
        gettext_lazy("Write either language first; when you change one, the other is marked as out of date"),
    )],
)
CONTACT = StepSpec(
    "contact", gettext_lazy("Contact person"), ContactForm,
    [Plan(
        gettext_lazy("Whom may the other side call?"), ["name", "position", "email", "phone", "wechat"],
        gettext_lazy("Shown only after both sides agreed to an introduction, and only the fields you release"),
        columns=True,
    )],
)
PREVIEW = StepSpec("preview", gettext_lazy("Preview and submit"))

STEPS = (REGISTER, NAMES, PROFILE, STORY, CONTACT, PREVIEW)
BY_CODE = {step.code: step for step in STEPS}
SECTIONS = (NAMES, PROFILE, STORY, CONTACT)


def following(step: StepSpec) -> StepSpec:
    """Return the next step, the last one for the last."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def preceding(step: StepSpec) -> StepSpec | None:
    """Return the step before, None for the first."""
    place = STEPS.index(step)
    return STEPS[place - 1] if place else None


def first_open_step(company: Company) -> StepSpec:
    """Return the first step with something needed and missing, the preview when nothing is."""
    missing = {item.step for item in completeness(company) if item.needed and not item.done}
    return next((step for step in STEPS if step.code in missing), PREVIEW)


def progress_of(company: Company | None, current: StepSpec) -> list[Step]:
    """Return the steps for the page: the account first (it is done), then ours."""
    items = completeness(company) if company else []
    missing = {item.step for item in items if item.needed and not item.done} if company else set(BY_CODE)
    place, total = STEPS.index(current) + 2, len(STEPS) + 1
    steps = [Step(_("Account"), "done", _("done"))]
    for step in STEPS:
        url = reverse("workspace:join_step", args=[step.code]) if company else ""
        if step is current:
            note = _("Step %(number)s of %(total)s") % {"number": place, "total": total}
            steps.append(Step(str(step.label), "current", note))
        else:
            done = step.code not in missing and step is not PREVIEW
            steps.append(Step(str(step.label), "done" if done else "todo", url=url))
    return steps


def form_for(step: StepSpec, company: Company, data: QueryDict | None = None) -> BaseForm:
    """Return the form of a step, filled with the newest text of the company."""
    form: Any = step.form
    if step is CONTACT:
        contact = ContactPerson.objects.filter(company=company).first() or ContactPerson(company=company)
        return form(data, instance=contact)
    return form(data, instance=draft_of(company))


def save_step(step: StepSpec, actor: Any, company: Company, form: BaseForm, confirmed: Sequence[str] = ()) -> None:
    """Run the action of a step; raises ``InvalidTransition`` or ``PermissionDenied``."""
    if step is CONTACT:
        SaveContactPerson(actor, company, form.cleaned_data).run()
    else:
        SaveCompanyDraft(actor, company, form.cleaned_data, confirmed=confirmed).run()
