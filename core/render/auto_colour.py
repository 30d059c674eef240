"""Colour and contrast put right by what a clip shows: a cast taken out, black and white where the picture has them.

The cast is that of what has hardly a colour of its own (the grey-world assumption of Buchsbaum, "A spatial
processor model for object colour perception", 1980, kept to near greys), so a red house does not turn the sky
green. Every change is kept gentle: fog, night and candle light stay what they are, only clearer.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from core.errors import EditError
from core.render.grading import LUMA, to_grey
from core.render.matching import FEWEST, pixels_of
from core.render.sources import Sources
from core.timeline import edits
from core.timeline.clips import first_of
from core.timeline.effects import EFFECT_KINDS
from core.timeline.model import Sequence

Settings = Mapping[str, Mapping[str, float]]
"""Values of parameters for each kind of effect."""
NEAR_GREY = 0.3
"""Saturation up to which a pixel counts for the cast."""
USABLE = 0.1, 0.95
"""Luma between which it does: what is darker is noise, what is lighter may be cut off."""
DARKEST = 0.25
"""Percentile of luma that becomes black."""
LIGHTEST = 99.75
"""Percentile of luma that becomes white."""
MOST_CAST = 0.75
"""Bound of temperature and tint, either way."""
MOST_BLACK = 0.2
"""Luma, the highest that becomes black."""
LEAST_WHITE = 0.6
"""Luma, the lowest that becomes white."""
MIDDLE = 0.42
"""Luma that the median is led to, half of the way."""
MOST_GAMMA = 1.2
"""The strongest gamma that does it, or its inverse."""


def balanced(pixels: npt.NDArray[np.uint8]) -> Settings:
    """What puts colours right that look like these, uint8 (N, 3)."""
    colours = pixels.astype(np.float64) / 255
    luma = colours @ np.array(LUMA)
    high, low = colours.max(1), colours.min(1)
    grey = (high - low <= NEAR_GREY * high) & (luma > USABLE[0]) & (luma < USABLE[1])
    temperature = tint = 0.0
    if np.count_nonzero(grey) >= FEWEST:
        cast = np.exp2(np.log2(colours[grey].clip(1 / 255)).mean(0))
        temperature, tint = (float(np.clip(one, -MOST_CAST, MOST_CAST)) for one in to_grey(*cast))
    dark, light = np.percentile(luma, (DARKEST, LIGHTEST))
    black, white = min(dark, MOST_BLACK), max(light, LEAST_WHITE)
    middle = np.clip((np.median(luma) - black) / max(white - black, 1e-3), 0.02, 0.98)
    gamma = np.clip(np.sqrt(np.log(middle) / np.log(MIDDLE)), 1 / MOST_GAMMA, MOST_GAMMA)
    return {
        "colour": {"temperature": temperature},  # before black is taken off, which would turn the cast
        "hue": {"tint": tint},
        "levels": {"black": float(black), "white": float(white), "gamma": float(gamma)},
    }


def settings_for(sequence: Sequence, clip_id: str, sources: Sources) -> Settings:
    """What puts a clip's colours right, whatever its own Levels, Colour and Hue do.

    Raises:
        EditError: when it shows hardly anything.
        MediaError: when its media cannot be read.
        KeyError: when the clip is not in the film.
    """
    clip = sequence.find(clip_id)[2]
    others = tuple(one for one in clip.effects if one.kind not in ("levels", "colour", "hue"))
    pixels = pixels_of(edits.set_clip(sequence, clip_id, effects=others), clip_id, sources)
    if len(pixels) < FEWEST:
        raise EditError(f"{clip.name} shows hardly any colour", "Select clips that show a scene")
    return balanced(pixels)


def put_right(sequence: Sequence, clip_id: str, settings: Settings) -> Sequence:
    """The film with these values in the clip's first effects of their kinds that work on all of the picture; those that
    it lacks come where they change something."""
    for kind, values in settings.items():
        defaults = {one.name: one.default for one in EFFECT_KINDS[kind].parameters}
        effect = first_of(sequence.find(clip_id)[2], kind)
        if effect is None:
            if all(abs(value - defaults[name]) < 0.005 for name, value in values.items()):
                continue
            sequence = edits.add_effect(sequence, clip_id, kind)
            effect = first_of(sequence.find(clip_id)[2], kind)
            assert effect is not None, "it was just added"
        for name, value in values.items():
            sequence = edits.set_effect_param(sequence, clip_id, effect.id, name, round(value, 3))
    return sequence
