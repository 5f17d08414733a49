"""Whole journeys in headless Chromium: what a person does from the first page to the result, in both languages."""
