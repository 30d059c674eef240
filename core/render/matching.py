"""Clips of one scene brought to the same colours, such as those of two cameras.

The colours of each clip are told by their mean and covariance; the map that takes one to the other and changes colours
least is linear (Pitie and Kokaram, "The linear Monge-Kantorovitch linear colour mapping for example-based colour
transfer", 2007). It becomes a look, so that it can be faded, limited to an object, or taken off like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from core.errors import EditError
from core.render.compositor import render_layers
from core.render.pixels import with_alpha
from core.render.sources import Sources
from core.timeline.model import Sequence, Track

Values = npt.NDArray[np.float64]
MOMENTS = 9
"""Frames of a clip that are looked at."""
WORKING = 160
"""Their longer side."""
CLIPPED = 4
"""Levels beside black and white that say nothing of a colour."""
FEWEST = 500
"""Pixels that must be left."""
GENTLEST = 0.5
"""Factor by which contrast and colour are changed along any direction, at least."""
STRONGEST = 2.0
"""The same, at most."""
SIZE = 17
"""Entries on a side of the table."""


@dataclass(frozen=True, eq=False)
class Colours:
    """How the colours of a clip are spread.

    mean: (3,), covariance: (3, 3), of display values in [0, 1].
    """

    mean: Values
    covariance: Values


def colours_of(sequence: Sequence, clip_id: str, sources: Sources) -> Colours:
    """The colours of a clip as the film shows it, with its effects, without fades and what lies over it.

    Raises:
        EditError: when it shows hardly anything.
        MediaError: when its media cannot be read.
        KeyError: when the clip is not in the film.
    """
    pixels = pixels_of(sequence, clip_id, sources)
    pixels = pixels[(pixels.max(1) < 255 - CLIPPED) & (pixels.min(1) > CLIPPED)] / np.float64(255)
    if len(pixels) < FEWEST:
        name = sequence.find(clip_id)[2].name
        raise EditError(f"{name} shows hardly any colour", "Select clips that show a scene")
    return Colours(pixels.mean(0), np.cov(pixels.T) + 1e-6 * np.eye(3))


def pixels_of(sequence: Sequence, clip_id: str, sources: Sources) -> npt.NDArray[np.uint8]:
    """Opaque pixels, uint8 (N, 3), of some frames of a clip as the film shows it; see `colours_of`."""
    clip = sequence.find(clip_id)[2]
    clip = replace(
        clip, fade_in=0, fade_out=0, transition=None, enabled=True, opacity=1.0, blend="normal", pin=None
    )
    alone = replace(sequence, tracks=(Track("alone", "video", "", (clip,)),))
    scale = WORKING / max(sequence.width, sequence.height)
    size = max(1, round(sequence.width * scale)), max(1, round(sequence.height * scale))
    found = []
    for moment in range(MOMENTS):
        time = clip.duration * (2 * moment + 1) // (2 * MOMENTS)
        picture = with_alpha(render_layers(alone, time, sources, size)).reshape(-1, 4)
        found.append(picture[picture[:, 3] == 255, :3])
    return np.concatenate(found)


def matching(own: Colours, wanted: Colours) -> npt.NDArray[np.float32]:
    """The table, float32 (SIZE, SIZE, SIZE, 3) with blue first as core.media.cube has it, that gives a clip of `own`
    colours the `wanted` ones."""
    matrix = _least_change(own.covariance, wanted.covariance)
    steps = np.linspace(0, 1, SIZE)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    colours = np.stack([red, green, blue], axis=-1)
    return np.clip((colours - own.mean) @ matrix.T + wanted.mean, 0, 1).astype(np.float32)


def _least_change(own: Values, wanted: Values) -> Values:
    """The symmetric matrix T with T own T = wanted, its strengths kept in bounds."""
    root, inverse = _power(own, 0.5), _power(own, -0.5)
    matrix = inverse @ _power(root @ wanted @ root, 0.5) @ inverse
    strengths, axes = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray(axes * np.clip(strengths, GENTLEST, STRONGEST) @ axes.T)


def _power(matrix: Values, exponent: float) -> Values:
    strengths, axes = np.linalg.eigh(matrix)
    return np.asarray(axes * np.maximum(strengths, 1e-9) ** exponent @ axes.T)
