"""laminar cover: a face or a number plate made unknown in a clip, wherever it goes."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from app.cli.clips import moving, numbers
from app.cli.commands.film import picture_preset, write_followed
from app.cli.targets import spare
from app.cli.terminal import Terminal, counted
from core.errors import MediaError
from core.job import Report
from core.media.info import MediaInfo, VideoInfo
from core.media.pool import SourcePool
from core.project.clip_film import clip_film
from core.project.project import Project
from core.render.resolver import Resolver
from core.render.shape_following import following, trace_shape
from core.timeline import edits, freeform
from core.timeline.effects import EFFECT_KINDS, new_effect
from core.timeline.freeform import Point, framed
from core.timeline.model import Effect

CACHE = 16 * 2**20
COVERS = {"pixelate": "size", "blur": "radius"}
"""The effects that cover, with the parameter that says how much."""
SOFTNESS = 20.0


def run(
    clip: Path, box: str, outline: str, at: int, by: str, amount: float, out: Path, preset: str, *, json: bool
) -> None:
    """Raises LaminarError when clip, place or target cannot be used, or nothing there can be followed."""
    terminal = Terminal(json)
    (info, video), chosen = moving(terminal, clip), picture_preset(out, preset)
    effect = _effect(by, amount, _shape(box, outline, video))
    if at >= video.frames:
        raise MediaError(f"{clip} has no frame {at}", f"Give --at a frame from 0 to {video.frames - 1}")
    spare(out, clip)
    film, lost = terminal.watch("Following it", partial(_covered, clip, info, video, effect, at))
    write_followed(
        terminal, film, lost, out, chosen, "it was lost at {0}, and stays covered where it was last seen"
    )


def _shape(box: str, outline: str, video: VideoInfo) -> tuple[str, dict[str, float], tuple[Point, ...]]:
    """The kind of shape, the values of its frame, and the points of one of free form."""
    if bool(box) == bool(outline):
        raise MediaError("it is not said where", "Give either --box or --outline")
    if box:
        x, y, width, height = numbers(box, "--box", "X,Y,WIDTH,HEIGHT", 4)
        if width <= 0 or height <= 0:
            raise MediaError(f"--box {box} is empty", "Give a width and a height of at least 1")
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    else:
        found = numbers(outline, "--outline", "X,Y,X,Y,X,Y,…")
        corners = list(zip(found[::2], found[1::2], strict=True))
        if not freeform.FEWEST <= len(corners) <= freeform.MOST:
            raise MediaError(
                f"--outline has {counted(len(corners), 'point')}",
                f"Give {freeform.FEWEST} to {freeform.MOST} of them",
            )
    frame, points = framed([Point(100 * x / video.width, 100 * y / video.height) for x, y in corners])
    return ("ellipse" if box else "freeform"), frame, points


def _effect(by: str, amount: float, shape: tuple[str, dict[str, float], tuple[Point, ...]]) -> Effect:
    """The effect that covers. Raises MediaError when it cannot be that strong."""
    kind, frame, points = shape
    parameter = next(one for one in EFFECT_KINDS[by].parameters if one.name == COVERS[by])
    if amount and amount != parameter.bounded(amount):
        raise MediaError(
            f"--amount {amount:g} is too much or too little",
            f"Give {parameter.low:g} to {parameter.high:g} pixels at 1080 lines",
        )
    effect = new_effect(by, None, **{COVERS[by]: amount or parameter.default})
    frame = {**frame, "shape_softness": SOFTNESS}
    if kind == "freeform":
        return freeform.drawn(effect, frame, points)
    return replace(effect, shape="ellipse", params={**effect.params, **frame})


def _covered(
    clip: Path, info: MediaInfo, video: VideoInfo, effect: Effect, at: int, report: Report
) -> tuple[Project, tuple[int, ...]]:
    """The film of a clip with the effect along its way, and when what it covers was lost, record times."""
    film = clip_film(clip, info, lambda one: one)
    sequence = film.sequence
    assert sequence is not None
    shown = next(one for track, _, one in sequence.clips() if track.kind == "video")
    sequence = edits.set_clip(sequence, shown.id, effects=(effect,))
    film = film.with_sequence(sequence)
    size, time = (video.width, video.height), sequence.rate.time_of(at)
    pool = SourcePool(CACHE)
    with closing(pool), closing(Resolver(film, None, None, pool, strict=True)) as sources:
        traced = trace_shape(sequence, shown.id, effect.id, time, size, sources, report)
    return film.with_sequence(following(sequence, shown.id, effect.id, size, traced)), traced.lost
