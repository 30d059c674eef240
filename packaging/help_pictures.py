"""Take the pictures of the help pages anew, without a screen:

    QT_QPA_PLATFORM=offscreen python packaging/help_pictures.py [DEMO [NAME …]]

They go to assets/help/pictures. DEMO is the folder that `make demo` left, demo-output when it is not given: its film,
layers, atlases and speeds are in most of the pictures. With names, such as layers, only those are taken. The settings
of the user are left alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from app.editor import Editor
    from app.window.main_window import MainWindow
    from core.project.project import Media

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "assets" / "help" / "pictures"
SIZE = (1280, 800)
WIDTH = 680
"""Of the pictures; the window's own is kept at full size, because it is also the README's, and so is the atlas's."""
VIEWS = {
    "scopes": "scopes", "mixer": "mixer", "compound": "compound", "transition": "transition", "shape": "shape",
    "corners": "corners", "behind": "behind", "sound": "sound", "found": "reid",
    "layers": "layers", "people": "people", "speed": "speed", "compare": "compare", "atlas": "atlas",
}  # fmt: skip
"""Pictures of a finished demo: the view of `app.window.picture` for each."""
WHOLE = {"window", "atlas"}
TALL = {"speed", "compare"}


def main() -> None:
    """Open the sample, do what the tour does, and keep what the window shows; then the views of the demo."""
    sys.path.insert(0, str(ROOT))
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "demo-output"
    project = next(folder.glob("*.laminar"), None)
    if project is None:
        sys.exit(f"{folder} holds no project: run make demo first")
    with tempfile.TemporaryDirectory() as home:
        os.environ["LAMINAR_HOME"] = home
        os.environ["HOME"] = "/home"  # the export proposes a file there
        names = sys.argv[2:]
        if not names:
            _take(Path(home))
        for name, view in VIEWS.items():
            if names and name not in names:
                continue
            _take_view(project, name, view, Path(home) / f"{name}.png")


def _take_view(project: Path, name: str, view: str, shot: Path) -> None:
    """A view of the demo, taken by a process of its own."""
    size = f"{SIZE[0]}x{960 if name in TALL else SIZE[1]}"
    words = [
        sys.executable,
        "-m",
        "app.window.picture",
        str(project),
        str(shot),
        "--view",
        view,
        "--size",
        size,
    ]
    subprocess.run([*words, "--seconds", "8"], cwd=ROOT, check=True)
    _keep(QImage(str(shot)), name)


def _keep(shot: QImage, name: str) -> None:
    width = SIZE[0] if name in WHOLE else min(WIDTH, shot.width())
    small = shot.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
    small.save(str(PICTURES / f"{name}.jpg"), quality=88)


def _take(home: Path) -> None:
    from PySide6.QtCore import QEventLoop, QTimer

    from app.dialogs.export import ExportDialog
    from app.editor import Editor
    from app.masks import editing, mask_files
    from app.window.application import make_application
    from app.window.main_window import build
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
        _keep((window if name != "export" else dialog).grab().toImage(), name)

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
    from app.project.media_import import import_paths
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
