"""Take the pictures of the help pages anew, without a screen:

    QT_QPA_PLATFORM=offscreen python packaging/help_pictures.py

They go to assets/help/pictures. The settings of the user are left alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.editor import Editor
    from app.main_window import MainWindow
    from core.project.project import Media

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "assets" / "help" / "pictures"
SIZE = (1280, 800)
WIDTH = 680
"""Of the pictures; the window's own is kept at full size, because it is also the README's."""


def main() -> None:
    """Open the sample, do what the tour does, and keep what the window shows."""
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as home:
        os.environ["LAMINAR_HOME"] = home
        os.environ["HOME"] = "/home"  # the export proposes a file there
        _take(Path(home))


def _take(home: Path) -> None:
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    from app.dialogs.export import ExportDialog
    from app.editor import Editor
    from app.main_window import build
    from app.masks import editing, mask_files
    from app.window import make_application
    from core.sample import write_sample

    sample = write_sample(home / "sample")
    application = make_application([])
    editor = Editor()
    window = build(editor)
    window.resize(*SIZE)
    window.show()

    def wait(milliseconds: int) -> None:
        loop = QEventLoop()  # unlike QTest.qWait it lets other threads of Python work
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def keep(name: str) -> None:
        wait(3000)  # decoding, thumbnails and waveforms come as they are ready
        shot = (window if name != "export" else dialog).grab()
        width = SIZE[0] if name == "window" else min(WIDTH, shot.width())
        small = shot.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        small.save(str(PICTURES / f"{name}.jpg"), quality=88)

    PICTURES.mkdir(parents=True, exist_ok=True)
    media = _cut(editor, window, sample.clip, wait)
    keep("window")
    assert editor.document.data is not None
    size = (media.info.video.width, media.info.video.height) if media.info.video is not None else (0, 0)
    masks, labels = mask_files.import_masks(editor.document.data, media, size, sample.first_mask, 0)
    editor.document.edit("Draw masks", editing.with_masks, media.id, masks, labels)
    editor.state.set("playhead", 0)
    window.commands.run("clip.draw_masks")
    keep("mask")
    dialog = ExportDialog(editor, window)
    dialog.show()
    keep("export")
    dialog.close()
    window.close_now()
    application.quit()


def _cut(editor: Editor, window: MainWindow, clip: Path, wait: Callable[[int], None]) -> Media:
    """A new film of the clip in three parts, the first one selected."""
    from app.media_import import import_paths
    from core.time import from_seconds

    window.commands.run("file.new")
    import_paths(editor, [clip])
    while not editor.document.project.media:
        wait(50)
    media = editor.document.project.media[0]
    editor.state.set("bin_selection", frozenset({media.id}))
    window.commands.run("timeline.overwrite")
    for seconds in (1.6, 3.2):
        editor.state.set("playhead", from_seconds(seconds))
        window.commands.run("clip.split_all")
    sequence = editor.document.sequence
    assert sequence is not None
    first = next(clip for track, _, clip in sequence.clips() if track.kind == "video")
    editor.state.set("playhead", from_seconds(0.8))
    editor.state.set("selection", frozenset({first.id}))
    return media


if __name__ == "__main__":
    main()
