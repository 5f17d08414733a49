"""The people and the alliance of the alliances' tests serve the desk too."""

from tests.alliances.conftest import kit, reasons

__all__ = ["kit", "reasons"]
