"""The answer clock counts working days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.introductions.working_days import add_working_days, working_days_until

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(("days", "expected"), [(1, date(2026, 11, 26)), (3, date(2026, 11, 30)), (7, date(2026, 12, 4))])
def test_weekends_rest(days, expected):
    assert add_working_days(WEDNESDAY, days) == expected


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_counting_back_gives_the_same_number(start, days):
    due = add_working_days(start, days)
    assert due.weekday() < 5
    assert working_days_until(due, start) == days


def test_a_passed_date_counts_negative():
    assert working_days_until(date(2026, 11, 20), WEDNESDAY) == -3
