"""Small directories in which the right answer is known by construction, and a lexicon of just their trades."""

from matchmaking.engine.lexicon import Lexicon
from matchmaking.engine.profiles import Need, Offer, Profile, Text
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.engine.text import stem

TRADES = {
    "冷链": "refrigeration", "物流": "logistics", "食品": "food", "专利": "patents", "贷款": "loans", "审计": "audit",
    "印刷": "printing", "港口": "harbour", "软件": "software", "保险": "insurance", "模具": "moulds", "污水": "wastewater",
}  # fmt: skip
SIDES = {"CN": "zh", "SG": "en"}


def trade_lexicon():
    """One headword per trade, rendered by one English word."""
    return Lexicon.from_renderings({zh: {stem(en): 1.0} for zh, en in TRADES.items()})


def said(country, *trades):
    """The trades in the language of that side of the border alone."""
    if SIDES[country] == "zh":
        return Text(zh="，".join(trades))
    return Text(en=" ".join(TRADES[trade] for trade in trades))


def seller(key, country, *trades, **fields):
    """A firm that offers these trades, in its own language."""
    return Profile(key, country, offers=(Offer(f"{key}-o", title=said(country, *trades)),), **fields)


def buyer(key, country, *trades, **fields):
    """A firm that needs these trades, and says so in its own language."""
    return Profile(key, country, needs=(Need(f"{key}-n", title=said(country, *trades)),), **fields)


def fitted(profiles, **parameters):
    """A recommender that learned from these profiles and holds them."""
    return MatchRecommender(lexicon=trade_lexicon(), **parameters).fit(profiles)


def candidates(recommendations):
    """Keys of the candidates, in order."""
    return [r.candidate for r in recommendations]
