"""Saved searches: a question kept by a person, matched when something is published, told in one digest."""
