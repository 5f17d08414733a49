"""The people and objects of the access tests serve here too."""

from tests.access.conftest import driver, world

__all__ = ["driver", "world"]
