"""What every editorial page shares."""

from http import HTTPMethod
from typing import ClassVar

from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField


class BasePage(Page):
    """An editorial page. Its address is the same in every language, so that one switch leads to its twin."""

    # wagtail-localize offers every text field to translators; the address is not a text.
    override_translatable_fields: ClassVar[list[SynchronizedField]] = [SynchronizedField("slug")]
    show_in_menus_default = False
    # Nothing is sent to a page; forms live in the rooms.
    allowed_http_methods: ClassVar[list[HTTPMethod]] = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]

    class Meta:
        abstract = True
