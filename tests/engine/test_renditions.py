from dataclasses import replace

import pytest

from matchmaking.engine.profiles import Need, Offer, Profile, Text
from matchmaking.engine.renditions import is_bilingual, rendition

FIRM = Profile(
    "7", "SG", Text("名", "name"), Text("介", "summary"), sectors=frozenset({"food"}),
    offers=(Offer("o", frozenset({"inv.x"}), title=Text("供", "offer"), text=Text("述", "said"), deal_size=2),),
    needs=(Need("n", frozenset({"inv.y"}), title=Text("需", "need"), text=Text("文", "text"), budget=1),),
)  # fmt: skip


def texts(profile):
    parts = [*profile.offers, *profile.needs]
    return [profile.name, profile.summary, *(text for part in parts for text in (part.title, part.text))]


def bare(profile):
    empty = {"title": Text(), "text": Text()}
    return replace(
        profile, name=Text(), summary=Text(),
        offers=tuple(replace(o, **empty) for o in profile.offers), needs=tuple(replace(n, **empty) for n in profile.needs),
    )  # fmt: skip


def test_one_language_alone():
    assert [text.joined() for text in texts(rendition(FIRM, "zh"))] == ["名", "介", "供", "述", "需", "文"]
    english = ["name", "summary", "offer", "said", "need", "text"]
    assert [text.joined() for text in texts(rendition(FIRM, "en"))] == english


def test_mixed_texts_alternate_and_either_language_may_begin():
    spoken = {
        "".join("z" if text.zh else "e" for text in texts(rendition(replace(FIRM, key=str(key)), "mixed")))
        for key in range(20)
    }
    assert spoken == {"zezeze", "ezezez"}
    assert all(bool(text.zh) != bool(text.en) for text in texts(rendition(FIRM, "mixed")))
    assert rendition(FIRM, "mixed") == rendition(FIRM, "mixed")


@pytest.mark.parametrize("name", ["zh", "en", "mixed"])
def test_codes_are_untouched(name):
    assert bare(rendition(FIRM, name)) == bare(FIRM)


def test_another_rendition_is_refused():
    with pytest.raises(ValueError, match="'fr'"):
        rendition(FIRM, "fr")


def test_bilingual_is_whoever_says_everything_twice():
    assert is_bilingual(FIRM)
    assert is_bilingual(replace(FIRM, offers=(replace(FIRM.offers[0], text=Text()),)))
    assert not is_bilingual(replace(FIRM, needs=(replace(FIRM.needs[0], text=Text(zh="文")),)))
    assert not is_bilingual(replace(FIRM, name=Text(en="name")))
    assert not is_bilingual(replace(FIRM, summary=Text()))
