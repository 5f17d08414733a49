from django.apps import AppConfig
from django.http import HttpRequest


class IntroductionsConfig(AppConfig):
    """Requests from one company to another, their answers and their threads."""

    name = "matchmaking.introductions"
    label = "introductions"

    def ready(self) -> None:
        """Subscribe to the outbox, and count in the site's navigation what waits for an answer."""
        from matchmaking.core import outbox
        from matchmaking.core.context import count_in_navigation
        from matchmaking.introductions.notices import send_notices
        from matchmaking.introductions.selectors import waiting_for

        def waiting(request: HttpRequest) -> int:
            return waiting_for(request.user)

        outbox.register_handler("notify", send_notices)
        count_in_navigation("introductions:list", waiting)
