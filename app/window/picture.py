"""Pictures of the window with a project open, taken without a screen:

    python -m app.window.picture PROJECT PICTURE.png [--view film] [--theme light] [--size 1600x1000] [--seconds 4]

Views: start (the start page), film (an edit in progress), scopes (its colours), mixer (its sound),
masks (drawing on a frame), proposal (a new tracking beside the old one), reid
(what was lost and found), jobs (a job at work), export, compound (clips as one), transition (its form),
sound (effects of a sound clip), shape (an effect inside an ellipse), corners (a clip on a surface),
behind (a title behind an object), layers (a clip and its layers), people (a film of layers, one person
retimed), atlas (painting on an unrolled object), speed (curves and the Speed panel), compare (even and
adaptive speed side by side), flow (the motion behind slow motion). Settings of the user are left alone,
the window gets a temporary home; the project is copied and not changed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from app.window.picture_views import VIEWS, View

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def take(
    project: Path, picture: Path, view: View, theme_name: str, size: tuple[int, int], wait: float, text: float
) -> None:
    """Open the window offscreen, let it draw for `wait` seconds, save what it shows.

    text: how large the system's text is, 1 for usual.
    """
    from PySide6.QtCore import QTimer

    from app import theme
    from app.editor import Editor
    from app.window.application import make_application
    from app.window.main_window import MainWindow

    application = make_application([])
    font = application.font()
    font.setPointSizeF(theme.POINTS * text)
    application.setFont(font)
    editor = Editor()
    theme.apply(application, theme_name)
    window = MainWindow(editor)
    window.resize(*size)
    window.show()
    window.make_workspace()
    editor.desk.open(project)
    shown: list[QWidget] = []

    def save_and_close() -> None:
        picture.parent.mkdir(parents=True, exist_ok=True)
        shown[0].grab().save(str(picture))
        for widget in (one for one in shown if one is not window):  # it would ask about what was changed
            widget.close()
        window.close_now()

    QTimer.singleShot(int(wait * 400), window, lambda: shown.append(view(editor, window)))
    QTimer.singleShot(int(wait * 1000), window, save_and_close)
    application.exec()
    window.shut_down()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("project", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--view", default="film", choices=tuple(VIEWS))
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    parser.add_argument("--size", default="1600x1000")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--text", type=float, default=100.0, help="size of the system's text, per cent")
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as place:
        os.environ["LAMINAR_HOME"] = str(Path(place) / "home")
        # Beside it go its data and whatever media it keeps in its folder.
        shutil.copytree(given.project.parent, Path(place) / "film")
        copy = Path(place) / "film" / given.project.name
        view, place_ = VIEWS[given.view], given.picture.resolve()
        take(copy, place_, view, given.theme, (width, height), given.seconds, given.text / 100)


if __name__ == "__main__":
    main()
