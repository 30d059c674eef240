"""Looks from .cube files: chosen by the user, checked and put into the project beside the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog

from app.threads.long_work import require_place
from core.errors import EditError, MediaError
from core.media.cube import MOST_BYTES
from core.project.looks import write_look
from core.timeline.model import LookUse

if TYPE_CHECKING:
    from app.editor import Editor


def choose(editor: Editor, use: Callable[[LookUse], object], path: Path | None = None) -> None:
    """Ask for a .cube file, unless it is given, and hand what it became to `use`; what is wrong
    with it becomes a notice.

    Raises:
        EditError: when there is no project yet.
    """
    data = editor.document.data
    if data is None:
        raise EditError("there is no project yet", "Import a clip first")
    if path is None:
        chosen, _ = QFileDialog.getOpenFileName(
            editor.window, _tr("Choose a look"), "", _tr("Looks") + " (*.cube *.CUBE)"
        )
        if not chosen:
            return
        path = Path(chosen)
    file = path

    def done(name: str) -> None:
        with editor.notify.failures():
            require_place(editor, data)
            use(LookUse(name, file.stem[:100]))

    editor.background.run(lambda: write_look(data, _content(file), str(file)), done, editor.notify.failure)


def _content(path: Path) -> bytes:
    """At most one byte more than a look may have. Raises MediaError when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}", "Choose another file") from error


def _tr(text: str) -> str:
    return QCoreApplication.translate("Looks", text)
