"""The names of array types that are used everywhere; what an array means, and its shape, stands where it is used."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array32 = npt.NDArray[np.float32]
Array64 = npt.NDArray[np.float64]
