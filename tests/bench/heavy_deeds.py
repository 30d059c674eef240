"""How long the window stands still for what a hand does to a heavy film:
`python tests/bench/heavy_deeds.py [WORD ...]`.

The film and the clock are those of `heavy_film`: CPU time of the GUI thread, ms, the longest without a break, of which
over 50 are marked. Beside them a second film with 5,000 clips on one track, 2,000 media in the bin, 3,000 captions,
1,000 steps of history and 200 recent projects. With words, only steps whose names hold one of them are measured; the
others are done all the same.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from heavy_film import Bench  # noqa: E402

STEPS, RECENT, MEDIA, CAPTIONS = 1000, 200, 2000, 3000
Deed = tuple[str, Callable[[], object], float]
"""Name, what is done, seconds that the window may work on it."""


class Deeds:
    """What is done, in order; each step finds what the ones before left."""

    def __init__(self, bench: Bench, place: Path) -> None:
        from core.time import FrameRate

        self.bench, self.editor, self.place = bench, bench.editor, place
        self.document = bench.editor.document
        self.frame = FrameRate(25).frame_ticks

    def all(self) -> list[Deed]:
        return [*self.of_clips(), *self.of_tracks(), *self.of_the_view(), *self.of_media(), *self.of_films(),
                *self.of_panels()]  # fmt: skip

    def do(self, command: str, seconds: float = 0.6) -> tuple[Callable[[], object], float]:
        from app.actions.registry import perform

        return (lambda: perform(self.editor, command)), seconds

    def undo(self) -> tuple[Callable[[], object], float]:
        return self.document.undo_stack.undo, 0.6

    def edit(
        self, function: Callable[..., Any], *args: Any, **values: Any
    ) -> tuple[Callable[[], object], float]:
        return (
            lambda: self.document.edit_sequence("Edit", lambda film: function(film, *args, **values))
        ), 0.6

    def select(self, many: int) -> None:
        ids = [clip.id for _, _, clip in self.document.sequence.clips()]
        self.editor.state.set("selection", frozenset(ids[len(ids) // 3 :][:many]))

    def of_clips(self) -> list[Deed]:
        return [
            ("select all", *self.do("clip.select_all")),
            ("select none", *self.do("clip.select_none")),
            ("select 1,000", lambda: self.select(1000), 1),
            ("copy 1,000", *self.do("clip.copy", 1)),
            ("delete 1,000", *self.do("clip.lift", 1)),
            ("undo deleting", *self.undo()),
            ("go to 4 s", lambda: self.editor.state.set("playhead", 100 * self.frame), 0.6),
            ("paste 1,000", *self.do("clip.paste", 1)),
            ("undo pasting", *self.undo()),
            ("paste insert 1,000", *self.do("clip.paste_insert", 1)),
            ("undo inserting", *self.undo()),
            ("select 1,000 again", lambda: self.select(1000), 1),
            ("opacity of 1,000", self.dim, 1),
            ("undo opacity", *self.undo()),
            ("ripple delete", *self.edit(_edits().ripple_delete, "c25x3")),
            ("undo ripple", *self.undo()),
        ]

    def dim(self) -> None:
        from app.timeline.chosen import chosen

        self.document.edit_sequence("Disable", _edits().set_clips, chosen(self.editor), enabled=False)

    def of_tracks(self) -> list[Deed]:
        edits = _edits()
        return [
            ("rename track", *self.edit(edits.set_track, "t30", name="Renamed")),
            ("mute track", *self.edit(edits.set_track, "t30", muted=True)),
            ("add track", *self.edit(edits.add_track, "video")),
            ("undo track", *self.undo()),
            ("add marker", *self.do("timeline.add_marker")),
            ("move marker", *self.edit(edits.set_marker, "k100", time=self.frame * 1234)),
        ]

    def of_the_view(self) -> list[Deed]:
        from PySide6.QtCore import Qt

        return [
            ("zoom with the wheel", lambda: self.wheel(Qt.KeyboardModifier.ControlModifier), 0.6),
            ("scroll", lambda: self.wheel(Qt.KeyboardModifier.NoModifier), 0.6),
            ("fit", *self.do("timeline.fit")),
            ("play", *self.do("playback.toggle", 1.5)),
            ("pause", *self.do("playback.toggle")),
        ]

    def wheel(self, modifier: object) -> None:
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent
        from PySide6.QtWidgets import QApplication

        from app.panels.timeline import TimelinePanel

        at = QPointF(600, 100)
        event = QWheelEvent(
            at,
            at,
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            modifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.editor.panel(TimelinePanel).view.viewport(), event)

    def of_media(self) -> list[Deed]:
        from app.media_bin.model import renamed
        from app.panels.media_bin import MediaBinPanel

        bin_ = self.editor.panel(MediaBinPanel)
        search = bin_.search.setText
        return [
            ("2,000 media come", lambda: self.document.edit("Media", _with_media), 2),
            ("search the bin", lambda: search("shot 1"), 0.6),
            ("search on", lambda: search("shot 12"), 0.6),
            ("search no more", lambda: search(""), 0.6),
            ("bin as a list", bin_._grid.toggle, 0.6),
            ("select all media", bin_.list.selectAll, 0.6),
            ("rename a media", lambda: self.document.edit("Rename", renamed, "x7", "Seven"), 0.6),
            ("undo renaming", *self.undo()),
            ("undo media", *self.undo()),
        ]

    def of_films(self) -> list[Deed]:
        from app.timeline import films

        edits = _edits()
        return [
            ("3,000 captions come", *self.edit(_captioned)),
            ("undo captions", *self.undo()),
            ("second film", lambda: self.document.edit("Film", _with_long_film), 1),
            ("switch to it", lambda: films.show(self.editor, "long"), 1),
            ("ripple trim its head", *self.edit(edits.ripple_trim_start, "l0", 2 * self.frame)),
            ("undo trimming", *self.undo()),
            ("split it", *self.edit(edits.split_all, 5001 * self.frame)),
            ("switch back", lambda: films.show(self.editor, "film"), 1),
        ]

    def of_panels(self) -> list[Deed]:
        docks = self.bench.window.workspace.docks

        def shown(name: str) -> tuple[Callable[[], object], float]:
            return (lambda: (docks[name].show(), docks[name].raise_())), 1.5

        return [
            ("history, 1,000 steps", *shown("history")),
            ("edit beside history", *self.edit(_edits().set_clip, "c1x4", gain=-5.5)),
            ("mixer, 20 strips", *shown("mixer")),
            ("mute beside the mixer", *self.edit(_edits().set_track, "t31", muted=True)),
            ("palette", *self.do("edit.palette", 1)),
            ("settings", *self.do("edit.settings", 1)),
            ("shortcuts", *self.do("edit.shortcuts", 1)),
            ("export dialog", *self.do("file.export", 1)),
            ("close dialogs", self.close_dialogs, 1),
            ("start page, 200 recent", self.bench.window.show_start_page, 1),
            ("back", self.bench.window.show_workspace, 1),
            ("resize", lambda: self.bench.window.resize(1500, 900), 1),
        ]

    def close_dialogs(self) -> None:
        for widget in self.bench.application.topLevelWidgets():
            if widget is not self.bench.window:
                widget.close()

    def prepare(self) -> None:
        """Recent projects, and the film opened."""
        import msgspec

        paths = [self.place / f"r{number}.laminar" for number in range(RECENT)]
        for path in paths:
            path.write_text("{}")
        self.editor.keep_setting("recent", msgspec.json.encode([str(path) for path in paths]).decode())
        self.editor.desk.open(self.bench.path)
        self.bench.turn(4)

    def fill_history(self) -> None:
        for number in range(STEPS - self.document.undo_stack.count()):
            self.document.edit_sequence(
                "Gain", lambda film, n=number: _edits().set_clip(film, "c1x4", gain=-(n % 17) - 0.5)
            )
        self.bench.turn(1)


def _edits() -> Any:
    from core.timeline import edits

    return edits


def _with_media(project: Any) -> Any:
    from msgspec.structs import replace

    more = tuple(
        replace(project.media[0], id=f"x{number}", name=f"shot {number:04}.mp4", path=f"f{number}.mp4")
        for number in range(MEDIA)
    )
    return replace(project, media=project.media + more)


def _captioned(film: Any) -> Any:
    from core.media.subtitles import Cue
    from core.project.captions import with_cues
    from core.time import TICKS_PER_SECOND as SECOND

    cues = (Cue(3 * at * SECOND, (3 * at + 2) * SECOND, f"line {at}") for at in range(CAPTIONS))
    return with_cues(film, tuple(cues))


def _with_long_film(project: Any) -> Any:
    from msgspec.structs import replace

    from core.timeline.model import Clip, Sequence, Title, Track

    film = project.sequence
    frame = film.rate.frame_ticks
    clips = tuple(Clip(f"l{at}", f"Clip {at}", Title(f"{at}"), 10 * frame) for at in range(5000))
    tracks = (Track("la", "audio", "A1"), Track("lv", "video", "V1", clips))
    long = Sequence("long", "Long", 1920, 1080, film.rate, 48000, tracks)
    return replace(project, sequences=(*project.sequences, long))


def main() -> None:
    words = sys.argv[1:]
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
    with tempfile.TemporaryDirectory() as place:
        os.environ["LAMINAR_HOME"] = str(Path(place) / "home")
        bench = Bench(100_000, Path(place), False)
        deeds = Deeds(bench, Path(place))
        deeds.prepare()
        for name, work, seconds in deeds.all():
            if name.startswith("history"):
                deeds.fill_history()
            bench.step(name, work, seconds)
            if not words or any(word in name for word in words):
                value = bench.figures[name]
                sys.stdout.write(f"  {name:26} {value:7.1f}{'  over' if value > 50 else ''}\n")
                sys.stdout.flush()
        bench.window.close_now()
        bench.window.shut_down()


if __name__ == "__main__":
    started = time.monotonic()
    main()
    sys.stdout.write(f"{time.monotonic() - started:.0f} s\n")
