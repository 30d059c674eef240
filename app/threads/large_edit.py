"""Edits of very many clips: worked out on a thread while the window goes on, made when they are ready."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from PySide6.QtCore import QObject

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


class LargeEdits(QObject):
    """One after the other, in the order in which they were asked for."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._waiting: deque[tuple[str, Change, Callable[[], object]]] = deque()

    def make(self, name: str, change: Change, then: Callable[[], object]) -> None:
        """As one undo step called `name`; `then` is called once it is made. What cannot be done is told by a notice."""
        self._waiting.append((name, change, then))
        if len(self._waiting) == 1:
            self._begin()

    def _begin(self) -> None:
        before = self._editor.document.project
        change = self._waiting[0][1]
        self._editor.background.run(lambda: change(before), partial(self._made, before), self._refused)

    def _made(self, before: Project, after: Project) -> None:
        name, change, then = self._waiting[0]
        try:
            with self._editor.notify.failures():
                if self._editor.document.project.id != before.id:
                    raise EditError("another project is open by now", "Go back to it and do it again")
                # On a project that was edited meanwhile it is worked out anew.
                self._editor.document.edit(name, lambda now: after if now is before else change(now))
                then()
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


def edit(
    editor: Editor, name: str, count: int, change: Change, then: Callable[[], object] = lambda: None
) -> None:
    """Change the document by a pure function as one undo step called `name`, then call `then`.

    count: of clips; where they are few it is done at once, else beside the window.

    Raises:
        EditError: from the function, where it is done at once.
    """
    if count >= MANY:
        editor.one(LargeEdits).make(name, change, then)
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
