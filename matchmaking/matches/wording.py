"""Codes → sentences. Yours in the reader's language, theirs in the original, each with its ``lang``.

Everything is read from rows as they are now: an offer or a need that is no longer public is no longer quoted.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.models import Alliance
from directory.models import Company, Confidentiality, Need, Offer, Product, Term, TermKind
from directory.taxonomy import money_bands
from matchmaking.core.components import Change, Pair
from matchmaking.core.wording import bilingual, html_lang
from matchmaking.engine.text import has_han
from matchmaking.matches.fields import LinkedPair, edit_url, own_change
from matchmaking.matches.keys import key_id
from matchmaking.matches.models import Match

KINDS: dict[str, str] = {
    "service": TermKind.SERVICE_TYPE,
    "category": TermKind.PRODUCT_CATEGORY,
    "market": TermKind.MARKET,
    "language": TermKind.LANGUAGE,
    "sector": TermKind.SECTOR,
    "credential": TermKind.CREDENTIAL_SCHEME,
}
LABELS = {
    "service": gettext_lazy("Services"),
    "category": gettext_lazy("Products"),
    "market": gettext_lazy("Market"),
    "language": gettext_lazy("Language"),
    "deal_size": gettext_lazy("Deal size"),
    "sector": gettext_lazy("Sector"),
    "text": gettext_lazy("Description"),
    "capacity": gettext_lazy("Capacity"),
    "credential": gettext_lazy("Credential"),
    "alliance": gettext_lazy("Alliance"),
}
CODES_SHOWN = 4
ROWS_SHOWN = 8
CHANGES_SHOWN = 3
TONES = {"reasons": "good", "conflicts": "warn", "missing": "quiet"}
CHINESE_SIDE = ("CN", "HK", "MO", "TW")

Coded = dict[str, Any]


class Wording:
    """Sentences for a page of matches; everything they quote is read in a fixed number of queries."""

    def __init__(self, matches: Iterable[Match]) -> None:
        rows = [row for match in matches for row in self._rows_of(match)]
        keys = {row[name] for row in rows for name in ("need", "offer") if row.get(name)}
        codes = {code for row in rows if row["field"] in KINDS for code in (*row["yours"], *row["theirs"])}
        self._terms = {
            (term.kind, term.code): term for term in Term.objects.filter(kind__in=KINDS.values(), code__in=codes)
        }
        fields = {row["field"] for row in rows}
        sized, allied = "deal_size" in fields, "alliance" in fields
        self._bands = {str(ordinal): band for ordinal, band in money_bands().items()} if sized else {}
        self._needs = Need.objects.in_bulk(_ids(keys, "need"))
        self._quoted: dict[str, Offer | Product] = {
            f"offer:{offer.pk}": offer for offer in Offer.objects.filter(pk__in=_ids(keys, "offer"), live=True)
        }
        for product in Product.objects.filter(pk__in=_ids(keys, "product"), live=True):
            self._quoted[f"product:{product.pk}"] = product
        self._alliances = {one.code: one for one in Alliance.objects.all()} if allied else {}

    def pairs(self, match: Match) -> list[Pair]:
        """The rows of a match card: what fits, what conflicts, what is missing."""
        rows, seen = [], set()
        for part, tone in TONES.items():
            for row in getattr(match, part):
                pair = self._pair(match, row, tone)
                if pair is not None and (pair.label, pair.theirs) not in seen:
                    seen.add((pair.label, pair.theirs))
                    rows.append(pair)
        return rows[:ROWS_SHOWN]

    def sentences(self, match: Match, part: str) -> list[str]:
        """The same as plain lines, for the command line and for mail."""
        pairs = (self._pair(match, row, TONES[part]) for row in getattr(match, part))
        lines = (
            _("%(label)s: you – %(yours)s; they – %(theirs)s")
            % {"label": pair.label, "yours": pair.yours, "theirs": pair.theirs}
            for pair in pairs
            if pair is not None
        )
        return list(dict.fromkeys(lines))

    def changes(self, match: Match) -> list[Change]:
        """What the seeker can edit to make the match better, each with the address of the field."""
        found = [self._change(match, row) for row in (*match.conflicts, *match.missing, *match.changes)]
        unique = {change.text: change for change in found if change is not None}
        return list(unique.values())[:CHANGES_SHOWN]

    def _rows_of(self, match: Match) -> list[Coded]:
        return [*match.reasons, *match.conflicts, *match.missing, *match.changes]

    def _pair(self, match: Match, row: Coded, tone: Any) -> Pair | None:
        if row["direction"] == "reverse":
            return self._their_wish(match, row, tone)
        yours, yours_lang = self._yours(match, row)
        theirs, theirs_lang = self._theirs(match.candidate, row)
        label = capfirst(str(LABELS[row["field"]]))
        return LinkedPair(label, yours, theirs, tone, yours_lang, theirs_lang, edit_url(match, row))

    def _their_wish(self, match: Match, row: Coded, tone: Any) -> Pair | None:
        """A row about what the candidate looks for; only a need that is public now is quoted."""
        need = self._needs.get(key_id(row["need"])) if row["need"] else None
        if need is None or need.confidentiality != Confidentiality.PUBLIC or need.state != "open" or not need.live:
            return None
        title, lang = _original(need, "title", match.candidate)
        words = {**row, "theirs": row["yours"]} if row["field"] == "text" else row
        yours, yours_lang = self._own_words(words)
        url = edit_url(match, row)
        if tone == "good":
            return LinkedPair(_("They look for"), yours, title, tone, yours_lang, lang, url)
        asked = self._labels(row["field"], row["theirs"], match.candidate)
        shown, lang = asked if asked[0] else (title, lang)
        return LinkedPair(_("They ask for"), yours, shown, tone, yours_lang, lang, url)

    def _yours(self, match: Match, row: Coded) -> tuple[str, str]:
        if row["field"] == "text" and not row["yours"]:
            own = match.need or match.product or match.seeker
            text = bilingual(own, "name" if match.product_id else "title" if match.need_id else "legal_name")
            return text.text, text.lang if text.is_fallback else ""
        return self._own_words(row)

    def _own_words(self, row: Coded) -> tuple[str, str]:
        """What the seeker wrote: labels in the reader's language, words as they are."""
        if row["field"] == "text":
            return _words(row["yours"])
        if row["field"] == "deal_size":
            text = self._band(row["yours"])
        elif row["field"] == "alliance":
            text = _list([self._alliances[code].name for code in row["yours"] if code in self._alliances])
        else:
            kind = KINDS.get(row["field"], "")
            text = _list([self._terms[kind, code].label for code in row["yours"] if (kind, code) in self._terms])
        return text or _("not stated"), ""

    def _theirs(self, candidate: Company, row: Coded) -> tuple[str, str]:
        quoted = self._quoted.get(row["offer"] or "")
        if quoted is not None and quoted.company_id == candidate.pk and row["field"] in ("service", "category", "text"):
            return _original(quoted, "name" if isinstance(quoted, Product) else "title", candidate)
        if row["field"] == "text":
            return _words(row["theirs"]) if row["theirs"] else _original(candidate, "summary", candidate)
        if row["field"] == "deal_size":
            return self._band(row["theirs"]) or _("not stated"), ""
        if row["field"] == "capacity":
            return _("no room for new requests at present"), ""
        text, lang = self._labels(row["field"], row["theirs"], candidate)
        return (text, lang) if text else (_("not stated"), "")

    def _labels(self, name: str, codes: list[str], candidate: Company) -> tuple[str, str]:
        """Labels in the language of the other side, with the tag of that language where it is not the reader's."""
        lang = "zh-Hans" if candidate.country in CHINESE_SIDE else "en"
        kind = KINDS.get(name, "")
        terms = [self._terms[kind, code] for code in codes if (kind, code) in self._terms]
        labels = [term.label_zh if lang == "zh-Hans" else term.label_en for term in terms]
        return _list(labels, lang), "" if lang == html_lang() else lang

    def _band(self, ordinals: list[str]) -> str:
        return _list([self._bands[ordinal].label for ordinal in ordinals if ordinal in self._bands])

    def _change(self, match: Match, row: Coded) -> Change | None:
        if row["direction"] == "reverse":
            return self._change_for_them(match, row)
        if row in match.changes:
            return own_change(row["field"])
        if not row["theirs"] or row["field"] not in ("market", "language", "deal_size", "service", "category"):
            return None
        theirs = self._band(row["theirs"]) if row["field"] == "deal_size" else self._readable(row)
        sentence = {
            "market": _("Widen the market to %(what)s → the conflict is gone"),
            "language": _("Accept %(what)s as a working language → the conflict is gone"),
            "deal_size": _("Move the budget to %(what)s → the conflict is gone"),
        }.get(row["field"], _("Accept %(what)s as well → the conflict is gone"))
        return Change(sentence % {"what": theirs}, edit_url(match, row)) if theirs else None

    def _change_for_them(self, match: Match, row: Coded) -> Change | None:
        if row["field"] == "credential" and (what := self._readable(row)):
            text = _("Add %(what)s if you hold it → you meet what they ask for") % {"what": what}
            return Change(text, edit_url(match, row))
        return None

    def _readable(self, row: Coded) -> str:
        kind = KINDS.get(row["field"], "")
        return _list([self._terms[kind, code].label for code in row["theirs"] if (kind, code) in self._terms])


def _original(record: Any, name: str, candidate: Company) -> tuple[str, str]:
    """A bilingual field in the language its owner works in, with its tag where that is not the reader's language."""
    text = bilingual(record, name, "zh" if candidate.country in CHINESE_SIDE else "en")
    shown = text.text if len(text.text) <= 90 else f"{text.text[:88].rstrip()}…"
    return shown or _("not stated"), "" if text.lang == html_lang() or not shown else text.lang


def _words(words: list[str]) -> tuple[str, str]:
    """A bilingual text gives words of both languages: show those the reader reads, where there are any."""
    words = [word for word in words if has_han(word) == (html_lang() == "zh-Hans")] or words
    lang = "zh-Hans" if any(has_han(word) for word in words) else "en"
    return _list(words, lang, limit=6) or _("not stated"), "" if lang == html_lang() or not words else lang


def _list(labels: list[str], lang: str = "", limit: int = CODES_SHOWN) -> str:
    unique = list(dict.fromkeys(labels))
    comma = "、" if (lang or html_lang()) == "zh-Hans" else ", "
    more = " …" if len(unique) > limit else ""
    return comma.join(unique[:limit]) + more


def _ids(keys: set[str], kind: str) -> list[int]:
    return [key_id(key) for key in keys if key.startswith(f"{kind}:")]
