"""The effects of a sound clip. What is heard at a sample depends on the samples around it alone, never on where playing
began: any part of a film sounds as it does in the whole.

The equaliser is a linear-phase filter, designed by its magnitude on a grid of frequencies; where its
values are animated, the sound runs from one setting to the next every tenth of a second. The compressor
turns down what is louder than its threshold by the mean level around, looking ahead as far as back, so
that nothing pumps late. What takes noise out is in core.render.denoise.
"""

from __future__ import annotations

from collections.abc import Sequence as Many
from functools import lru_cache

import numpy as np

from core.render import denoise
from core.render.pixels import Floats
from core.render.samples import SampleRange
from core.time import TICKS_PER_SECOND
from core.timeline.effects import EFFECT_KINDS, effect_values
from core.timeline.model import Clip, Effect, Keys

TAPS = 8192
"""Samples of the equaliser at 48 kHz: fine enough for a cut at 40 Hz."""
LOW = 250.0
"""Hertz where the low band ends."""
HIGH = 4000.0
"""Hertz where the high band begins."""
LEVEL_SECONDS = 0.06
"""Half of the window that a level is measured in."""
KNEE = 6.0
"""Decibels around the threshold over which the compressor sets in."""
GRID_SECONDS = 0.1
SILENCE = 1e-5
Values = dict[str, float]


def sounding(clip: Clip) -> tuple[Effect, ...]:
    """The clip's effects that work on sound and are on."""
    return tuple(one for one in clip.effects if one.enabled and EFFECT_KINDS[one.kind].sound)


def reach(effects: Many[Effect], rate: int) -> int:
    """Samples on either side that a sample depends on."""
    return sum(_reach_of(effect.kind, rate) for effect in effects)


def _reach_of(kind: str, rate: int) -> int:
    match kind:
        case "equaliser":
            return _taps(rate) // 2
        case "denoise":
            return denoise.reach(rate)
        case "channels":
            return 0
        case _:
            return 2 * (round(LEVEL_SECONDS * rate) // 2)


def applied(
    sound: Floats, effects: Many[Effect], clip: Clip, clip_start: int, samples: SampleRange
) -> Floats:
    """The sound after all effects, without the `reach` on either side that was asked for in addition.

    Args:
        sound: float32 (length, 2), the clip's at `samples`.
        clip_start: record time of clip time 0, ticks.
    """
    for effect in effects:
        margin = _reach_of(effect.kind, samples.rate)
        samples = samples.grown(-margin)
        out = np.empty((samples.length, 2), np.float32)
        for low, high, before, after, shares in _stretches(effect, clip, clip_start, samples):
            part = sound[low : high + 2 * margin]
            out[low:high] = _changed(effect.kind, part, samples.first - margin + low, before, samples.rate)
            if after != before:
                changed = _changed(effect.kind, part, samples.first - margin + low, after, samples.rate)
                out[low:high] += (changed - out[low:high]) * shares
        sound = out
    return sound


def _stretches(
    effect: Effect, clip: Clip, clip_start: int, samples: SampleRange
) -> list[tuple[int, int, Values, Values, Floats]]:
    """Parts of samples: from, to, the values at either end of the stretch of the grid that each lies in, and (n, 1) how
    far along it each sample is."""
    first, count, rate = samples
    if not any(isinstance(value, Keys) for value in effect.params.values()):
        values = effect_values(effect, 0)
        return [(0, count, values, values, np.zeros((count, 1), np.float32))]
    step = round(GRID_SECONDS * rate)

    def at(number: int) -> Values:
        return effect_values(effect, clip.time_map.at(number * step * TICKS_PER_SECOND // rate - clip_start))

    found = []
    for number in range(first // step, (samples.end - 1) // step + 1):
        low, high = max(first, number * step), min(samples.end, (number + 1) * step)
        shares = ((np.arange(low, high) - number * step) / step).astype(np.float32)[:, None]
        found.append((low - first, high - first, at(number), at(number + 1), shares))
    return found


def _changed(kind: str, sound: Floats, first: int, values: Values, rate: int) -> Floats:
    """One effect with fixed values, of sound from record sample `first` on; shorter by its reach on either side."""
    match kind:
        case "equaliser":
            bands = tuple(round(values[name], 3) for name in ("low", "middle", "high", "cut"))
            return _filtered(sound, _kernel(bands, rate))
        case "denoise":
            return denoise.denoised(sound, first, values["amount"], rate)
        case "channels":
            return routed(sound, values)
        case _:
            return _compressed(sound, values, rate)


def routed(sound: Floats, values: Values) -> Floats:
    """Sound, float32 (n, 2), with its channels mixed as the values of a Channels effect say."""
    left, right = values["left"], values["right"]
    mixing = np.array([[1 - left, right], [left, 1 - right]]) * sides(values["balance"])
    return np.asarray(sound @ mixing, np.float32)


def sides(balance: float) -> Floats:
    """What the left and the right are multiplied by, (2,), for a balance of -1 (left) to 1: the sine
    law on the side that becomes softer; at 0 both are as they are."""
    parts = np.minimum(1.0, 1.0 + balance * np.array([-1.0, 1.0]))
    return np.asarray(np.sin(parts * (np.pi / 2)), np.float32)


def _taps(rate: int) -> int:
    return round(TAPS * rate / 48000) // 2 * 2


@lru_cache(maxsize=64)
def _kernel(bands: tuple[float, ...], rate: int) -> Floats:
    """float32 (taps + 1,): symmetric, its delay is half of the taps."""
    taps = _taps(rate)
    frequency = np.fft.rfftfreq(2 * taps, 1 / rate)
    gain = magnitude(frequency, *bands)
    kernel = np.roll(np.fft.irfft(gain, 2 * taps), taps // 2)[: taps + 1] * np.hanning(taps + 3)[1:-1]
    return np.asarray(kernel, np.float32)


def magnitude(frequency: Floats, low: float, middle: float, high: float, cut: float) -> Floats:
    """How much louder each frequency (Hz) is made, as a factor.

    Args:
        low, middle, high: decibels.
        cut: Hz; 0 for none.
    """
    bass = 1 / (1 + (frequency / LOW) ** 2)
    treble = 1 - 1 / (1 + (frequency / HIGH) ** 2)
    decibels = low * bass + high * treble + middle * np.clip(1 - bass - treble, 0, 1)
    gain = 10 ** (decibels / 20)
    if cut > 0:
        gain = gain / np.sqrt(1 + (cut / np.maximum(frequency, 1e-3)) ** 8)
    return np.asarray(gain)


def _filtered(sound: Floats, kernel: Floats) -> Floats:
    """The middle of the convolution, where the kernel lies wholly inside."""
    size = 1 << int(len(sound) + len(kernel) - 1).bit_length()
    spectrum = np.fft.rfft(sound, size, axis=0) * np.fft.rfft(kernel, size)[:, None]
    whole = np.fft.irfft(spectrum, size, axis=0)
    return np.asarray(whole[len(kernel) - 1 : len(sound)], np.float32)


def _compressed(sound: Floats, values: Values, rate: int) -> Floats:
    half = round(LEVEL_SECONDS * rate) // 2
    power = (sound.astype(np.float64) ** 2).mean(axis=1)
    mean = _means(_means(power, 2 * half + 1), 2 * half + 1)
    level = 10 * np.log10(np.maximum(mean, SILENCE**2))
    over = level - values["threshold"]
    bent = np.where(np.abs(over) < KNEE / 2, (over + KNEE / 2) ** 2 / (2 * KNEE), np.maximum(over, 0))
    gain = 10 ** ((values["makeup"] - bent * (1 - 1 / values["ratio"])) / 20)
    return np.asarray(sound[2 * half : len(sound) - 2 * half] * gain[:, None], np.float32)


def _means(power: Floats, window: int) -> Floats:
    """The mean of every `window` samples, (n - window + 1,)."""
    total = np.concatenate([[0.0], np.cumsum(power)])
    return np.asarray((total[window:] - total[:-window]) / window)
