"""laminar reframe: a clip in another format, in which a tracked object stays in the picture."""

from __future__ import annotations

import re
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from app.cli.clips import moving
from app.cli.commands.film import picture_preset, write_film
from app.cli.commands.layers import inputs_of
from app.cli.targets import make_folder, spare
from app.cli.terminal import Terminal
from core.errors import LaminarError
from core.job import Report
from core.media.appearances import read_appearances
from core.media.info import MediaInfo
from core.media.matte import MaskFolder
from core.media.reader import open_source
from core.project.clip_film import clip_film
from core.project.project import Project
from core.render.framing import filling_scale, kept_in_frame
from core.render.object_positions import WORKING, seen
from core.render.pixels import Floats, resized
from core.timeline import edits

SMALLEST, LARGEST = 16, 8192


def run(
    clip: Path, out: Path, masks: Path, size: str, label: int, zoom: float, preset: str, *, json: bool
) -> None:
    """Raises LaminarError when clip, masks, size or target cannot be used, or the object is never seen."""
    terminal = Terminal(json)
    (info, _), chosen, wanted = moving(terminal, clip), picture_preset(out, preset), size_of(size)
    inputs_of(info, masks)  # masks that are none are refused before the work
    for used in (clip, masks):
        spare(out, used)
    film = terminal.watch("Following the object", partial(reframed, clip, info, masks, wanted, label, zoom))
    make_folder(out.parent)
    write_film(terminal, film, out, chosen)
    assert film.sequence is not None
    frames = film.sequence.frame_count
    terminal.say(
        {"outputs": [str(out)], "frames": frames, "size": list(wanted)},
        f"{frames} frames of {wanted[0]} × {wanted[1]} in {out}",
    )


def reframed(
    clip: Path,
    info: MediaInfo,
    masks: Path,
    size: tuple[int, int],
    label: int,
    zoom: float,
    report: Report,
) -> Project:
    """A film of the clip at `size`, (width, height), filled by a view that follows the object `label` of the masks.

    Args:
        zoom: how many times closer than what just fills the frame.
        report: as for core.render.framing.seen.

    Raises:
        LaminarError: when a mask cannot be read, or the object is never seen.
    """
    film = clip_film(clip, info, lambda one: one)
    assert film.sequence is not None
    sequence = replace(film.sequence, width=size[0], height=size[1])
    (picture,) = (one for track, _, one in sequence.clips() if track.kind == "video")
    with closing(open_source(clip, info)) as source:
        scale = zoom * filling_scale(sequence, (source.width, source.height))
        matte, cuts = partial(_matte, MaskFolder(masks), label), read_appearances(masks).cuts
        where = seen(picture, source, matte, cuts, report)
    sequence = edits.set_clip(sequence, picture.id, scale=scale)
    return film.with_sequence(kept_in_frame(sequence, picture.id, where))


def _matte(masks: MaskFolder, label: int, frame: int) -> Floats:
    """Small; empty where there is no mask."""
    if frame not in masks:
        return np.zeros((1, 1), np.float32)
    labels = masks.labels(frame)
    scale = min(1.0, WORKING / max(labels.shape))
    size = max(1, round(labels.shape[1] * scale)), max(1, round(labels.shape[0] * scale))
    return resized(np.asarray(labels == label, np.float32), size)


def size_of(text: str) -> tuple[int, int]:
    """Width and height of "1080x1920". Raises LaminarError when it is no size that can be encoded."""
    found = re.fullmatch(r"(\d{1,5})[xX×](\d{1,5})", text.strip())
    sides = (int(found[1]), int(found[2])) if found else (0, 0)
    if any(not SMALLEST <= side <= LARGEST or side % 2 for side in sides):
        raise LaminarError(
            f"{text} is no size of a film",
            f"Give --size WIDTHxHEIGHT, even numbers from {SMALLEST} to {LARGEST}, such as 1080x1920",
        )
    return sides
