"""What the page of an answer without results offers, in the reader's words."""

from typing import Any

from django.utils.translation import gettext

from search.facets import Labels, facet_labels
from search.forms import Question
from search.hits import listed
from search.queries import Answer
from search.ways_out import GROUPS, WayOut, near_terms, ways_out


def ways_on(found: Answer, user: Any, labels: Labels) -> dict[str, Any]:
    """What to drop (``ways_out``), and terms that are near or frequent (``terms``): each (label, results, address)."""
    question, terms = found.asked, near_terms(found, user)
    named = facet_labels(question.kind, {group: [one.code for one in terms if one.group == group] for group in GROUPS})
    dropping = [
        (_dropped(way, question, labels), way.total, way.question.address()) for way in ways_out(found, user)
    ]  # fmt: skip
    choosing = [
        (named[one.group, one.code], one.total, Question(question.kind, "", {one.group: (one.code,)}).address())
        for one in terms
    ]
    return {"ways_out": dropping, "terms": choosing, "terms_near": any(one.near for one in terms)}


def _dropped(way: WayOut, question: Question, labels: Labels) -> str:
    """What a way out leaves away, in words."""
    if not way.group:
        return gettext("without any filter")
    if way.group == "q" and not way.word:
        return gettext("without the words")
    word = way.word or listed(labels[way.group, value] for value in question.facets[way.group])
    return gettext("without “%(word)s”") % {"word": word}
