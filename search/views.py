"""Finding companies, needs and matches. Every search lives in its address and works without scripts."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directory.models import Company
from matchmaking.core.components import Picked, Tab
from matchmaking.core.views import bad_request
from matchmaking.engine.text import has_han
from search.dead_ends import ways_on
from search.engines.base import DEEPEST_HIT, EngineUnavailableError, Kind
from search.engines.patience import patience
from search.facets import Labels, facet_labels, facet_list
from search.forms import (
    COMPARED_AT_MOST,
    LONGEST_INPUT,
    PAGE_SIZE,
    PAGES,
    SORTS,
    BadQuestionError,
    Question,
    read_question,
)
from search.hits import as_hit, compare_address, listed_html
from search.models import Rhythm
from search.orders import order_explained, sort_label
from search.permissions import MatchSearchPolicy
from search.queries import Answer, answer
from search.saved.questions import SAVED_KINDS, kept_form
from search.suggesting import suggested

MOST_ADDED = 4
# So few results that are only close in meaning may all be beside the point: the page names ways on below them.
FEW = 10


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Find companies."""
    return _search(request, "company")


@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """Find open needs that are shown to the public, anonymous ones without their company."""
    return _search(request, "need")


@require_safe
@login_required
def matches(request: HttpRequest) -> HttpResponse:
    """Find matches of one's own companies, or of the members of one's own alliance."""
    return _search(request, "match")


@require_safe
@never_cache
def suggest(request: HttpRequest) -> HttpResponse:
    """Options for the list behind the search box; nothing where search does not answer."""
    try:
        with patience():
            offered = suggested(request.GET.get("q", ""))
    except EngineUnavailableError:
        offered = []
    return render(request, "search/suggestions.html", {"suggestions": offered})


def _search(request: HttpRequest, kind: Kind) -> HttpResponse:
    try:
        question = read_question(kind, request.GET)
    except BadQuestionError:
        return bad_request(request)
    context = {"question": question, "tabs": _tabs(request, kind, question), "longest": LONGEST_INPUT}
    try:
        with patience():
            context |= _shown(request, answer(question, request.user))
    except LookupError as error:
        raise Http404 from error
    except EngineUnavailableError:
        return render(request, "search/find.html", context | {"silent": True, "heading": _heading(kind)}, status=503)
    return render(request, "search/find.html", context)


def _shown(request: HttpRequest, found: Answer) -> dict[str, Any]:
    question = found.question
    chosen = {group: [*values, *found.facets.get(group, ())] for group, values in question.facets.items()}
    labels = facet_labels(question.kind, {**found.facets, **chosen})
    paginator = Paginator(range(min(found.total, DEEPEST_HIT)), PAGE_SIZE, allow_empty_first_page=True)
    picked = _picked(question)
    only_near = bool(found.found) and question.page == 1 and all(one.near for one in found.found)
    stuck = question.narrowed and (not found.total or (only_near and found.total <= FEW))
    return {
        **(ways_on(found, request.user, labels) if stuck else {}),
        "answer": found,
        "only_near": only_near,
        "heading": _heading(question.kind),
        "page": paginator.get_page(question.page),
        "hits": [as_hit(one) for one in found.found],
        "facets": facet_list(question, found.facets, labels),
        "sorts": [(sort.value, sort_label(sort), sort is question.sort) for sort in SORTS[question.kind]],
        "order_explained": order_explained(question.sort),
        "chips": _chips(question, labels),
        "added": _added(found),
        "as_typed": question.address(add=("expand", "0")),
        "expanded": question.address(drop=("expand", None)),
        "spelt": question.respelling(found.spelling).address() if found.spelling else "",
        "as_written": question.address(add=("respell", "0")),
        # Another text may hold other slips.
        "hidden": question.pairs(without=("q", "respell")),
        "hidden_filters": question.pairs(without=("sort", "c", *question.facets)),
        "singapore": found.facets.get("place", {}).get("SG", 0) if "place" not in question.facets else 0,
        "picked": picked,
        "picked_elsewhere": sorted(set(question.picked) - {hit.row.slug for hit in found.found})
        if question.kind == "company"
        else [],
        "compare_url": compare_address(question.picked) if picked else "",
        "compared_at_most": COMPARED_AT_MOST,
        "kept": _kept(question.respelling(found.spelling) if found.respelt else question),
        "rhythms": Rhythm.choices,
    }


def _kept(question: Question) -> str | None:
    """The question as it would be saved; None where it cannot be."""
    if question.kind not in SAVED_KINDS:
        return None
    try:
        return kept_form(question)
    except BadQuestionError:
        return None


def _heading(kind: Kind) -> str:
    return {
        "company": gettext("Find providers"), "need": gettext("Find needs"), "match": gettext("Find in my matches")
    }[kind]  # fmt: skip


def _tabs(request: HttpRequest, kind: Kind, question: Question) -> list[Tab]:
    labels = {"company": gettext("Companies"), "need": gettext("Needs"), "match": gettext("Matches")}
    shown: list[Kind] = ["company", "need"]
    if request.user.is_authenticated and (kind == "match" or MatchSearchPolicy(request.user).owners):
        shown.append("match")
    plain = Question(kind, question.text, expand=question.expand).address()
    return [Tab(labels[one], f"{reverse(PAGES[one])}{plain}", one == kind) for one in shown]


def _chips(question: Question, labels: Labels) -> list[tuple[str, str]]:
    """(label, address without it) of each chosen value."""
    return [
        (labels[group, value], question.address(drop=(group, value)))
        for group, values in question.facets.items()
        for value in values
    ]


def _added(found: Answer) -> SafeString:
    """Words that were looked for besides the reader's own: those of the other language first, a few of each concept."""
    words: dict[str, None] = {}
    for concept in found.analysed.concepts:
        ordered = sorted(concept.added, key=lambda word, own=concept.own: has_han(word) == has_han(own))  # type: ignore[misc]
        words |= dict.fromkeys(ordered[:MOST_ADDED])
    tagged = [format_html('<b lang="{}">{}</b>', "zh-Hans" if has_han(word) else "en", word) for word in words]
    return listed_html(tagged)


def _picked(question: Question) -> list[Picked]:
    if not question.picked:
        return []
    rows = {row.slug: row for row in Company.objects.visible().filter(slug__in=question.picked)}
    return [Picked(rows[slug].name, question.address(drop=("c", slug))) for slug in question.picked if slug in rows]
