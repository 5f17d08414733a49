from django.apps import AppConfig
from django.http import HttpRequest


class IntroductionsConfig(AppConfig):
    """Requests from one company to another, their answers and their threads."""

    name = "matchmaking.introductions"
    label = "introductions"

    def ready(self) -> None:
        """Subscribe to the outbox, hand answers down to the matches, and count in the navigation what waits for one."""
        from matchmaking.core import outbox
        from matchmaking.core.context import count_in_navigation
        from matchmaking.introductions.feedback import record_answer
        from matchmaking.introductions.notices import send_notices
        from matchmaking.introductions.selectors import waiting_for
        from matchmaking.introductions.signals import introduction_changed

        def waiting(request: HttpRequest) -> int:
            return waiting_for(request.user)

        outbox.register_handler("notify", send_notices, singly=True)
        introduction_changed.connect(record_answer, dispatch_uid="introductions.feedback")
        count_in_navigation("introductions:list", waiting)
