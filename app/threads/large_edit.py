"""Edits of very many clips: worked out on a thread while the window goes on, made when they are ready."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from PySide6.QtCore import QObject, Signal

from app.project.document import with_film
from core.errors import EditError
from core.project.project import Project
from core.timeline.model import Sequence

if TYPE_CHECKING:
    from app.editor import Editor

P = ParamSpec("P")
Change = Callable[[Project], Project]
MANY = 500
"""Clips from which on an edit is worked out beside the window: 2 to 10 ms of it."""


class Counted:
    """Ids of clips, and how many of them were gone through by now, which another thread may ask."""

    def __init__(self, ids: Collection[str]) -> None:
        self._ids = ids
        self.done = 0

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        for self.done, one in enumerate(self._ids):  # noqa: B020 - that is the count
            yield one


@dataclass(frozen=True)
class _Order:
    """An edit that was asked for.

    count: of clips.
    steps: what it goes through one by one, where it does.
    """

    name: str
    count: int
    change: Change
    then: Callable[[], object]
    steps: Counted | None


class LargeEdits(QObject):
    """One after the other, in the order in which they were asked for. Signals: moved(): one begins or is through."""

    moved = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._waiting: deque[_Order] = deque()

    def make(self, order: _Order) -> None:
        """As one undo step; `order.then` is called once it is made. What cannot be done is told by a notice."""
        self._waiting.append(order)
        if len(self._waiting) == 1:
            self._begin()

    @property
    def now(self) -> _Order | None:
        """What is being worked out."""
        return self._waiting[0] if self._waiting else None

    @property
    def waiting(self) -> int:
        """How many come after it."""
        return max(0, len(self._waiting) - 1)

    def _begin(self) -> None:
        document, change = self._editor.document, self._waiting[0].change
        before = document.project
        self._editor.background.run(
            lambda: document.prepare(change(before)), partial(self._made, before), self._refused
        )
        self.moved.emit()

    def _made(self, before: Project, after: Project) -> None:
        order, document = self._waiting[0], self._editor.document
        if document.project is not before and document.project.id == before.id:
            self._begin()  # it was edited meanwhile: once more, with what it is now
            return
        try:
            with self._editor.notify.failures():
                if document.project is not before:
                    raise EditError("another project is open by now", "Go back to it and do it again")
                document.edit(order.name, lambda _: after)
                order.then()
        finally:
            self._next()

    def _refused(self, error: BaseException) -> None:
        try:
            self._editor.notify.failure(error)
        finally:
            self._next()

    def _next(self) -> None:
        self._waiting.popleft()
        if self._waiting:
            self._begin()
        else:
            self.moved.emit()


def edit(
    editor: Editor,
    name: str,
    count: int,
    change: Change,
    then: Callable[[], object] = lambda: None,
    steps: Counted | None = None,
) -> None:
    """Change the document by a pure function as one undo step called `name`, then call `then`.

    count: of clips; where they are few it is done at once, else beside the window.
    steps: ids that the function goes through one by one, to tell how far it is.

    Raises:
        EditError: from the function, where it is done at once.
    """
    if count >= MANY:
        editor.one(LargeEdits).make(_Order(name, count, change, then, steps))
        return
    editor.document.edit(name, change)
    then()


def edit_clips(
    editor: Editor,
    name: str,
    count: int,
    function: Callable[Concatenate[Sequence, P], Sequence],
    *args: P.args,
    **kwargs: P.kwargs,
) -> None:
    """The same for a pure function on the active sequence.

    Raises:
        EditError: without an active sequence; from the function.
    """
    edit(editor, name, count, lambda project: with_film(project, function, *args, **kwargs))


def edit_each(
    editor: Editor,
    name: str,
    ids: Collection[str],
    change: Callable[[Sequence, str], Sequence],
    then: Callable[[], object] = lambda: None,
) -> None:
    """The same change to every clip as one undo step called `name`; the first that is refused refuses all.

    Raises:
        EditError: without an active sequence; from `change`, where it is done at once.
    """
    steps = Counted(ids)

    def all_of_them(film: Sequence) -> Sequence:
        for clip_id in steps:
            film = change(film, clip_id)
        return film

    edit(editor, name, len(ids), lambda project: with_film(project, all_of_them), then, steps)
