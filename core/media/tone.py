"""Pictures of a high dynamic range brought into that of usual screens.

PQ (SMPTE ST 2084) and HLG (ARIB STD-B67, with the system gamma of a screen of 1,000 nits, ITU-R BT.2100) are led to
light in which 1 is the white of paper, 203 nits (ITU-R BT.2408), from the BT.2020 primaries to those of BT.709, through
a shoulder that leaves the lower half as it is and never quite reaches 1, and to the gamma of a screen, 2.4 (BT.1886).
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.media.info import Frame, VideoInfo

PAPER = 203.0
"""Nits of what is white and lit as its surroundings are."""
PEAK = 1000.0
"""Nits of the screen that HLG is made for."""
KNEE = 0.5
MOST = 64.0
"""Times paper white beyond which all is the same: more than PQ's 10,000 nits."""
STEPS = 8192
_TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)
_LUMA = np.array([[0.2627, 0.6780, 0.0593]], np.float32)
Table = npt.NDArray[np.float32]


def is_high(video: VideoInfo) -> bool:
    """Whether the pictures have a high dynamic range and are brought down when they are read."""
    return video.transfer in ("pq", "hlg") and not video.alpha


def tone_mapped(picture: npt.NDArray[np.uint16], transfer: str) -> Frame:
    """uint16 (H, W, 3) RGB of that transfer, "pq" or "hlg", with BT.2020 primaries, as uint8
    (H, W, 3) RGB for BT.709."""
    light = _light(transfer)[picture]
    if transfer == "hlg":
        luma = cv2.transform(light, _LUMA)
        light *= (PEAK / PAPER) * cv2.pow(np.maximum(luma, 1e-6), 0.2)[..., None]
    light = np.clip(cv2.transform(light, _TO_709), 0.0, MOST)
    places = cv2.sqrt(light * np.float32((STEPS - 1) ** 2 / MOST))  # finer where it is dark
    return _shown()[np.rint(places).astype(np.uint16)]


@lru_cache(maxsize=2)
def _light(transfer: str) -> Table:
    """float32 (65536,): what each value means, paper white 1 for PQ, the scene's light in [0, 1] for HLG."""
    value = np.linspace(0.0, 1.0, 65536)
    if transfer == "hlg":
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        return np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12).astype(np.float32)
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    root = value ** (1 / m2)
    nits = 10000 * (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    return (nits / PAPER).astype(np.float32)


@lru_cache(maxsize=1)
def _shown() -> Frame:
    """uint8 (STEPS,): the value of a screen for light whose root is so many steps of the root of MOST."""
    light = (np.arange(STEPS) / (STEPS - 1)) ** 2 * MOST
    room = 1 - KNEE
    soft = np.where(light <= KNEE, light, 1 - room * np.exp(-(light - KNEE) / room))
    return np.rint(255 * soft ** (1 / 2.4)).astype(np.uint8)
