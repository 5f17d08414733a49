"""The lists of matches of a company, of a need and of a product, and the comparison of several companies."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory.actions import AddToNoList, RemoveFromNoList
from directory.models import Company, Need, NoListEntry, Product
from directory.permissions import CompanyPolicy, needs_for, products_for
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.components import Crumb, Picked, Tab
from matchmaking.core.wording import bilingual
from matchmaking.matches import comparison, parts, summaries
from matchmaking.matches.actions import request_refresh
from matchmaking.matches.cards import build_cards, company_name
from matchmaking.matches.fields import advised
from matchmaking.matches.selectors import ServedList, matches_for
from matchmaking.workspace.current import demand_editor, for_company
from matchmaking.workspace.quality import need_quality
from matchmaking.workspace.views.preferences import change_wish

SHOWN_FIRST = 5
COMPARED_AT_MOST = 4
NOT_CONSIDERED_SHOWN = 3


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def need_matches(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn one need into a shortlist."""
    need = get_object_or_404(needs_for(request.user).select_related("company"), pk=pk)
    company = need.company
    if request.method == "POST":
        return _shape(request, company)
    title = bilingual(need, "title")
    page = {
        "heading": title.text,
        "original": title.other,
        "original_lang": title.other_lang,
        "crumbs": [Crumb(_("My needs"), reverse("workspace:needs")), Crumb(title.text)],
        "edit_url": reverse("workspace:need", args=[need.pk]),
        "edit_label": _("Edit the need"),
        "facts_title": _("The need in brief"),
        "facts": summaries.need_facts(need),
        "quality": need_quality(need),
        "closed": summaries.closed_need(need),
    }
    return _list_page(request, company, page, need=need)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def product_matches(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn one product into a list of buyers."""
    product = get_object_or_404(products_for(request.user).select_related("company", "category"), pk=pk)
    company = product.company
    if request.method == "POST":
        return _shape(request, company)
    name = bilingual(product, "name")
    page = {
        "heading": name.text,
        "original": name.other,
        "original_lang": name.other_lang,
        "crumbs": [Crumb(_("Products"), reverse("workspace:products")), Crumb(name.text)],
        "edit_url": reverse("workspace:product", args=[product.pk]),
        "edit_label": _("Edit the product"),
        "facts_title": _("The product in brief"),
        "facts": summaries.product_facts(product),
    }
    return _list_page(request, company, page, product=product)


@for_company
@require_http_methods(["GET", "HEAD", "POST"])
def company_matches(request: HttpRequest, company: Company) -> HttpResponse:
    """Show who suits the person's company as a whole."""
    if request.method == "POST":
        return _shape(request, company)
    page = {
        "heading": _("Companies that suit yours"),
        "original": "",
        "crumbs": [Crumb(_("My company"), reverse("workspace:company")), Crumb(_("Matches"))],
        "edit_url": reverse("workspace:company"),
        "edit_label": _("Edit the profile"),
        "facts_title": _("Your profile in brief"),
        "facts": summaries.company_facts(company),
    }
    return _list_page(request, company, page)


@login_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Put up to four companies side by side; the choice lives in the address, so it can be shared."""
    need, product = _asked(request)
    owner = need.company if need else product.company if product else None
    slugs = _picked_slugs(request)
    found = {company.slug: company for company in Company.objects.visible().filter(slug__in=slugs)}
    companies = [found[slug] for slug in slugs if slug in found]
    served = matches_for(owner, need=need, product=product) if owner else None
    bands = {match.candidate_id: match.band for match in served.matches} if served else {}
    context = {
        "columns": [_column(request, company, bands, slugs) for company in companies],
        "rows": comparison.rows(companies),
        "banded": bool(served),
        "back_url": _back_url(request, need, product, slugs),
        "heading": need.title if need else product.name if product else "",
        "crumbs": [Crumb(_("Matches"), reverse("workspace:company_matches")), Crumb(_("Compare"))],
    }
    return render(request, "workspace/compare.html", context)


def _list_page(
    request: HttpRequest,
    company: Company,
    page: dict[str, Any],
    *,
    need: Need | None = None,
    product: Product | None = None,
) -> HttpResponse:
    by_fit = request.GET.get("order") == "fit"
    served = matches_for(company, need=need, product=product, by_fit=by_fit)
    if served.state == "computing" and not page.get("closed"):
        request_refresh(company)
    tabs, current = parts.split(need, served.matches, request.GET.get("part", ""))
    matches = current.matches if current else served.matches
    shown = matches if request.GET.get("all") else matches[:SHOWN_FIRST]
    slugs = _picked_slugs(request)
    cards = build_cards(shown, request_query=_query_of(need, product), wishes=served.wishes)
    for card in cards:
        card["picked"] = card["slug"] in slugs
        card["compare_url"] = _toggled(request, slugs, card["slug"])
    page |= {
        "served": served,
        "by_fit": by_fit,
        # The list of a need is by fit already: who asks for one thing wants those who do just that.
        "may_mix": need is None,
        "cards": cards,
        "total": len(matches),
        "more": len(matches) - len(shown),
        "parts": [_tab(request, part, part is current) for part in tabs],
        "intro": summaries.part_sentence(current.label, len(tabs)) if current else "",
        "counts": summaries.band_sentence(matches),
        "advice": summaries.nothing_found(served.excluded),
        "advised": advised(served.computed.advice) if served.computed and served.state == "ready" else [],
        "picked": _picked(request, slugs),
        "compare_url": _compare_url(slugs, need, product),
        "may_shape": CompanyPolicy(request.user, company).may_edit,
        "refusals": summaries.refusals(),
    }
    page |= _kept_out(company, served)
    return render(request, "workspace/matches.html", page)


def _kept_out(company: Company, served: ServedList) -> dict[str, Any]:
    entries = (
        NoListEntry.objects.filter(company=company).select_related("excluded").order_by("-pk")[:NOT_CONSIDERED_SHOWN]
    )
    return {
        "not_considered": [summaries.not_considered(entry) for entry in entries],
        "excluded": summaries.excluded_lines(served.excluded) if served.state == "ready" else [],
        "excluded_total": sum(served.excluded.values()),
    }


def _shape(request: HttpRequest, company: Company) -> HttpResponse:
    """Want to meet a company, or never; and both back. An htmx request gets the notice that replaces the card."""
    demand_editor(request, company)
    other = get_object_or_404(Company, slug=request.POST.get("company", ""))
    if (wish := request.POST.get("do")) in ("wish", "unwish"):
        if wish == "wish" and not other.is_visible:
            raise Http404
        change_wish(request, company, other, remove=wish == "unwish")
        return redirect(request.get_full_path())
    restoring = request.POST.get("do") == "restore"
    try:
        if restoring:
            RemoveFromNoList(request.user, company=company, excluded=other).run()
        else:
            reason = summaries.refusal_code(request.POST.get("reason", ""))
            AddToNoList(request.user, company=company, excluded=other, reason=reason).run()
    except InvalidTransition as error:
        messages.error(request, str(error))
        return redirect(request.get_full_path())
    if not restoring and getattr(request, "htmx", False):
        entry = NoListEntry.objects.select_related("excluded").get(company=company, excluded=other)
        context = {"entry": summaries.not_considered(entry), "fresh": True, "may_shape": True}
        return render(request, "matches/not_considered.html", context)
    if restoring:
        messages.success(request, _("%(name)s may be recommended to you again.") % {"name": other.name})
    return redirect(request.get_full_path())


def _asked(request: HttpRequest) -> tuple[Need | None, Product | None]:
    """Return the need or product that ``?need=`` or ``?product=`` names, if it is the person's own; else 404."""
    for own, name in ((needs_for(request.user), "need"), (products_for(request.user), "product")):
        if value := request.GET.get(name):
            if not value.isdecimal() or len(value) > 18:
                raise Http404
            found = get_object_or_404(own.select_related("company"), pk=int(value))
            return (found, None) if isinstance(found, Need) else (None, found)
    return None, None


def _picked_slugs(request: HttpRequest) -> list[str]:
    slugs = [slug for slug in request.GET.get("c", "").split(",") if slug]
    return list(dict.fromkeys(slugs))[:COMPARED_AT_MOST]


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"{request.path}?{query.urlencode(safe=',')}" if query else request.path


def _toggled(request: HttpRequest, slugs: list[str], slug: str) -> str:
    """The address with one company put in or taken out; empty when there is no room for another."""
    if slug in slugs:
        return _with(request, c=",".join(other for other in slugs if other != slug))
    return _with(request, c=",".join([*slugs, slug])) if len(slugs) < COMPARED_AT_MOST else ""


def _picked(request: HttpRequest, slugs: list[str]) -> list[Picked]:
    found = {company.slug: company for company in Company.objects.visible().filter(slug__in=slugs)}
    return [Picked(found[slug].name, _toggled(request, slugs, slug)) for slug in slugs if slug in found]


def _query_of(need: Need | None, product: Product | None) -> str:
    return f"?need={need.pk}" if need else f"?product={product.pk}" if product else ""


def _compare_url(slugs: Iterable[str], need: Need | None, product: Product | None) -> str:
    asked = _query_of(need, product)
    return f"{reverse('workspace:compare')}{asked or '?'}{'&' if asked else ''}c={','.join(slugs)}"


def _back_url(request: HttpRequest, need: Need | None, product: Product | None, slugs: list[str]) -> str:
    base = reverse("workspace:company_matches")
    if need:
        base = reverse("workspace:need_matches", args=[need.pk])
    elif product:
        base = reverse("workspace:product_matches", args=[product.pk])
    return f"{base}?c={','.join(slugs)}" if slugs else base


def _column(request: HttpRequest, company: Company, bands: dict[int, str], slugs: list[str]) -> dict[str, Any]:
    name = company_name(company)
    need, product = request.GET.get("need", ""), request.GET.get("product", "")
    query = f"?need={need}" if need else f"?product={product}" if product else ""
    return {
        "name": name.text,
        "lang": name.lang if name.is_fallback else "",
        "url": company.get_absolute_url(),
        "band": bands.get(company.pk, ""),
        "remove_url": _toggled(request, slugs, company.slug),
        "request_url": reverse("introductions:request", args=[company.slug]) + query,
    }


def _tab(request: HttpRequest, part: "parts.Part", current: bool) -> Tab:
    return Tab(part.title, _with(request, part=part.code, all=""), current)
