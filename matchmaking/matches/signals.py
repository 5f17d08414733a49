"""News of this room, for the rooms above."""

from django.dispatch import Signal

# Sent after commit with ``company_id``: every list of this seeker that was recomputed is current now.
matches_refreshed = Signal()
