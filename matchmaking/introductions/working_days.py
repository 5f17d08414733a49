"""Working days of the answer clock: Saturdays and Sundays rest.

Public holidays of the two sides are not known here; a due date may therefore fall on one.
"""

import datetime

ANSWER_WORKING_DAYS = 7


def add_working_days(start: datetime.date, days: int) -> datetime.date:
    """Return the date ``days`` working days after ``start``."""
    day = start
    while days > 0:
        day += datetime.timedelta(days=1)
        days -= day.weekday() < 5
    return day


def working_days_until(due: datetime.date, today: datetime.date) -> int:
    """Return how many working days are left until ``due``; negative when it has passed."""
    if due < today:
        return -working_days_until(today, due)
    span = (today + datetime.timedelta(days=step + 1) for step in range((due - today).days))
    return sum(day.weekday() < 5 for day in span)
