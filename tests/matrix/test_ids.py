from __future__ import annotations

import random
from hashlib import sha256

from harness.matrix.ids import Digests, ids


def test_a_digest_is_that_of_the_text_as_long_as_it_is_alone() -> None:
    digests = Digests()
    payload = sha256(b"a").hexdigest()
    first, second = digests.of("a", "x", 2)
    assert (first.own, first.payload) == (payload, payload)
    assert second.own == second.payload != payload
    # Who comes later, or shares it, is told by name; a name is no number of a copy.
    late = digests.of("a", "2") + digests.of_passing("a", "y") + digests.of("a", "x", 2, alone=False)
    assert [each.payload for each in late] == [payload, payload, payload, second.payload]
    assert len({each.own for each in (first, second, *late)}) == 6
    assert Digests().of("a", "x", 2, alone=False) == late[2:]


def test_ids_are_eight_digits() -> None:
    assert ids(["0123456789", "abcdef0123"]) == ["v-01234567", "v-abcdef01"]


def test_a_collision_gives_two_ids_in_any_order() -> None:
    first, second, third = "aaaaaaaa" + "1" * 56, "aaaaaaaa" + "2" * 56, "bbbbbbbb" + "3" * 56
    assert ids([first, second, third]) == ["v-aaaaaaaa", "v-22222222", "v-bbbbbbbb"]
    assert ids([third, second, first]) == ["v-bbbbbbbb", "v-22222222", "v-aaaaaaaa"]


def test_a_collision_does_not_take_the_place_of_another() -> None:
    first, second = "aaaaaaaa" + "1" * 56, "aaaaaaaa" + "cccccccc" + "2" * 48
    owner = "cccccccc" + "0" * 56
    assert ids([second, first, owner]) == ["v-22222222", "v-aaaaaaaa", "v-cccccccc"]


def test_a_digest_without_a_free_place_is_told_whole() -> None:
    first, second = "a" * 63 + "0", "a" * 64
    assert ids([first, second])[0] == "v-aaaaaaaa"
    assert ids(["a" * 16, "a" * 15 + "b", "a" * 8 + "b" * 8]) == ["v-aaaaaaaa", "v-aaaaaaab", "v-bbbbbbbb"]
    assert ids(["aaaaaaaa", "aaaaaaaaaaaaaaaa"]) == ["v-aaaaaaaa", "v-aaaaaaaaaaaaaaaa"]


def test_many_colliding_digests_all_differ() -> None:
    source = random.Random(7)
    found = sorted({"".join(source.choice("01") for _ in range(64)) for _ in range(3000)})  # 256 different starts
    names = ids(found)
    assert len(set(names)) == len(found)
    shuffled = found.copy()
    source.shuffle(shuffled)
    assert dict(zip(shuffled, ids(shuffled), strict=True)) == dict(zip(found, names, strict=True))
