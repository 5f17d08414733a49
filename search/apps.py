from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Search over companies, needs and matches: projections that can be rebuilt at any hour."""

    name = "search"
    label = "search"

    def ready(self) -> None:
        """Listen to changes of companies, needs and matches."""
        from search import receivers
        from search.saved import receivers as saved

        receivers.connect()
        saved.connect()
