"""How long the picture takes to show a stroke on an unrolled object, and what the GUI thread is held up meanwhile.

    .venv/bin/python tests/bench/atlas_painting.py [CLIP ATLAS] [--strokes 20] [--edits 4] [--size 1600x1000] [--page N]

CLIP and ATLAS: a clip and what `laminar atlas CLIP --masks MASKS/ -o ATLAS` made of it; without them a drawn clip of
854x480 pixels that is already unrolled. The window is opened offscreen in the atlas view, with so many other edits
below. Strokes are painted by turns on the atlas (or its page N) and on the frame. Time is taken from lifting the
brush to the finished picture of the frame in the viewer (wall; and CPU of the process), at the viewer's size and,
refined, at the clip's. Asked for: 200 ms at preview size; no gap of the GUI thread over 50 ms.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
TICK_MS = 5
DRAWN: dict[str, Any] = {
    "WIDTH": 854, "HEIGHT": 480, "FRAMES": 40, "CARD": (240, 184), "START": (96, 104), "STEP": (8, 2), "MARGIN": 16,
    "ATLAS": (272, 216),
}  # fmt: skip


def drawn(place: Path) -> tuple[Path, Path, int]:
    """A drawn clip, its atlas, and its first unrolled frame."""
    from tests import unrolled

    for name, value in DRAWN.items():
        setattr(unrolled, name, value)
    return unrolled.write_clip(place / "clip.mkv"), unrolled.write_result(place / "atlas"), 0


def project_of(place: Path, clip: Path, atlas: Path, edits: int) -> Path:
    """A saved project with the clip, unrolled, and some edits below those that are timed."""
    from core.media.atlas_files import read_index
    from core.media.probe import probe
    from core.project import file
    from core.project.atlas_edits import new_edit, with_edit
    from core.project.paths import data_folder, results_folder
    from core.project.project import Media, TrackedObject, new_project
    from core.timeline.model import Clip, MediaUse, Sequence, Track

    home = place / "Film.laminar"
    key = "c" * 32
    shutil.copytree(atlas, results_folder(data_folder(home)) / key)
    index, info = read_index(atlas), probe(clip)
    assert info.video is not None
    objects = tuple(TrackedObject(one.label, one.name, "#e6475a") for one in index.objects if one.label)
    media = Media("media", clip.name, str(clip.resolve()), info, objects, atlas=key)
    use = Clip("clip", clip.name, MediaUse("media", info.available), info.duration)
    track = Track("v1", "video", "V1", (use,))
    film = Sequence("film", "Film", info.video.width, info.video.height, info.video.rate, tracks=(track,))
    project = new_project().with_media(media).with_sequence(film)
    label = objects[0].label
    kinds = ("posterise", "text", "colour", "fill")
    for number in range(edits):
        project = with_edit(
            project, "media", new_edit(kinds[number % 4], label, numbers={"x": 60.0, "y": 60.0})
        )
    file.save(project, home)
    return home


def measure(project: Path, strokes: int, size: tuple[int, int], page: int = 0) -> dict[str, list[float]]:
    """Milliseconds by name: each stroke's, and how late the GUI thread's timer came."""
    from PySide6.QtCore import QElapsedTimer, Qt, QTimer

    from app import theme
    from app.editor import Editor
    from app.panels.viewer import ViewerPanel
    from app.playing.preview import Picture
    from app.window.application import make_application
    from app.window.main_window import MainWindow

    application = make_application([])
    editor = Editor()
    theme.apply(application, "dark")
    window = MainWindow(editor)
    window.resize(*size)
    window.show()
    window.make_workspace()
    editor.desk.open(project)
    viewer = editor.panel(ViewerPanel)
    found: dict[str, list[float]] = {"atlas": [], "frame": [], "atlas, CPU": [], "frame, CPU": [], "late": []}
    rng = np.random.default_rng(5)
    clock = QElapsedTimer()
    heart = QTimer(window, timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
    begun: list[tuple[str, float, float]] = []

    def beat() -> None:
        found["late"].append(clock.nsecsElapsed() / 1e6 - TICK_MS)
        clock.restart()

    def stroke() -> None:
        done = len(found["atlas"]) + len(found["frame"])
        if done >= strokes or viewer.canvas.picture is None or viewer.atlas.pane.canvas.picture is None:
            window.close_now() if done >= strokes else QTimer.singleShot(100, window, stroke)
            return
        surface = ("atlas", "frame")[done % 2]
        pen = viewer.atlas.pane.pen if surface == "atlas" else viewer.atlas.pen
        middle = spot(surface)
        assert viewer.atlas.session.begin(
            pen.surface, *middle, pen.size, pen.scale, erase=False, page=pen.page
        )
        for _ in range(12):
            viewer.atlas.session.extend(*(value + rng.uniform(-25, 25) for value in middle))
        begun.append((surface, time.perf_counter(), time.process_time()))
        viewer.atlas.session.finish()

    def spot(surface: str) -> tuple[float, float]:
        """A point on the object."""
        session, data = viewer.atlas.session, editor.document.data
        assert session.media is not None and data is not None
        clip = editor.player.atlases.clip(data, session.media)
        if surface == "atlas":
            sheet = clip.page(session.label, page) if page else clip.entry(session.label)
            width, height = sheet.size
            return width / 2, height / 2
        rows, columns = np.nonzero(
            clip.alpha(session.label, editor.state.media_frame - clip.index.first) > 0.9
        )
        return float(columns.mean()), float(rows.mean())

    def shown(picture: Picture, at: int) -> None:
        if begun and picture.show.project is editor.document.project and not viewer.atlas.session.busy:
            surface, wall, cpu = begun.pop()
            found[surface].append(1000 * (time.perf_counter() - wall))
            found[f"{surface}, CPU"].append(1000 * (time.process_time() - cpu))
            QTimer.singleShot(600, window, stroke)

    def turn() -> None:
        viewer.atlas.pane.page.setCurrentIndex(page)
        viewer.atlas.pane.page.activated.emit(page)

    def begin() -> None:
        viewer.show_atlas()
        editor.state.set("label", editor.document.project.media[0].objects[0].label)
        editor.state.set("media_frame", 5)
        editor.player.frame_ready.connect(shown)
        heart.timeout.connect(beat)
        if page:
            QTimer.singleShot(1200, window, turn)
        QTimer.singleShot(2500, window, stroke)
        QTimer.singleShot(2000, window, lambda: (clock.start(), heart.start()))

    QTimer.singleShot(2500, window, begin)
    QTimer.singleShot(120_000, window, window.close_now)
    application.exec()
    print(
        f"viewer {viewer.canvas.width()}x{viewer.canvas.height()}, picture {viewer.canvas.picture.pixels.shape[1::-1]}"
    )
    window.shut_down()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clip", type=Path, nargs="?")
    parser.add_argument("atlas", type=Path, nargs="?")
    parser.add_argument("--strokes", type=int, default=20)
    parser.add_argument("--edits", type=int, default=4)
    parser.add_argument("--size", default="1600x1000")
    parser.add_argument("--page", type=int, default=0)
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    width, height = map(int, given.size.split("x"))
    with tempfile.TemporaryDirectory() as place:
        os.environ["LAMINAR_HOME"] = str(Path(place) / "home")
        clip, atlas = (given.clip, given.atlas) if given.atlas else drawn(Path(place))[:2]
        project = project_of(Path(place), clip, atlas, given.edits)
        for name, values in measure(project, given.strokes, (width, height), given.page).items():
            if values:
                median, p95 = np.percentile(values, [50, 95])
                print(
                    f"  {name:12} n {len(values):5}  median {median:7.1f}  p95 {p95:7.1f}  worst {max(values):7.1f} ms"
                )


if __name__ == "__main__":
    main()
