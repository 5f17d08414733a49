"""Match rows → match documents, each with the keys of those who may find it.

The seeker's own people find all of its matches but those of private needs, which have no index. Staff of an alliance
find matches of its members as far as they rest on a public need, or on no need at all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from alliances.models import Membership
from directory.models import Company, Confidentiality, Need, Offer
from matchmaking.matches.models import Match
from matchmaking.matches.selectors import servable
from search.building.terms import Vocabulary, linked_terms, seconds
from search.documents import match_document
from search.engines.base import SearchDocument, tombstone
from search.models import MatchEdition


def company_key(company_id: int) -> str:
    """The owner key of those who speak for a company."""
    return f"company:{company_id}"


def alliance_key(code: str) -> str:
    """The owner key of those who work for an alliance."""
    return f"alliance:{code}"


@transaction.atomic
def match_documents(company_ids: Collection[int], vocabulary: Vocabulary | None = None) -> list[SearchDocument]:
    """Documents of the matches of these seekers as they are now, and tombstones for those the index may still hold.

    Takes a new edition for each seeker under a lock, so that of two readings the later one wins in the index.
    """
    editions = _take_editions(company_ids)
    matches = shown_matches(company_ids)
    build = _Builder(matches, vocabulary or Vocabulary.read()) if matches else None
    documents: list[SearchDocument] = []
    grown: list[MatchEdition] = []
    owned: dict[int, list[Match]] = defaultdict(list)
    for match in matches:
        owned[match.seeker_id].append(match)
    for pk, edition in editions.items():
        own = owned[pk]
        current = {str(match.pk) for match in own}
        documents += [match_document(build.record(match, edition.number)) for match in own] if build else []
        documents += [
            tombstone("match", document, edition.number) for document in edition.documents if document not in current
        ]
        # Those that are gone stay on the list until the next edition: this one may fail to reach the index.
        if not current <= set(edition.documents):
            edition.documents = sorted({*current, *edition.documents})
            grown.append(edition)
    MatchEdition.objects.bulk_update(grown, ["documents"])
    return documents


def fresh_documents(company_ids: Collection[int]) -> list[SearchDocument]:
    """The same documents without taking an edition: for comparing contents, never for writing."""
    matches = shown_matches(company_ids)
    if not matches:
        return []
    build = _Builder(matches, Vocabulary.read())
    return [match_document(build.record(match, 0)) for match in matches]


def forget_gone(documents: Iterable[SearchDocument]) -> None:
    """Take the tombstones that have reached the index off the lists, where no newer edition was taken meanwhile."""
    gone: dict[int, set[str]] = defaultdict(set)
    for document in documents:
        if document.kind == "match" and not document.visible:
            gone[document.version].add(document.id)
    if not gone:
        return
    with transaction.atomic():
        editions = list(MatchEdition.objects.select_for_update().filter(number__in=list(gone)))
        for edition in editions:
            edition.documents = [known for known in edition.documents if known not in gone[edition.number]]
        MatchEdition.objects.bulk_update(editions, ["documents"])


@transaction.atomic
def suspect(rows: Iterable[tuple[int, int]]) -> None:
    """Note matches, as (number, seeker), that an index holds though nobody knew: the next edition settles them."""
    found: dict[int, set[str]] = defaultdict(set)
    for pk, seeker in rows:
        found[seeker].add(str(pk))
    MatchEdition.objects.bulk_create([MatchEdition(company_id=pk) for pk in found], ignore_conflicts=True)
    editions = list(MatchEdition.objects.select_for_update().filter(pk__in=list(found)).order_by("pk"))
    for edition in editions:
        edition.documents = sorted({*edition.documents, *found[edition.company_id]})
    MatchEdition.objects.bulk_update(editions, ["documents"])


def shown_matches(company_ids: Collection[int]) -> list[Match]:
    """Matches of these seekers that may be in an index now; those of private needs never are."""
    rows = Match.objects.filter(seeker_id__in=company_ids).exclude(need__confidentiality=Confidentiality.PRIVATE)
    rows = rows.select_related("seeker", "candidate", "need", "product", "match_list")
    return sorted(servable(rows), key=lambda match: match.pk)


def _take_editions(company_ids: Collection[int]) -> dict[int, MatchEdition]:
    """The next edition of each of these seekers that has matches, or of which an index may hold some."""
    seekers = set(Match.objects.filter(seeker_id__in=company_ids).values_list("seeker_id", flat=True).distinct())
    MatchEdition.objects.bulk_create([MatchEdition(company_id=pk) for pk in seekers], ignore_conflicts=True)
    locked = MatchEdition.objects.select_for_update().filter(pk__in=company_ids).order_by("pk")
    editions = {edition.company_id: edition for edition in locked}
    MatchEdition.objects.filter(pk__in=list(editions)).update(number=F("number") + 1)
    for edition in editions.values():
        edition.number += 1
    return editions


class _Builder:
    """What belongs to some matches, read with a fixed number of queries."""

    def __init__(self, matches: Collection[Match], vocabulary: Vocabulary) -> None:
        candidates = {match.candidate_id for match in matches}
        firms = candidates | {match.seeker_id for match in matches}
        self.vocabulary = vocabulary
        self.wanted = linked_terms(Need, "service_types", Q(pk__in={match.need_id for match in matches}))
        self.offered: dict[int, list[int]] = defaultdict(list)
        offers = Offer.objects.filter(company_id__in=candidates, live=True)
        for pk, service in offers.order_by("pk").values_list("company_id", "service_type_id"):
            self.offered[pk].append(service)
        self.alliances: dict[int, list[str]] = defaultdict(list)
        memberships = Membership.objects.active().filter(company_id__in=firms, alliance__active=True)
        for pk, code in memberships.values_list("company_id", "alliance__code"):
            self.alliances[pk].append(code)

    def record(self, match: Match, version: int) -> dict[str, Any]:
        """The plain record of one match, for ``match_document``."""
        services = [*self.wanted.get(match.need_id or 0, []), *self.offered.get(match.candidate_id, [])]
        record: dict[str, Any] = {
            "id": match.pk,
            "version": version,
            "owners": self._owners(match),
            "score": match.score,
            "band": match.band,
            "service": self.vocabulary.codes(services),
            "alliance": self.alliances.get(match.candidate_id, []),
            "country": match.candidate.country,
            "verdict": "pin" if match.pinned else "",
            "seeker": str(match.seeker_id),
            "need": str(match.need_id or ""),
            "candidate": str(match.candidate_id),
            "updated_at": seconds(match.match_list.computed_at),
        }
        if match.need:
            record["confidentiality"] = match.need.confidentiality
        return record | self._texts(match, services)

    def _owners(self, match: Match) -> list[str]:
        shared = match.need is None or match.need.confidentiality == Confidentiality.PUBLIC
        staff = [alliance_key(code) for code in self.alliances.get(match.seeker_id, [])] if shared else []
        return [company_key(match.seeker_id), *staff]

    def _texts(self, match: Match, services: list[int]) -> dict[str, Any]:
        asked = match.need or match.product
        name = "title" if match.need else "name"
        # Codes of the reasons: what the seeker wrote and what the candidate shows to everybody.
        codes = {code for reason in match.reasons for code in (*reason["yours"], *reason["theirs"])}
        record: dict[str, Any] = {}
        for language in ("zh", "en"):
            record |= {
                f"candidate_{language}": _name(match.candidate, language),
                f"seeker_{language}": _name(match.seeker, language),
                f"need_title_{language}": getattr(asked, f"{name}_{language}") if asked else "",
                f"services_{language}": self.vocabulary.labels(services, language),
                f"reasons_{language}": self.vocabulary.labels_by_code(codes, language),
            }
        return record


def _name(company: Company, language: str) -> str:
    return getattr(company, f"legal_name_{language}") or getattr(company, f"short_name_{language}")
