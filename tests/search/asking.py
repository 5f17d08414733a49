"""Bringing companies into the index, and reading the names of a page of results."""

import re

from search.index import search_engine
from search.indexing import Dirty, bring_into_step


def put(*companies, seekers=()):
    bring_into_step(Dirty({company.pk for company in companies}, seekers=set(seekers)))
    search_engine().refresh()


def names(html):
    return re.findall(r'<h2><a href="[^"]*/companies/([^/"]+)/', html)
