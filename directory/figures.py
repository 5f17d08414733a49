"""Figures of the front page, counted from rows when asked; nothing is estimated."""

from django.db.models import Count, Q
from django.utils.translation import gettext

from directory.models import ClaimCheck, Company, Need, Offer, Product
from matchmaking.core.components import Tile


def home_figures() -> list[Tile]:
    """Return the four tiles under the alliances. A figure that is still nothing reads "not counted yet"."""
    sides = Company.objects.visible().aggregate(
        total=Count("pk"), china=Count("pk", filter=Q(country="CN")), singapore=Count("pk", filter=Q(country="SG"))
    )
    shown = Q(live=True, company__live=True, company__visibility="live")
    offers, products = Offer.objects.filter(shown).count(), Product.objects.filter(shown).count()
    checks = ClaimCheck.objects.filter(outcome=ClaimCheck.Outcome.CONFIRMED, company__visibility="live").count()
    needs = Need.objects.shown().count()
    note = gettext("China %(china)s · Singapore %(singapore)s · elsewhere %(other)s")
    other = sides["total"] - sides["china"] - sides["singapore"]
    split = {"china": sides["china"], "singapore": sides["singapore"], "other": other}
    return [
        Tile(gettext("Companies listed"), sides["total"] or None, note % split if sides["total"] else ""),
        Tile(gettext("Services and products"), (offers + products) or None, gettext("as the companies state them")),
        Tile(gettext("Open needs"), needs or None, gettext("named or anonymous, never private ones")),
        Tile(gettext("Claims checked"), checks or None, gettext("by the secretariats, with evidence and a date")),
    ]


def newest_needs(limit: int = 5) -> list[Need]:
    """Return the newest open needs whose text everybody may read, with what a row of the table names."""
    shown = Need.objects.shown().select_related("company").prefetch_related("markets")
    return list(shown.order_by("-pk")[:limit])
