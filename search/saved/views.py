"""Pages of saved searches: the list, saving, changing, and stopping from a mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core.actions import InvalidTransition
from matchmaking.core.views import bad_request
from search.engines.base import DEEPEST_HIT, EngineUnavailableError
from search.forms import PAGES, BadQuestionError, read_question
from search.models import Rhythm, SavedSearch, StopReason
from search.saved import actions
from search.saved.links import read_stop
from search.saved.permissions import SavedSearchPolicy
from search.saved.questions import SAVED_KINDS, TooBroadError, described, title


@require_safe
@login_required
@never_cache
def saved(request: HttpRequest) -> HttpResponse:
    """The searches that the person keeps."""
    rows = SavedSearchPolicy(request.user).own()
    context = {"searches": [described(row) for row in rows], "rhythms": Rhythm.choices, "most": actions.MOST_SAVED}
    return render(request, "search/saved.html", context)


@require_POST
@login_required
def save(request: HttpRequest) -> HttpResponse:
    """Keep the question of the page that the form stands on."""
    kind, rhythm = request.POST.get("kind", ""), request.POST.get("rhythm", Rhythm.DAILY)
    if kind not in SAVED_KINDS or rhythm not in Rhythm.values:
        return bad_request(request)
    query = request.POST.get("query", "")
    try:
        question = read_question(kind, QueryDict(query))
        action = actions.SaveSearch(request.user, question, Rhythm(rhythm))
        action.run()
    except BadQuestionError:
        return bad_request(request)
    except (TooBroadError, EngineUnavailableError, InvalidTransition) as error:
        messages.error(request, _why_not(error))
        return redirect(f"{reverse(PAGES[question.kind])}{question.address()}")
    messages.success(request, gettext("Saved. You get a mail when something new fits."))
    return redirect("search:saved")


def _why_not(error: Exception) -> str:
    if isinstance(error, TooBroadError):
        return gettext("This search finds more than %(most)s results. Narrow it first, then save it.") % {
            "most": DEEPEST_HIT
        }
    if isinstance(error, EngineUnavailableError):
        return gettext("Search cannot answer now, so it could not be saved. Try again in a minute.")
    return str(error)


@require_POST
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell more or less often, or forget the search."""
    row = get_object_or_404(SavedSearchPolicy(request.user).own(), pk=pk)
    rhythm = request.POST.get("rhythm", "")
    if request.POST.get("remove"):
        actions.RemoveSearch(request.user, row).run()
        messages.success(request, gettext("The saved search is removed."))
    elif rhythm in Rhythm.values:
        actions.ChangeRhythm(request.user, row, Rhythm(rhythm)).run()
        messages.success(request, gettext("Changed."))
    else:
        return bad_request(request)
    return redirect("search:saved")


# Exempt: mail programs stop a subscription by one POST of their own (RFC 8058). The signed link is the right to do so,
# and the worst it can do is to stop a mail.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop mail about saved searches by one click, which may give a reason. Opening the page stops nothing."""
    try:
        user_id, saved_ids = read_stop(token)
    except signing.BadSignature as error:
        raise Http404 from error
    reason = request.POST.get("reason", "")
    if reason and reason not in StopReason.values:
        return bad_request(request)
    if request.method == "POST":
        actions.stop(saved_ids, user_id, reason)
        # A mail program must be answered without a redirect; a browser must not repeat the form.
        if "List-Unsubscribe" not in request.POST:
            return redirect("search:stop", token)
    rows = list(SavedSearch.objects.filter(pk__in=saved_ids, user_id=user_id))
    # A forwarded mail must not show a stranger more than it does already.
    titles = [title(row) for row in rows] if request.user.pk == user_id else []
    going = any(row.stopped_at is None for row in rows)
    return render(request, "search/stop.html", {"titles": titles, "going": going, "reasons": StopReason.choices})
