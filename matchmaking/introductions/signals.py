"""What this room announces, after commit."""

from django.dispatch import Signal

# Arguments: introduction, state (the new one).
introduction_changed = Signal()
