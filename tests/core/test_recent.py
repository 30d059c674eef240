"""What was used last is kept, and no more than there is room for."""

from __future__ import annotations

from core.recent import Recent


def test_what_was_used_longest_ago_goes_first() -> None:
    kept: Recent[str, int] = Recent(3)
    for number, name in enumerate("abc"):
        kept.put(name, number)
    assert kept.get("a") == 0 and kept.get("gone") is None
    kept.put("d", 3)
    assert [name in kept for name in "abcd"] == [True, False, True, True]
    assert list(kept.items()) == [("c", 2), ("a", 0), ("d", 3)]
    kept.put("c", 20)
    kept.put("e", 4)
    assert list(kept.items()) == [("d", 3), ("c", 20), ("e", 4)]


def test_a_value_is_made_once_while_it_is_kept() -> None:
    kept: Recent[int, int] = Recent(2)
    asked: list[int] = []

    def square(number: int) -> int:
        return kept.made(number, lambda: asked.append(number) or number * number)

    assert [square(number) for number in (1, 2, 1, 3, 1, 2)] == [1, 4, 1, 9, 1, 4]
    assert asked == [1, 2, 3, 2]


def test_room_is_counted_in_sizes() -> None:
    kept: Recent[str, bytes] = Recent(10, len)
    kept.put("a", b"1234")
    kept.put("b", b"12345")
    kept.put("a", b"12345")
    assert "a" in kept and "b" in kept, "what took the place of another counts alone"
    kept.put("c", b"1")
    assert "b" not in kept and "a" in kept
    assert kept.made("large", lambda: b"12345678901") == b"12345678901"
    assert not list(kept.items()), "all went, and it was too large itself"
    kept.put("a", b"1234567890")
    kept.put("b", b"")
    assert "a" in kept
    kept.resize(5)
    assert "a" not in kept and "b" in kept
