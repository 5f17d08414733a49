from django.apps import AppConfig


class IntroductionsConfig(AppConfig):
    """Requests from one company to another, their answers and their threads."""

    name = "matchmaking.introductions"
    label = "introductions"
