from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Search over companies, needs and matches: projections that can be rebuilt at any hour."""

    name = "search"
    label = "search"
