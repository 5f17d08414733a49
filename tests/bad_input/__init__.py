"""Input that must break nothing, headers that every answer carries, pages without inline code."""
