"""An automated editing session that waits to be killed: `python -m tests.bench.editing_session FOLDER SEED`.

It is made of the editor's own parts (document, undo stack, autosave, desk) on Qt's event loop. FOLDER/states.log
tells what happened, written to the system at once: "made HASH" before the journal hears of a value, "done HASH"
when the edit has returned to the user.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import sys
from pathlib import Path

import msgspec
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.editor import Editor
from app.project.autosave import Autosave
from app.project.desk import ProjectDesk
from app.threads.background import Background
from core.errors import EditError
from core.project.project import Project
from core.time import FrameRate, TimeRange
from core.timeline import edits
from core.timeline.model import MediaUse, Sequence, new_sequence
from tests.core.project.films import info, media

FILM = "My Film.laminar"
STATES = "states.log"
SAVE_EVERY = 25
RATE = FrameRate(25)


def name_of(project: Project) -> str:
    """A value's hash, without what saving may rewrite."""
    return hashlib.blake2b(msgspec.json.encode(project), digest_size=12).hexdigest()


def first_project() -> Project:
    sequence = new_sequence("Film", 1280, 720, RATE)
    project = Project("film", "My Film", media=(media("m1"), media("m2", "media/b.mp4")))
    return project.with_sequence(sequence)


class Session:
    """Edits at random for ever, as fast as `pause` milliseconds between edits allow."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance, self.count = folder, random.Random(seed), 0
        self.log = os.open(folder / STATES, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.editor = Editor()
        self.editor.background = Background(self.editor)
        # Before the autosave: a value is known to the log before it can be in the journal.
        self.editor.document.changed.connect(lambda _before, after: self.say("made", after))
        self.autosave = Autosave(self.editor)
        self.desk = ProjectDesk(self.editor, QWidget())
        self.editor.desk = self.desk
        self.timer = QTimer(singleShot=True)
        self.timer.timeout.connect(self.step)

    def say(self, word: str, project: Project) -> None:
        os.write(self.log, f"{word} {name_of(project)}\n".encode())

    def begin(self) -> None:
        document = self.editor.document
        document.reset(first_project(), None, self.folder / "scratch", saved=False)
        self.desk.save_to(
            self.folder / FILM, lambda: (self.autosave.flush(), print("ready", flush=True), self.step())
        )

    def step(self) -> None:
        with contextlib.suppress(EditError):
            self.edit()
        self.say("done", self.editor.document.project)
        self.count += 1
        if self.count % SAVE_EVERY == 0:
            self.desk.save_to(self.folder / FILM)
        self.timer.start(self.chance.choice((0, 0, 1, 3, 10, 30)))

    def edit(self) -> None:
        """One edit, undo or redo, or a drag of several."""
        document, chance = self.editor.document, self.chance
        kind = chance.randrange(10)
        if kind == 0:
            document.undo_stack.undo()
        elif kind == 1:
            document.undo_stack.redo()
        elif kind == 2:
            document.begin_drag(f"drag {self.count}")
            for _ in range(5):
                with contextlib.suppress(EditError):
                    document.edit_sequence("Move", self.moved)
            document.end_drag()
        else:
            document.edit_sequence("Edit", self.edited)

    def moved(self, sequence: Sequence) -> Sequence:
        return edits.move(sequence, self.any_clip(sequence), self.chance.randint(-20, 20) * RATE.frame_ticks)

    def any_clip(self, sequence: Sequence) -> str:
        clips = [clip.id for _, _, clip in sequence.clips()]
        if not clips:
            raise EditError("nothing to edit yet")
        return self.chance.choice(clips)

    def edited(self, sequence: Sequence) -> Sequence:
        chance, frame = self.chance, RATE.frame_ticks
        time = chance.randrange(max(1, sequence.duration // frame + 20)) * frame
        kind = chance.randrange(8)
        if kind < 3 or sequence.duration == 0:
            video = next(track.id for track in sequence.tracks if track.kind == "video")
            audio = next(track.id for track in sequence.tracks if track.kind == "audio")
            source = TimeRange(chance.randrange(100) * frame, chance.randint(5, 100) * frame)
            use = MediaUse("m1", TimeRange(0, info().duration))
            clips = edits.media_clips(use, f"Clip {self.count}", source, video_track=video, audio_track=audio)
            return (edits.insert if kind else edits.overwrite)(sequence, time, clips)
        if kind == 3:
            return edits.split_all(sequence, time)
        if kind == 4:
            return edits.trim_end(sequence, self.any_clip(sequence), time)
        if kind == 5:
            return edits.ripple_delete(sequence, self.any_clip(sequence))
        if kind == 6:
            return edits.set_clip(sequence, self.any_clip(sequence), opacity=chance.random())
        return edits.add_marker(sequence, time, f"Marker {self.count}")


def main(folder: Path, seed: int) -> None:
    app = QApplication([])
    session = Session(folder, seed)
    QTimer.singleShot(0, session.begin)
    app.exec()
    QCoreApplication.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
