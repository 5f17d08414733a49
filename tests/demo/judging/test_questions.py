"""From judged lines to lists: what is asked, who could stand there, and which line is refused."""

import pytest

from directory.models import Need, NeedState
from matchmaking.demo.judging.directory import Directory
from matchmaking.demo.judging.keys import Keys
from matchmaking.demo.judging.questions import questions
from matchmaking.engine.judging import Judgement
from matchmaking.matches.keys import need_key


def asked(*judgements):
    return questions(judgements, Keys(), Directory.read())


def test_lines_about_one_list_are_one_question(directory, asker, seller, abroad):
    first, second = abroad[:2]
    found = asked(
        Judgement(2, asker, "need", 0, first, 3),
        Judgement(3, seller, "product", 0, first, 1),
        Judgement(4, asker, "need", 0, second, 2),
        Judgement(5, seller, "firm", None, second, 2),
    )
    need, product, firm = found
    ids = {key: str(directory.companies[key].pk) for key in (first, second)}
    assert need.grades == {ids[first]: 3, ids[second]: 2}
    assert need.need.key == need_key(directory.needs[asker][0].pk)
    assert product.target.product_id == directory.products[seller][0].pk
    assert (firm.target.of_company, firm.need) == (True, None)
    assert {directory.entries[Keys().name(int(one.key))]["country"] for one in firm.candidates} == {"SG"}


def test_a_candidate_behind_a_gate_is_named(directory, asker, seller, abroad):
    here, there = Judgement(2, asker, "firm", None, seller, 2), Judgement(3, asker, "firm", None, abroad[0], 2)
    assert asked(here, there)[0].closed == [here]


def test_what_cannot_be_asked_is_refused_with_its_line(directory, asker, draft, abroad):
    Need.objects.filter(pk=directory.needs[asker][0].pk).update(state=NeedState.CLOSED)
    for judgement, message in (
        (Judgement(7, "nobody", "firm", None, abroad[0], 1), "line 7: 'nobody' is no company"),
        (Judgement(8, asker, "firm", None, "nobody", 1), "line 8: 'nobody' is no company"),
        (Judgement(9, asker, "need", 99, abroad[0], 1), f"line 9: {asker} has no need 99"),
        (Judgement(10, asker, "need", 0, abroad[0], 1), f"line 10: need 0 of {asker} is not open"),
        (Judgement(11, draft, "firm", None, abroad[0], 1), f"line 11: {draft} is not published"),
    ):
        with pytest.raises(ValueError, match=message):
            asked(judgement)
