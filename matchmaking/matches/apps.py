from django.apps import AppConfig


class MatchesConfig(AppConfig):
    """Derived recommendations: rebuildable from facts and model, never edited by hand."""

    name = "matchmaking.matches"
    label = "matches"
