"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings.production")
application = get_wsgi_application()

from search.warming import warm_up  # noqa: E402

warm_up()
