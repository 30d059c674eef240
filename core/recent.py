"""The values that were used last: what is asked for again and again is not made anew."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Lets go of what was used longest ago; what there is no room for by itself is not kept. For one thread at a time.

    Args:
        most: how many values are kept, or the sum of their sizes.
        size: of a value, such as its bytes.
    """

    def __init__(self, most: int, size: Callable[[Value], int] = lambda value: 1) -> None:
        self.most, self._size, self._held = most, size, 0
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """None when it is not kept."""
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value, in the place of the one with its key."""
        if key in self._values:
            self._held -= self._size(self._values.pop(key))
        self._values[key] = value
        self._held += self._size(value)
        self.resize(self.most)

    def made(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value that is kept, or else what `make` gives."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        value = make()
        self.put(key, value)
        return value

    def resize(self, most: int) -> None:
        """Keep so much at most from now on."""
        self.most = most
        while self._held > most:
            self._held -= self._size(self._values.popitem(last=False)[1])

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def items(self) -> Iterable[tuple[Key, Value]]:
        """Those used longest ago first."""
        return self._values.items()

    def clear(self) -> None:
        """Let go of all."""
        self._values.clear()
        self._held = 0
