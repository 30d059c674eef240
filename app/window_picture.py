"""A picture of the window with a project open, taken without a screen:

    python -m app.window_picture PROJECT PICTURE.png [--theme light] [--size 1600x1000] [--seconds 4]

Settings of the user are left alone: the window gets a temporary home.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path


def take(project: Path, picture: Path, theme_name: str, size: tuple[int, int], wait: float) -> None:
    """Open the window offscreen, let it draw for `wait` seconds, save what it shows."""
    from PySide6.QtCore import QTimer

    from app import theme
    from app.editor import Editor
    from app.main_window import MainWindow
    from app.window import make_application

    application = make_application([])
    editor = Editor()
    theme.apply(application, theme_name)
    window = MainWindow(editor)
    window.resize(*size)
    window.show()
    window.make_workspace()
    editor.desk.open(project)

    def point_at_something() -> None:
        sequence = editor.document.sequence
        if sequence is not None:
            first = next((clip for track, _, clip in sequence.clips() if track.kind == "video"), None)
            editor.state.set("playhead", sequence.rate.time_of(sequence.frame_count // 4))
            editor.state.set("selection", frozenset({first.id} if first else ()))

    def save_and_close() -> None:
        picture.parent.mkdir(parents=True, exist_ok=True)
        window.grab().save(str(picture))
        window.close_now()

    QTimer.singleShot(int(wait * 400), window, point_at_something)
    QTimer.singleShot(int(wait * 1000), window, save_and_close)
    application.exec()
    window.shut_down()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("project", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    parser.add_argument("--size", default="1600x1000")
    parser.add_argument("--seconds", type=float, default=4.0)
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        os.environ["LAMINAR_HOME"] = home
        take(given.project, given.picture, given.theme, (width, height), given.seconds)


if __name__ == "__main__":
    main()
