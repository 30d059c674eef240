"""Files that are dropped on the window: what is no media goes where it belongs, or is refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMimeData

from core.project.paths import SUFFIX

if TYPE_CHECKING:
    from app.editor import Editor

SUBTITLES = frozenset({".srt", ".vtt", ".ass", ".ssa"})
LOOKS = frozenset({".cube"})


def dropped_files(data: QMimeData) -> list[Path]:
    """The files of a drop; none for links to the web, whose drop is not taken."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []


def taken(editor: Editor, files: list[Path]) -> list[Path]:
    """Open a project among the files, put subtitles over the film and a look on the selected pictures; what is left are
    media.

    Raises:
        LaminarError: when a file has no place to go to.
    """
    project = next((path for path in files if path.suffix.lower() == SUFFIX), None)
    if project is not None:
        editor.desk.open_asking(project)
        return []
    for path in files:
        if path.suffix.lower() in SUBTITLES:
            _take_subtitles(editor, path)
        elif path.suffix.lower() in LOOKS:
            _take_look(editor, path)
    return [path for path in files if path.suffix.lower() not in SUBTITLES | LOOKS]


def _take_subtitles(editor: Editor, path: Path) -> None:
    from app.actions.subtitles import import_cues

    if editor.document.sequence is None:
        editor.notify.warning(
            _tr("{0} holds subtitles, and there is no film yet").format(path.name),
            _tr("Put a clip on the timeline first"),
        )
    else:
        import_cues(editor, path)


def _take_look(editor: Editor, path: Path) -> None:
    from app.actions.effects import add_look
    from app.timeline.chosen import has_selection

    if editor.document.sequence is None or not has_selection(editor):
        editor.notify.warning(
            _tr("{0} is a look for pictures").format(path.name), _tr("Select a clip, and drop it once more")
        )
    else:
        add_look(editor, path)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dropped", text)
