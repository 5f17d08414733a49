"""Registration numbers: every slip is caught and named, every real form accepted."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from directory.registration import (
    USCC_ALPHABET,
    RegistrationError,
    cells_of,
    check_registration,
    normalise_number,
    organisation_check_character,
    scheme_for,
    uscc_check_character,
)

TODAY = date(2026, 11, 25)
# Public numbers of listed firms and institutions.
REAL_USCC = ["914403001922038216", "91440300708461136T", "9144030071526726XG", "91330100799655058B"]
REAL_UEN = ["196800306E", "193500026Z", "193200032W", "199201624D", "00192200M", "T01FC6132D", "S16FC0121D"]

uscc_bodies = st.tuples(
    st.text(USCC_ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
).map("".join)


def problem(scheme, number, today=TODAY):
    with pytest.raises(RegistrationError) as caught:
        check_registration(scheme, number, today=today)
    return caught.value


@pytest.mark.parametrize("number", REAL_USCC)
def test_real_codes_of_firms_pass(number):
    assert check_registration("uscc", number).number == number


@pytest.mark.parametrize("first", ["A", "N", "Y"])
def test_codes_of_other_authorities_are_accepted(first):
    body = first + "1500112MA60ABCD5"
    assert check_registration("uscc", body + uscc_check_character(body)).number[0] == first


@given(uscc_bodies)
def test_every_well_formed_code_passes_in_any_writing(body):
    code = body + uscc_check_character(body)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code.lower())
    spaced = f" {code[:6]} {code[6:12]}\u3000{code[12:]}\u200b"
    assert check_registration("uscc", code).number == code
    assert check_registration("uscc", wide).number == code
    assert check_registration("uscc", spaced).number == code


@given(uscc_bodies, st.integers(0, 16), st.sampled_from(USCC_ALPHABET))
def test_every_single_slip_is_caught(body, position, character):
    code = body + uscc_check_character(body)
    wrong = code[:position] + character + code[position + 1 :]
    if wrong != code:
        problem("uscc", wrong)


@given(st.text(max_size=200))
def test_any_text_gives_a_number_or_a_clear_error(text):
    for scheme in ("uscc", "uen", "other"):
        try:
            found = check_registration(scheme, text, today=TODAY).number
        except RegistrationError as error:
            found = error.number
        assert len(found) <= 60


def test_the_wrong_check_character_is_named_with_the_right_one():
    error = problem("uscc", "91440300192203821T")
    assert (error.code, error.position) == ("check_digit", 18)
    assert "6" in str(error)


@pytest.mark.parametrize(("letter", "likely"), [("I", "1"), ("O", "0"), ("S", "5"), ("Z", "2")])
def test_letters_outside_the_alphabet_name_their_position_and_the_likely_digit(letter, likely):
    error = problem("uscc", f"9111000010000396{letter}T")
    assert (error.code, error.position) == ("character", 17)
    assert likely in str(error)


def test_letters_in_the_place_code_are_refused():
    assert problem("uscc", "9111A0001000039621").position == 5


@pytest.mark.parametrize("number", ["9111000010000396", "91110000100003962TT", ""])
def test_other_lengths_are_refused(number):
    assert problem("uscc", number).code == "length"


def test_a_wrong_inner_digit_only_warns():
    good = check_registration("uscc", REAL_USCC[0])
    body = "91500112MA60ABCD"
    right = organisation_check_character(body[8:])
    wrong = body + ("0" if right != "0" else "1")
    assert good.warnings == ()
    assert check_registration("uscc", wrong + uscc_check_character(wrong)).warnings == ("inner_check_digit",)


@pytest.mark.parametrize("number", REAL_UEN)
def test_real_uens_of_all_three_formats_pass(number):
    assert check_registration("uen", number, today=TODAY).number == number


@pytest.mark.parametrize("number", ["１９６８００３０６Ｅ", "196800306e", " 1968 00306 E "])
def test_uens_are_normalised(number):
    assert check_registration("uen", number, today=TODAY).number == "196800306E"


@pytest.mark.parametrize("number", REAL_UEN)
def test_a_wrong_letter_is_named(number):
    error = problem("uen", number[:-1] + ("B" if number[-1] != "B" else "A"))
    assert (error.code, error.position) == ("check_digit", len(number))
    assert number[-1] in str(error)


@pytest.mark.parametrize("number", ["205012345A", "T27LL1234A", "209900001B", "100012345A"])
def test_years_that_have_not_come_are_refused(number):
    assert problem("uen", number).code == "year"


def test_the_year_is_measured_against_the_day_of_entry():
    assert problem("uen", "T27LL1234A", date(2026, 12, 31)).code == "year"
    assert problem("uen", "T27LL1234Z", date(2027, 1, 1)).code == "check_digit"


@pytest.mark.parametrize("number", ["1234", "ABCDEFGHIJ", "12345678901", "U20LL1234A"])
def test_unknown_shapes_are_refused_with_examples(number):
    error = problem("uen", number)
    assert error.code == "format"
    assert "T20LL1234A" in str(error)


def test_other_registers_take_letters_and_digits_only():
    assert check_registration("other", "abn 51-824 753.556").number == "ABN51824753556"
    assert problem("other", "12").code == "format"
    assert problem("other", "<script>").code == "format"


def test_the_register_follows_the_country():
    assert [scheme_for(code) for code in ("CN", "SG", "MY")] == ["uscc", "uen", "other"]


def test_the_wrong_cell_is_marked():
    cells = cells_of("uscc", "91500112MAYX26K706", 18)
    assert [cell.text for cell in cells] == ["91", "500112", "MAYX26K70", "6"]
    assert [cell.bad for cell in cells] == [False, False, False, True]
    assert cells_of("uscc", "91110000100003962TT")[-1].bad
    assert [cell.text for cell in cells_of("uen", "196800306E", 10)] == ["1968", "00306", "E"]
    assert cells_of("uen", "T20LL1234A")[0].text == "T20"


def test_messages_come_in_the_readers_language():
    with translation.override("en"):
        assert "18 characters" in str(problem("uscc", "1"))


def test_normalising_drops_what_the_eye_cannot_see():
    assert normalise_number("\ufeff91\u202e110\u2060000") == "91110000"
