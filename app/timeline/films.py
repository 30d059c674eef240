"""Which film of the project the timeline shows."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.editor import Editor
from core.project import sequences


def show(editor: Editor, film_id: str, time: int | None = None) -> None:
    """Bring another film into the timeline, at a record time of its own.

    Raises:
        EditError: when it is not in the project.
    """
    title = QCoreApplication.translate("Action", "Show another film")
    editor.document.edit(title, sequences.with_film_shown, film_id)
    editor.state.set("selection", frozenset())
    film = editor.document.sequence
    if time is not None and film is not None:
        editor.state.set("playhead", film.rate.snap(time))
