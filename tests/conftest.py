"""Fixtures that every test may use."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def default_language():
    """Begin every test in the product's own language: a page rendered before must not decide what a message says."""
    translation.deactivate()
    yield
    translation.deactivate()
