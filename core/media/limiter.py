"""Sound that is loud without being cut off: a true-peak limiter that looks ahead, FFmpeg's alimiter."""

from __future__ import annotations

from core.media.sound_filter import SoundFilter

OVERSAMPLED = 4
"""Times the rate at which peaks are looked for: between samples the wave is higher than at them (ITU-R BS.1770)."""
ATTACK = 5
"""Milliseconds in which loud moments are turned down before they come."""
RELEASE = 50
"""Milliseconds in which the sound is turned up again after them."""
MARGIN = 0.1
"""Decibels to spare: players rebuild the wave a little differently."""


def limiter(rate: int, ceiling: float) -> SoundFilter:
    """A filter that keeps the true peak of sound under a ceiling. All comes out, in time, a few milliseconds later.

    Args:
        rate: samples a second.
        ceiling: decibels below full scale, negative.
    """
    limit = 10 ** ((ceiling - MARGIN) / 20)
    return SoundFilter(
        rate,
        (
            ("aresample", f"{OVERSAMPLED * rate}"),
            ("alimiter", f"level=0:limit={limit:.5f}:attack={ATTACK}:release={RELEASE}:latency=1"),
            ("aresample", f"{rate}"),
        ),
    )
