from dataclasses import replace

import numpy as np
import pytest

from matchmaking.engine.features import Block
from matchmaking.engine.folding.fold import Folding
from matchmaking.engine.folding.pools import nearest
from matchmaking.engine.folding.quick import QuickTexts
from matchmaking.engine.folding.shorts import Shorts, folded
from matchmaking.engine.folding.vicinity import Vicinity, vicinity_arrays
from matchmaking.engine.word_tables import Texts

from ..worlds import buyer, fitted, seller
from .conftest import varied_directory


@pytest.fixture(scope="module")
def open_directory():
    """Firms whose only gate is the border: whoever requires or refuses something is not looked at by a product."""
    made = [replace(p, group=None, no_list=frozenset(), visible=True) for p in varied_directory(50, seed=3)]
    return [replace(p, needs=tuple(replace(n, required_credentials=frozenset()) for n in p.needs)) for p in made]


@pytest.fixture(scope="module")
def model(open_directory):
    return fitted(open_directory)


def made(model, profiles, floors=None):
    texts = QuickTexts(model.bridge_)
    folding = Folding(model.bridge_, model.sectors_, words=texts.words).fit(Block(profiles, texts))
    shorts = folded(profiles, folding, texts, at_once=7)
    floors = np.zeros(len(shorts), np.float32) if floors is None else floors
    return folding, shorts, Vicinity(folding, texts, vicinity_arrays(shorts, floors))


def pairs(near):
    return {key: pytest.approx(score, abs=1e-5) for key, score in near if score > 1e-4}


def test_one_profile_is_near_whom_the_night_finds_near_it(model, open_directory):
    _, shorts, vicinity = made(model, open_directory)
    lists = nearest(shorts, len(shorts))
    assert lists.counts.min() > 0
    for row, profile in enumerate(open_directory):
        expected = {shorts.keys[other]: score for other, score in lists.of(row) if score > 1e-4}
        found = vicinity.around(profile, len(shorts))
        assert expected == pairs(found.near)
        reached = {shorts.keys[other]: dict(lists.of(other)).get(row, 0.0) for other in range(len(shorts))}
        assert {key: score for key, score in reached.items() if score > 1e-4} == pairs(found.reached)


def test_folding_in_parts_gives_what_folding_at_once_gives(model, open_directory):
    folding, shorts, _ = made(model, open_directory)
    whole = Shorts.of(Block(open_directory, QuickTexts(model.bridge_)), folding)
    assert shorts.keys == whole.keys
    np.testing.assert_allclose(shorts.gives, whole.gives, atol=1e-5)
    np.testing.assert_allclose(shorts.needs, whole.needs, atol=1e-5)
    np.testing.assert_array_equal(shorts.ask_firm, whole.ask_firm)


def test_processes_fold_as_this_one_does(model, open_directory):
    folding, shorts, vicinity = made(model, open_directory)
    found = folded(open_directory, folding, vicinity.texts, at_once=9, workers=2)
    assert found.keys == shorts.keys
    np.testing.assert_allclose(found.gives, shorts.gives, atol=1e-5)
    np.testing.assert_allclose(found.needs, shorts.needs, atol=1e-5)


def test_a_kept_folding_folds_as_the_one_that_was_fitted(model, open_directory):
    folding, shorts, _ = made(model, open_directory)
    texts = QuickTexts(model.bridge_)
    again = Folding(model.bridge_, model.sectors_, words=texts.words).restore(folding.arrays())
    found = folded(open_directory, again, texts)
    np.testing.assert_allclose(found.gives, shorts.gives, atol=1e-5)
    np.testing.assert_allclose(found.needs, shorts.needs, atol=1e-5)


def test_a_changed_profile_is_found_as_it_is_now(model, open_directory):
    _, _, vicinity = made(model, open_directory)
    seeker = buyer("asks", "CN", "污水", "专利")
    answer = seller("answers", "SG", "污水", "专利")
    vicinity.put(answer)
    assert vicinity.near(seeker, 5)[0][0] == "answers"
    vicinity.put(seeker)
    assert "asks" in [key for key, _ in vicinity.around(answer, 5).reached]
    vicinity.put(replace(answer, country="CN"))
    assert "answers" not in [key for key, _ in vicinity.near(seeker, 50)]
    vicinity.put(answer)
    vicinity.drop("answers")
    assert "answers" not in [key for key, _ in vicinity.near(seeker, 50)]


def test_whoever_changed_is_not_found_as_it_was(model, open_directory):
    _, _, vicinity = made(model, open_directory)
    before = next(p for p in open_directory if p.country == "SG" and p.offers and p.offers[0].capacity != 0)
    seeker = buyer("asks", "CN", "污水")
    vicinity.put(replace(before, offers=(replace(seller("x", "SG", "印刷").offers[0]),)))
    now = dict(vicinity.near(seeker, 50))[before.key]
    vicinity.put(replace(before, offers=(seller("x", "SG", "污水").offers[0],)))
    assert dict(vicinity.near(seeker, 50))[before.key] > now + 0.1


def test_a_pool_is_entered_only_above_its_floor(model, open_directory):
    _, _, vicinity = made(model, open_directory)
    answer = seller("answers", "SG", "污水")
    reached = vicinity.around(answer, 5).reached
    assert len(reached) > 1
    for key, score in reached:
        vicinity.floor(key, score + 0.01)
    assert vicinity.around(answer, 5).reached == []
    vicinity.floor(reached[0][0], reached[0][1] - 0.01)
    assert [key for key, _ in vicinity.around(answer, 5).reached] == [reached[0][0]]


def test_a_private_need_leads_to_others_and_others_never_to_it(model, open_directory):
    _, _, vicinity = made(model, open_directory)
    wish = replace(buyer("x", "CN", "污水").needs[0], private=True)
    owner = replace(buyer("owner", "CN", "印刷"), needs=(wish,))
    answer = seller("answers", "SG", "污水")
    vicinity.put(answer)
    score = dict(vicinity.near(owner, 50))["answers"]
    assert score > dict(vicinity.near(replace(owner, needs=()), 50)).get("answers", 0.0) + 0.1
    assert vicinity.around(owner, 50).reached == vicinity.around(replace(owner, needs=()), 50).reached


def test_vectors_in_another_order_than_by_country_are_refused(model, open_directory):
    folding, shorts, vicinity = made(model, open_directory)
    arrays = vicinity_arrays(shorts, np.zeros(len(shorts), np.float32))
    scattered = Texts.of((["CN", "SG"] * len(shorts))[: len(shorts)])
    arrays |= {f"countries_{name}": array for name, array in scattered.arrays().items()}
    with pytest.raises(ValueError, match="CN do not stand together"):
        Vicinity(folding, vicinity.texts, arrays)
