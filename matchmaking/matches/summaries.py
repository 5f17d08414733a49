"""The sentences around a list of matches: what was asked, how many fit, who was kept out and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.reasons import reason_label, reasons_for
from directory.models import Company, Need, NeedState, NoListEntry, Product, Term
from directory.taxonomy import money_bands
from matchmaking.core.wording import day, is_chinese
from matchmaking.matches.cards import company_name, place_of
from matchmaking.matches.models import Match

NO_LIST_TOPIC = "no_list"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of "in brief"; an empty text means that the field is not filled in."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class NotConsidered:
    """A company on the own no-list, for its owner's eyes only."""

    slug: str
    name: str
    reason: str


def need_facts(need: Need) -> list[Fact]:
    """What a need says, and what it leaves open."""
    band = money_bands().get(need.budget) if need.budget is not None else None
    facts = [
        Fact(_("Market"), _labels(need.markets.all())),
        Fact(_("Services"), _labels(need.service_types.all())),
        Fact(_("Products"), _labels(need.product_categories.all())),
        Fact(_("Budget"), band.label if band else ""),
        Fact(_("Language"), _labels(need.languages.all())),
        Fact(_("Who may see it"), str(need.get_confidentiality_display())),
        Fact(_("Answers until"), day(need.answer_by_date) if need.answer_by_date else ""),
    ]
    # A need asks for services or for products; the other line would only look like a gap.
    services, products = facts[1], facts[2]
    unused = [one for one, other in ((services, products), (products, services)) if other.text and not one.text]
    return [fact for fact in facts if fact not in unused]


def product_facts(product: Product) -> list[Fact]:
    """What a product says, and what it leaves open."""
    days = product.shelf_life_days
    return [
        Fact(_("Product category"), product.category.label),
        Fact(_("Markets wanted"), _labels(product.markets.all())),
        Fact(_("Pack"), product.pack),
        Fact(_("Minimum order"), product.minimum_order),
        Fact(_("Incoterm"), product.incoterm),
        Fact(_("Shelf life"), ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else ""),
        Fact(_("Temperature"), str(product.get_temperature_display())),
    ]


def company_facts(company: Company) -> list[Fact]:
    """What a profile says that matching reads."""
    return [
        Fact(_("Place"), place_of(company)),
        Fact(_("Sectors"), _labels(company.sectors.all())),
        Fact(_("Working languages"), _labels(company.languages.all())),
        Fact(_("Summary (Chinese)"), _("filled in") if company.summary_zh or company.description_zh else ""),
        Fact(_("Summary (English)"), _("filled in") if company.summary_en or company.description_en else ""),
        Fact(_("Services"), _count(company.offers.filter(live=True).count())),
        Fact(_("Products"), _count(company.products.filter(live=True).count())),
        Fact(_("Open needs"), _count(company.needs.filter(state=NeedState.OPEN, live=True).count())),
    ]


def closed_need(need: Need) -> str:
    """Why a need has no matches now; empty for an open need."""
    return {
        NeedState.DRAFT: _("This need is still a draft, so nobody is matched with it."),
        NeedState.FULFILLED: _("This need is fulfilled, so nobody is matched with it any more."),
        NeedState.CLOSED: _("This need is closed, so nobody is matched with it any more."),
        NeedState.EXPIRED: _("This need has expired, so nobody is matched with it any more."),
    }.get(NeedState(need.state), "")


def band_sentence(matches: Iterable[Match]) -> str:
    """How many matches stand in each band."""
    counts = {"strong": 0, "good": 0, "possible": 0}
    for match in matches:
        counts[match.band] += 1
    return _("Strong: %(strong)s, good: %(good)s, possible: %(possible)s.") % counts


def part_sentence(label: str, parts: int) -> str:
    """What a tab shows of a need that was split."""
    split = _("One need is split by alliance into %(parts)s parts; each company sees only what concerns it.")
    return f"{split % {'parts': parts}} {_('Below: %(label)s.') % {'label': label}}"


def excluded_lines(excluded: dict[str, int]) -> list[str]:
    """Who was kept out, by hard rule; numbers only."""
    return [_kept_out(code, count) for code, count in excluded.items() if count and _kept_out(code, count)]


def nothing_found(excluded: dict[str, int]) -> str:
    """The next step when a list is empty: the rule that kept most out, and what relaxing it gives."""
    relaxable = {code: n for code, n in excluded.items() if code in ("credential", "alliance", "capacity") and n}
    if not relaxable:
        return _("Say more about what you look for, or add markets and languages: each line is compared.")
    code = max(relaxable, key=lambda one: relaxable[one])
    return _relaxed(code, relaxable[code])


def _kept_out(code: str, n: int) -> str:
    match code:
        case "credential":
            text = ngettext(
                "%(n)s company without a required credential", "%(n)s companies without a required credential", n
            )
        case "alliance":
            text = ngettext(
                "%(n)s company outside the required alliance", "%(n)s companies outside the required alliance", n
            )
        case "capacity":
            text = ngettext(
                "%(n)s company without room for new requests", "%(n)s companies without room for new requests", n
            )
        case "no_list":
            text = ngettext("%(n)s company that you do not consider", "%(n)s companies that you do not consider", n)
        case _:
            text = ""
    return text % {"n": n} if text else ""


def _relaxed(code: str, n: int) -> str:
    if code == "credential":
        text = ngettext(
            "Without the required credential %(n)s company would remain.",
            "Without the required credential %(n)s companies would remain.",
            n,
        )
    elif code == "alliance":
        text = ngettext(
            "Outside the required alliance %(n)s company would remain.",
            "Outside the required alliance %(n)s companies would remain.",
            n,
        )
    else:
        text = ngettext(
            "%(n)s company fits but has no room at present; look again in some weeks.",
            "%(n)s companies fit but have no room at present; look again in some weeks.",
            n,
        )
    return text % {"n": n}


def refusals() -> list[tuple[str, str]]:
    """The coded reasons for not considering a company, with labels."""
    return [(term.code, term.label) for term in reasons_for(NO_LIST_TOPIC)]


def refusal_code(value: str) -> str:
    """The code if it is one of :func:`refusals`, else an empty string."""
    return value if value in {code for code, _label in refusals()} else ""


def not_considered(entry: NoListEntry) -> NotConsidered:
    """A no-list entry for its owner. Expects ``excluded`` to be loaded."""
    reason = reason_label(entry.reason) or _("not stated")
    return NotConsidered(entry.excluded.slug, company_name(entry.excluded).text, reason)


def _labels(terms: Iterable[Term]) -> str:
    return ("、" if is_chinese() else ", ").join(term.label for term in terms)


def _count(number: int) -> str:
    return str(number) if number else ""
