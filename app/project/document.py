"""The Qt face of a Project: the current value, undo, and word of what changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from core.errors import EditError
from core.project.project import Project, new_project
from core.timeline.model import Sequence

P = ParamSpec("P")


def with_film(
    project: Project,
    function: Callable[Concatenate[Sequence, P], Sequence],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Project:
    """The project with its active sequence as the function makes it.

    Raises:
        EditError: without an active sequence, or from the function.
    """
    sequence = project.sequence
    if sequence is None:
        raise EditError("there is no sequence yet", "Put a clip on the timeline first")
    return project.with_sequence(function(sequence, *args, **kwargs))


def prepared(project: Project) -> Project:
    """The project, after its tracks found and kept what every view asks of them: beside the window, before it comes."""
    for sequence in project.sequences:
        for track in sequence.tracks:
            _ = track.spots, track.duration
    return project


class _Edit(QUndoCommand):
    """The one undo command: the values before and after. drag: the id of what it is a part of, or empty."""

    def __init__(self, document: Document, name: str, before: Project, after: Project, drag: str) -> None:
        super().__init__(name)
        self._document, self._before, self._after, self.drag = document, before, after, drag

    def go_on(self, after: Project) -> bool:
        """End with another value; whether it still changes anything."""
        self._after = after
        return after != self._before

    def undo(self) -> None:
        self._document._show(self._before)

    def redo(self) -> None:
        self._document._show(self._after)

    @property
    def values(self) -> tuple[Project, Project]:
        return self._before, self._after

    def rebase(self, function: Callable[[Project], Project]) -> None:
        self._before, self._after = function(self._before), function(self._after)


class Document(QObject):
    """Holds the project that is shown. Every change goes through `edit` or `edit_sequence`.

    Signals:
        changed(before: Project, after: Project): the value was replaced; compare by `is` to see what to redraw.
        renamed(path: Path | None): saved under a name, opened or new.
        unsaved_changed(bool): whether there is work that the project file does not hold.
    """

    changed = Signal(object, object)
    renamed = Signal(object)
    unsaved_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.path: Path | None = None
        self.data: Path | None = None
        """The data folder; a scratch folder until the project is first saved."""
        self.read_only = ""
        """Why nothing can be changed, as the end of a sentence about the project; empty when it can."""
        self.preparations: list[Callable[[Project], object]] = []
        """What is called beside the window with a value that the document will have soon (`prepare`)."""
        self.is_open = False
        """False while the start page is shown and no project was opened or begun."""
        self._project = new_project()
        self._saved = self._project
        self._was_unsaved = False
        self._drag = ""

    @property
    def unsaved(self) -> bool:
        """Undoing back to the saved value counts as saved."""
        return self._project is not self._saved and self._project != self._saved

    @property
    def project(self) -> Project:
        return self._project

    @property
    def sequence(self) -> Sequence | None:
        return self._project.sequence

    def edit(
        self,
        name: str,
        function: Callable[Concatenate[Project, P], Project],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Apply a pure function Project -> Project as one undo step called `name`; no step when nothing changes.

        Raises:
            EditError: from the function; the document stays as it was.
        """
        self._push(name, function(self._project, *args, **kwargs))

    def edit_sequence(
        self,
        name: str,
        function: Callable[Concatenate[Sequence, P], Sequence],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """The same for a pure function on the active sequence.

        Raises:
            EditError: without an active sequence, or from the function.
        """
        self._push(name, with_film(self._project, function, *args, **kwargs))

    def prepare(self, project: Project) -> Project:
        """The project, after everything was worked out on this thread that will be asked of it once it is shown."""
        for prepare in (prepared, *self.preparations):
            prepare(project)
        return project

    def begin_drag(self, drag_id: str) -> None:
        """Until `end_drag`, edits fold into one undo step."""
        self._drag = drag_id

    def end_drag(self) -> None:
        self._drag = ""

    def reset(
        self,
        project: Project,
        path: Path | None,
        data: Path | None,
        *,
        read_only: str = "",
        saved: bool = True,
    ) -> None:
        """Show another project; undo starts anew.

        Args:
            read_only: why nothing can be changed, empty when it can.
            saved: False when the value is no file's content, such as one that was recovered.
        """
        before, self._project = self._project, project
        self.path, self.data, self.read_only, self.is_open = path, data, read_only, True
        self._saved = project if saved else new_project()
        self.undo_stack.clear()
        self.renamed.emit(path)
        self.changed.emit(before, project)
        self._tell_unsaved()

    def mark_saved(self, project: Project, path: Path, data: Path) -> None:
        """Called when `project`, which may be older than the value shown by now, is safely in the file."""
        self._saved = project
        self.path, self.data, self.read_only = path, data, ""
        self.renamed.emit(path)
        self._tell_unsaved()

    def rebase(self, function: Callable[[Project], Project], path: Path, data: Path) -> None:
        """Replace the value and every value that undo holds, for a change that is no edit: the project moved to
        `path`, and relative paths mean something else now. Whoever hears of it finds the new place."""
        self.path, self.data = path, data
        self.amend(function)

    def amend(self, function: Callable[[Project], Project]) -> None:
        """Replace the value and every value that undo holds, for what happened outside: nothing of it is undone."""
        before = self._project
        same = self._saved is before
        self._project = function(before)
        self._saved = self._project if same else function(self._saved)
        for index in range(self.undo_stack.count()):
            command = self.undo_stack.command(index)
            if isinstance(command, _Edit):
                command.rebase(function)
        self.changed.emit(before, self._project)

    def kept_values(self) -> tuple[Project, ...]:
        """Every value that can still be shown: the present one, the saved one, all that undo holds."""
        commands = (self.undo_stack.command(index) for index in range(self.undo_stack.count()))
        values = (value for command in commands if isinstance(command, _Edit) for value in command.values)
        return (self._project, self._saved, *values)

    def _push(self, name: str, after: Project) -> None:
        if self.read_only:
            raise EditError(
                f"this project {self.read_only} and is shown read-only",
                "Save it under another name to edit the copy",
            )
        if after != self._project:
            self.is_open = True
            if not self._folded(after):
                self.undo_stack.push(_Edit(self, name, self._project, after, self._drag))

    def _folded(self, after: Project) -> bool:
        """Let the last step end with another value, when it is of the same drag; whether it is.

        Not by QUndoCommand.mergeWith: PySide 6.10 never lets go of a command that Qt deletes while it is pushed, and
        each holds two values of the document.
        """
        stack = self.undo_stack
        last = stack.command(stack.index() - 1) if self._drag and stack.index() == stack.count() > 0 else None
        if not isinstance(last, _Edit) or last.drag != self._drag:
            return False
        if not last.go_on(after):  # a drag that came back to its start leaves no step
            last.setObsolete(True)
            stack.undo()
        self._show(after)
        return True

    def _show(self, project: Project) -> None:
        before, self._project = self._project, project
        self.changed.emit(before, project)
        self._tell_unsaved()

    def _tell_unsaved(self) -> None:
        unsaved = self.unsaved
        if unsaved != self._was_unsaved:
            self._was_unsaved = unsaved
            self.unsaved_changed.emit(unsaved)
