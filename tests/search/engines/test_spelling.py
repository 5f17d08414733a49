"""Which words a mistyped one may stand for."""

import pytest

from search.engines.spelling import MOST_NEAR, near, nearest, slips_allowed, spelt_words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("stratis", "straits"), ("tsraits", "straits"), ("strait", "straits"), ("straaits", "straits"),
        ("streits", "straits"), ("enginering", "engineering"), ("enginnerng", "engineering"),
    ],
)  # fmt: skip
def test_one_slip_from_four_letters_and_two_from_eight(typed, meant):
    assert meant in near(typed, [meant, "harbour"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kestwin", "kestwyne"),
        ("bekman", "beckmann"),
        ("hapkins", "hopkyns"),
        ("phillip", "philyp"),
        ("taxcel", "takscel"),
    ],
)
def test_who_writes_by_ear_may_write_two_letters_otherwise_from_six_on(typed, meant):
    assert near(typed, [meant, "harbour"]) == {meant: 2}


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("kestwin", "kestline"), ("haris", "herys"), ("kestwin", "qestwyn"), ("lion", "iron"), ("stratix", "straits"), ("sraitss", "straits"), ("brine", "marine"), ("law", "laws"),
        ("2024", "2025"), ("sg2024", "sg2025"), ("straits", "straits"), ("", "a"),
    ],
)  # fmt: skip
def test_more_slips_another_first_letter_short_words_and_numbers_stay(typed, other):
    assert near(typed, [other]) == {}


def test_the_fewest_slips_come_first_then_the_most_documents():
    counts = {"merchants": 9, "merchant": 2, "merchand": 5, "harbour": 99}
    assert list(nearest("merchan", counts)) == ["merchand", "merchant"]
    assert list(nearest("merchantss", counts)) == ["merchants", "merchant"]


def test_only_a_few_are_named():
    assert len(nearest("word", {f"word{letter}": 1 for letter in "abcdefghijk"})) == MOST_NEAR


def test_words_are_kept_as_written_without_numbers_and_function_words():
    assert spelt_words(["Straits Engineering 2024 Pte. Ltd., with Café", "B2B engineering 渝"]) == [
        "cafe", "engineering", "straits",
    ]  # fmt: skip


def test_a_word_as_long_as_a_book_is_no_word():
    assert slips_allowed("a" * 31) == 0
