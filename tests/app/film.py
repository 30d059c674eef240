"""A small real clip and a project that shows it: frame n of the clip is grey of level 10 + 4 n."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from app.editor import Editor
from core.media.probe import probe
from core.project.project import Media, Project, new_project
from core.time import FrameRate
from core.timeline.model import Clip, MediaUse, Sequence, Track, new_sequence

WIDTH, HEIGHT, FRAMES, RATE = 96, 64, 50, FrameRate(25)


def level(frame: int) -> int:
    return 10 + 4 * frame


def write_clip(path: Path, frames: int = FRAMES) -> Path:
    """A lossless clip without sound."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=Fraction(RATE.num, RATE.den))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "bgr0"
        for n in range(frames):
            pixels = np.full((HEIGHT, WIDTH, 3), level(n), np.uint8)
            picture = av.VideoFrame.from_ndarray(pixels, "rgb24")
            picture.pts = n
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def project_of(path: Path) -> Project:
    """The whole clip on one video track of a film of its own size."""
    info = probe(path)
    clip = Clip("clip", "Clip", MediaUse("media", info.available), RATE.time_of(FRAMES))
    track = Track("v1", "video", "V1", (clip,))
    film = Sequence("film", "Film", WIDTH, HEIGHT, RATE, tracks=(track,))
    return new_project().with_media(Media("media", "Clip", str(path), info)).with_sequence(film)


def with_sequence(project: Project) -> Project:
    """The project with an empty film."""
    return project.with_sequence(new_sequence("Film", 640, 360, RATE))


def open_film(editor: Editor, folder: Path) -> Project:
    """Show the small film in an editor; its data folder is made."""
    data = folder / "data"
    data.mkdir()
    project = project_of(write_clip(folder / "clip.mkv"))
    editor.document.reset(project, None, data)
    return project


def media(editor: Editor) -> Media:
    """The media of the film that `open_film` shows."""
    return editor.document.project.find_media("media")
