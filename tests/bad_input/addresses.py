"""Every route with arguments that fit, for tests that spoil what comes after."""

from tests.access.driving import address, sample_addresses
from tests.access.matrix import CLOSED_PREFIXES, ROWS


def ours(world, language="en"):
    """Return (row name, address) of every row of the access matrix, for the own half."""
    return [(name, address(name, row.args(world, world.x), language, row.query)) for name, row in sorted(ROWS.items())]


def account_pages(language="en"):
    """Return (url name, address) of the pages of accounts."""
    found = [(name, url) for name, url in sample_addresses() if url.startswith("/zh-hans/account/")]
    return [(name, url.replace("/zh-hans/", f"/{language}/", 1)) for name, url in found]


def admin_pages():
    """Return (url name, address) of everything below the two admin rooms."""
    return [(name, url) for name, url in sample_addresses() if url.lstrip("/").startswith(CLOSED_PREFIXES)]
