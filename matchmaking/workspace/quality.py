"""How well a need is described: eight points, each leading to the question that fills it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from directory.models import Need

ENOUGH_CHINESE, ENOUGH_ENGLISH = 40, 120


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the meter; ``anchor`` is the section of the form."""

    label: str
    done: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The meter of one need."""

    points: list[Point]

    @property
    def done(self) -> int:
        """How many points are met."""
        return sum(point.done for point in self.points)

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.points)


def need_quality(need: Need) -> Quality:
    """Return the meter. Points count equally: none of them is a score of the company."""
    told = len(need.text_zh) >= ENOUGH_CHINESE or len(need.text_en) >= ENOUGH_ENGLISH
    chosen = need.service_types.all().exists() or need.product_categories.all().exists()
    return Quality([
        Point(_("Service or product chosen"), chosen, "section-1"),
        Point(_("Title in both languages"), bool(need.title_zh and need.title_en), "section-2"),
        Point(_("Text says what, how much and for what"), told, "section-2"),
        Point(_("Text in both languages"), bool(need.text_zh and need.text_en), "section-2"),
        Point(_("Market named"), need.markets.all().exists(), "section-3"),
        Point(_("Languages named"), need.languages.all().exists(), "section-4"),
        Point(_("Budget band given"), need.budget is not None, "section-5"),
        Point(_("Day for answers given"), need.answer_by_date is not None, "section-6"),
    ])
