"""Shadows that do not touch their object: of who jumps, or flies.

What lies apart from all objects is an object's shadow when it is the same picture in less light, and lies at that
place, seen from the object's feet, in most frames, while the object goes over the ground: what is wrong with the
background stays where it is on the ground, and who keeps somebody company looks like somebody.

Everything in half size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.arrays import Array32
from core.layers.channels import mean, total
from core.layers.feet import look_up, often_at
from core.layers.paged import Stack
from core.layers.tracks import Tracks
from core.layers.world import world_of
from core.motion.camera import Camera

TRAVELS = 0.7
"""In diagonals of its box: how far an object must go over the ground."""
MOSTLY = 0.5
"""Share of an object's frames in which something must lie at the place of its shadow."""
LIGHT = 0.35, 0.92
"""Least and greatest part of the light that a shadow leaves, in values of pictures: somebody in dark
clothes leaves less."""
MOST_UNLIKE = 0.35
"""Part of a difference that may be something else than less light."""
MOST_TEXTURE = 0.7
"""How strong textures that the ground does not have may be, as a part of the ground's own."""
EVEN_TEXTURE = 0.02
"""The same on even ground, as a value of pictures in [0, 1]: noise."""
LIGHT_WINDOW = 5
"""Pixels of the window over which the light that is left is found."""
TEXTURE = 7
"""Pixels: what is finer is texture."""
LEAST = 5
"""Frames in which an object must be seen."""


@dataclass(frozen=True)
class Scene:
    """What shadows away from their object are looked for in.

    camera: of the clip.
    look: a frame and its clean background, float32 (H, W, 3) in [0, 1] each.
    """

    camera: Camera
    look: Callable[[int], tuple[Array32, Array32]]


def detached_shadows(loose: Stack, tracks: Tracks, scene: Scene) -> dict[int, npt.NDArray[np.uint8]]:
    """Frame to whose shadows are found there, uint8 (h, w): 0 nobody's, else the position in `tracks.labels` plus 1.

    Args:
        loose: (N, h, w), 1 where something lies that touches no object.
    """
    going = [k for k in range(len(tracks.labels)) if travels(tracks, scene.camera, k)]
    if not going:
        return {}
    often = {
        k: often_at(((n, loose[n] > 0) for n in _seen(tracks, k)), tracks, k, loose.shape) for k in going
    }
    found: dict[int, npt.NDArray[np.uint8]] = {}
    for n in range(len(loose)):
        if loose[n].any():
            owners = _owners(n, loose[n], often, tracks, scene)
            if owners.any():
                found[n] = owners
    return found


def _owners(
    n: int, loose: npt.NDArray[np.uint8], often: dict[int, Array32], tracks: Tracks, scene: Scene
) -> npt.NDArray[np.uint8]:
    """Of one frame."""
    made, light = np.zeros(loose.shape, np.uint8), None
    count, parts = cv2.connectedComponents(loose, connectivity=8)
    for part in range(1, count):
        rows, columns = np.nonzero(parts == part)
        shares = {
            k: float(np.percentile(look_up(usual, rows, columns, tracks.anchors[n, k]), 75))
            for k, usual in often.items()
            if tracks.areas[n, k] > 0
        }
        if not shares or max(shares.values()) < MOSTLY:
            continue
        light = light_of(scene, n, loose.shape) if light is None else light
        if light.lacks(rows, columns):
            made[rows, columns] = max(shares, key=shares.__getitem__) + 1
    return made


@dataclass(frozen=True)
class Light:
    """What is left of the background's light, (h, w); what the frame differs by, and what of that is no loss of light,
    (h, w, 3); its textures, and what of them is not the background's, (h, w)."""

    left: Array32
    off: Array32
    rest: Array32
    fine: Array32
    others: Array32

    @staticmethod
    def of(frame: Array32, clean: Array32, shape: tuple[int, int]) -> Light:
        """Compare a frame with its clean background, both (H, W, 3), at the shape (h, w). Least squares of one light
        around each pixel."""
        a, b = (cv2.resize(each, shape[::-1], interpolation=cv2.INTER_AREA) for each in (frame, clean))
        lit, squared = (
            cv2.blur(total(a * b), (LIGHT_WINDOW,) * 2),
            cv2.blur(total(b * b), (LIGHT_WINDOW,) * 2),
        )
        left = np.asarray(lit / np.maximum(squared, np.float32(1e-3)), np.float32)
        rest = np.asarray(a - left[..., None] * b, np.float32)
        fine, others = (mean(each) - cv2.blur(mean(each), (TEXTURE,) * 2) for each in (a, rest))
        return Light(left, a - b, rest, fine, others)

    def lacks(
        self,
        rows: npt.NDArray[np.intp],
        columns: npt.NDArray[np.intp],
        unlike: float = MOST_UNLIKE,
        textures: float = MOST_TEXTURE,
    ) -> bool:
        """Whether these pixels, (N,) each, are the background in less light.

        Args:
            unlike, textures: the part of their difference that may be no loss of light, and of
                their textures that may be new.
        """
        left = float(np.median(self.left[rows, columns]))
        rest, off, others, fine = (
            float(np.sqrt(np.square(each[rows, columns]).mean()))
            for each in (self.rest, self.off, self.others, self.fine)
        )
        return (
            LIGHT[0] <= left <= LIGHT[1]
            and rest <= unlike * off
            and others <= max(textures * fine, EVEN_TEXTURE)
        )


def light_of(scene: Scene, n: int, shape: tuple[int, ...]) -> Light:
    """Of frame n, in half size (h, w)."""
    return Light.of(*scene.look(n), (shape[0], shape[1]))


def _seen(tracks: Tracks, k: int) -> list[int]:
    return [int(n) for n in np.flatnonzero(tracks.areas[:, k] > 0)]


def travels(tracks: Tracks, camera: Camera, k: int) -> bool:
    """Whether object k goes over the ground, in some take."""
    world, takes = world_of(camera)
    seen = np.array(_seen(tracks, k))
    if len(seen) < LEAST:
        return False
    least = TRAVELS * 2 * float(np.median(np.hypot(*tracks.boxes[seen, k].T)))
    for first, after in zip(takes, (*takes[1:], len(world)), strict=True):
        here = [n for n in seen.tolist() if first <= n < after]
        feet = [cv2.perspectiveTransform(2.0 * tracks.anchors[n, k].reshape(1, 1, 2), world[n]) for n in here]
        if feet and np.hypot(*np.ptp(np.reshape(feet, (-1, 2)), axis=0)) > least:
            return True
    return False
