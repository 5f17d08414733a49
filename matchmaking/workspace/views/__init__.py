"""Pages of a member, composed from the rooms below."""
