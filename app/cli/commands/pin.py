"""laminar pin: a picture or a film laid on something flat that a clip shows."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from app.cli.clips import moving, numbers, pictured
from app.cli.commands.film import picture_preset, write_followed
from app.cli.targets import spare
from app.cli.terminal import Terminal
from core.errors import MediaError
from core.job import Report
from core.media.info import MediaInfo
from core.media.pool import SourcePool
from core.motion.planar import Corners, flat
from core.project.clip_film import clip_film
from core.project.project import Media, Project
from core.render.corner_pin import values_at
from core.render.plan import layer_at
from core.render.resolver import Resolver
from core.render.surfaces import laid, trace
from core.timeline import edits
from core.timeline.effects import CORNER_PIN
from core.timeline.model import Clip, Effect, MediaUse, new_id

CACHE = 16 * 2**20


def run(clip: Path, picture: Path, corners: str, at: int, out: Path, preset: str, *, json: bool) -> None:
    """Raises LaminarError when clip, picture, corners or target cannot be used, or nothing between the corners can be
    followed."""
    terminal = Terminal(json)
    (info, video), (shown, _), chosen = (
        moving(terminal, clip),
        pictured(terminal, picture),
        picture_preset(out, preset),
    )
    places = corners_of(corners)
    if at >= video.frames:
        raise MediaError(f"{clip} has no frame {at}", f"Give --at a frame from 0 to {video.frames - 1}")
    for used in (clip, picture):
        spare(out, used)
    film, lost = terminal.watch(
        "Following the surface", partial(_pinned, (clip, info), (picture, shown), places, at)
    )
    write_followed(terminal, film, lost, out, chosen, "the surface was lost at {0}")


def corners_of(text: str) -> Corners:
    """Corners of "X,Y,X,Y,X,Y,X,Y", (4, 2). Raises MediaError when they are none of a surface seen from its front."""
    found = np.array(numbers(text, "--corners", "X,Y,X,Y,X,Y,X,Y", 8)).reshape(4, 2)
    if not flat(found):
        raise MediaError(
            f"--corners {text} are not those of a surface",
            "Give them in this order: top left, top right, bottom right, bottom left",
        )
    return found


def _pinned(
    clip: tuple[Path, MediaInfo],
    picture: tuple[Path, MediaInfo],
    corners: Corners,
    at: int,
    report: Report,
) -> tuple[Project, tuple[int, ...]]:
    """The film of a clip with a picture on it, and when its surface was lost, record times."""
    film = clip_film(*clip, lambda one: one)
    path, info = picture
    media = Media(new_id(), path.stem, str(path.absolute()), info)
    sequence = film.with_media(media).sequence
    assert sequence is not None
    length = sequence.duration if info.available is None else min(sequence.duration, info.available.duration)
    over = Clip(new_id(), media.name, MediaUse(media.id, info.available), length)
    values = values_at(layer_at(over, 0), (sequence.width, sequence.height), corners)
    over = replace(over, effects=(Effect(new_id(), CORNER_PIN, dict(values)),))
    sequence = edits.add_track(sequence, "video", track_id="over")
    sequence = edits.overwrite(sequence, 0, {"over": over})
    film = film.with_media(media).with_sequence(sequence)
    pool = SourcePool(CACHE)
    with closing(pool), closing(Resolver(film, None, None, pool, strict=True)) as sources:
        traced = trace(sequence, over.id, sequence.rate.time_of(at), sources, report)
    return film.with_sequence(laid(sequence, over.id, traced)), traced.lost
