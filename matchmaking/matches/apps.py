from django.apps import AppConfig


class MatchesConfig(AppConfig):
    """Derived recommendations: rebuildable from facts and model, never edited by hand."""

    name = "matchmaking.matches"
    label = "matches"

    def ready(self) -> None:
        """Listen to changes of companies and to verdicts."""
        from alliances.signals import verdict_given
        from matchmaking.core import outbox
        from matchmaking.matches.feedback import record_verdict
        from matchmaking.matches.receivers import refresh_changed

        outbox.register_handler("match", refresh_changed, slow=True)
        verdict_given.connect(record_verdict, dispatch_uid="matches.feedback")
