"""What was seen of the scene where an object came to stand before it, and where the camera shows that place now.

The tokens beside the objects keep what they looked like when the surroundings of an object take them in; from then on
they go with the camera. They are asked like any other memory: what
looks as this very place of the scene did is not the object, however much it resembles it. So a mask does not leak onto
ground of the object's colour that was once seen beside it. What no frame showed beside the object stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.arrays import Array32
from core.masks.areas import Area, dilated
from core.masks.camera import SURE, beside, through
from core.masks.memory_frame import MemoryFrame
from core.motion.homography import Matrix
from core.nn.recall import Bank

ZONE = 8
"""Places are remembered up to so many tokens away from objects."""
REACH = 1.5
"""How far in tokens a place is looked for: the camera's motion is not known better."""
WINDOW = 3.0
"""Places are compared up to this many reaches away."""
TRUST = -1.0
"""Nats that it counts beside recent frames. Where more than that, thin parts of objects are taken for the ground that
shows around them."""


@dataclass(frozen=True)
class BackgroundMemory:
    """Places of the scene of which it is known what they look like without an object, N of them.

    places: float32 (N, 2), row and column in tokens of the latest frame.
    keys: (N, C).
    """

    places: Array32
    keys: Tensor

    @classmethod
    def empty(cls, keys: Tensor) -> BackgroundMemory:
        """What is known before the first frame. keys: (tokens, C) of any frame."""
        return cls(np.zeros((0, 2), np.float32), keys[:0])

    def moved(self, latest: MemoryFrame, guided: Array32, camera: Matrix | None) -> BackgroundMemory:
        """On the next frame; nothing when it is not known how the camera moved.

        Args:
            latest: the frame before.
            guided: (rows, columns, K), where the objects are guessed to be in the next.
            camera: from tokens of the next frame to those of the one before.
        """
        if camera is None:
            return BackgroundMemory(self.places[:0], self.keys[:0])
        onward, zone = np.asarray(np.linalg.inv(camera), np.float64), dilated(guided.max(axis=2) > SURE, ZONE)
        clear = beside(latest.objects)
        seen = np.argwhere(clear)  # places that are clear are remembered as they are now
        old, new = (through(places, onward) for places in (self.places, seen.astype(np.float32)))
        stays, comes = _inside(old, zone) & ~_inside(self.places, clear), _inside(new, zone)
        index = torch.from_numpy(np.ravel_multi_index((seen[comes, 0], seen[comes, 1]), clear.shape))
        keys = torch.cat((self.keys[torch.from_numpy(stays)], latest.encoding.keys[index]))
        return BackgroundMemory(np.concatenate((old[stays], new[comes])), keys)

    def bank(self, count: int) -> Bank:
        """As memory that none of `count` objects is there."""
        some = len(self.keys)
        trust = torch.full((some,), TRUST)
        known = torch.zeros(some, count)
        places = torch.from_numpy(self.places)
        return Bank(self.keys, places, known, torch.tensor(REACH), window=WINDOW * REACH, trust=trust)


def _inside(places: Array32, area: Area) -> npt.NDArray[np.bool_]:
    """Which places (N, 2) lie on an area."""
    at = np.rint(places).astype(np.int64)
    near = np.clip(at, 0, np.array(area.shape) - 1)
    return np.asarray((at == near).all(axis=1) & area[near[:, 0], near[:, 1]])
