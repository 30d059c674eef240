"""The part of the journey about painting: the robot unrolled, its name written on it, a stroke painted on a frame.

Works on a short range of the sample with a copy of the clip in the bin, in a film of its own beside the main one, with
the very edits of the window.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
from msgspec.structs import replace

from core.demo.state import Demo
from core.drive import drive, result_folder
from core.job import Progress
from core.media.atlases import AtlasClip, open_atlas
from core.media.info import Frame
from core.media.pool import SourcePool
from core.project.atlas_edits import new_edit, with_atlas, with_edit
from core.project.atlas_pictures import write_picture
from core.project.paths import results_folder
from core.project.project import Media
from core.render import pixels
from core.render.atlas_views import checkered, painted_atlas
from core.render.compositor import render_frame
from core.render.resolver import Resolver
from core.time import TimeRange
from core.timeline.model import Clip, MediaUse, Sequence, Track, new_id
from core.timeline.time_map import Linear

FIRST, LAST = 88, 99
"""Frames of the sample in which the robot comes out from behind the pillar."""
ROBOT = 1
NAME = "Painted"
CLOTH = "#fff0a0"
INK = (250, 90, 160, 255)


def paint(state: Demo, folder: Path | None = None) -> Iterator[Progress]:
    """Unroll the range, write on the robot, paint on a frame, and write the film.

    Args:
        folder: atlases of the demo's clip that are there already; None makes them.
    """
    if folder is None:
        for step in drive("atlas", results_folder(state.data), *_question(state)):
            yield Progress(0.7 * step.part, 1, step.message)
        folder = result_folder("atlas", results_folder(state.data), *_question(state))
    clip = open_atlas(folder)
    yield Progress(0.75, 1, "Painting on the robot")
    media = _painted(state, clip, folder.name)
    main = state.project.active
    film = _new_film(state, media, clip)
    _pictures(state, media, film, clip)
    state.project = msgspec.structs.replace(state.project, active=main)
    for step in state.export(NAME, film):
        yield Progress(0.8 + 0.2 * step.part, 1, step.message)


def _question(state: Demo) -> tuple[dict[str, Any], dict[str, str]]:
    return state.question(FIRST, LAST, pages=1, rounds=0)


def _painted(state: Demo, clip: AtlasClip, key: str) -> Media:
    """A copy of the clip in the bin with its edits: the main film stays as it is."""
    media = replace(state.media, id=new_id(), name=NAME, proxy="")
    state.project = with_atlas(state.project.with_media(media), media.id, key)
    rows, columns = np.nonzero(clip.atlas(ROBOT)[..., 3] > 127)
    letters = max(8.0, 0.16 * float(np.ptp(rows)))
    place = {"x": float(np.median(columns)), "y": float(np.median(rows)), "size": letters}
    name = new_edit("text", ROBOT, "Name", numbers=place, texts={"text": "LAMI", "colour": CLOTH})
    stroke = clip.push(ROBOT, 0, _stroke(clip))
    line = new_edit("paint", ROBOT, "Line", file=write_picture(state.data, stroke))
    for edit in (line, name):
        state.project = with_edit(state.project, media.id, edit)
    return state.project.find_media(media.id)


def _stroke(clip: AtlasClip) -> Frame:
    """A line over the robot in the first frame, straight RGBA of the frame's size."""
    rows, columns = np.nonzero(clip.alpha(ROBOT, 0) > 0.5)
    left, right, down = int(columns.min()), int(columns.max()), int(np.percentile(rows, 70))
    stroke = np.zeros((clip.size[1], clip.size[0], 4), np.uint8)
    cv2.line(stroke, (left, down), (right, down), INK, max(2, (right - left) // 12), cv2.LINE_AA)
    stroke[..., :3] = INK[:3]
    return stroke


def _new_film(state: Demo, media: Media, clip: AtlasClip) -> Sequence:
    video = media.info.video
    assert video is not None
    span = TimeRange(video.rate.time_of(clip.index.first), video.rate.time_of(clip.index.frames))
    use = Clip(new_id(), NAME, MediaUse(media.id, media.available), span.duration, Linear(span.start))
    film = Sequence(new_id(), NAME, video.width, video.height, video.rate,
                    tracks=(Track(new_id(), "video", "V1", (use,)),))  # fmt: skip
    state.project = state.project.with_sequence(film)
    return film


def _pictures(state: Demo, media: Media, film: Sequence, clip: AtlasClip) -> None:
    """The atlas as painted beside the live frame; two moments of the film; the checkerboard that must stick."""
    last = film.frame_count - 1
    with closing(SourcePool(256 * 2**20)) as pool:
        resolver = Resolver(state.project, state.file, state.data, pool, strict=True)
        first, later = (render_frame(film, film.rate.time_of(n), resolver)[..., :3] for n in (0, last))
        atlas = painted_atlas(resolver.atlases, state.data, media, ROBOT)
    state.picture("painting", np.hstack([_on_grey(atlas, first.shape[0]), first]))
    board = [checkered(clip, frame, n, ROBOT) for frame, n in ((first, 0), (later, last))]
    state.picture("painted", np.vstack([np.hstack([first, later]), np.hstack(board)]))


def _on_grey(atlas: Frame, height: int) -> Frame:
    """The atlas at a height, RGB on grey."""
    width = max(1, round(atlas.shape[1] * height / atlas.shape[0]))
    flat = pixels.resized(pixels.premultiply(atlas), (width, height))
    return pixels.over(np.full((height, width, 3), 96, np.uint8), flat)
