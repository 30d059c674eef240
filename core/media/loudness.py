"""How loud sound is to the ear (EBU R 128, ITU-R BS.1770), measured by FFmpeg's loudnorm filter."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable
from pathlib import Path

import av
import msgspec
import numpy as np
import numpy.typing as npt
from av.filter.loudnorm import stats

Samples = npt.NDArray[np.float32]


class Loudness(msgspec.Struct, frozen=True):
    """integrated: LUFS. peak: true peak, dB below full scale."""

    integrated: float
    peak: float


def measure(blocks: Iterable[Samples], rate: int) -> Loudness | None:
    """The loudness of sound that comes in blocks, float32 (count, 2) in [-1, 1]; None when it is silent, or shorter than
    the 0.4 seconds of one measurement."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.wav"
        _write(path, blocks, rate)
        with av.open(str(path)) as container:
            told = msgspec.json.decode(
                stats("I=-24:LRA=7:TP=-2", container.streams.audio[0]), type=dict[str, str]
            )
    integrated, peak = float(told["input_i"]), float(told["input_tp"])
    return Loudness(integrated, peak) if math.isfinite(integrated) and math.isfinite(peak) else None


def _write(path: Path, blocks: Iterable[Samples], rate: int) -> None:
    with av.open(str(path), "w", format="wav") as container:
        stream = container.add_stream("pcm_f32le", rate=rate, layout="stereo")
        for block in blocks:
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(block, np.float32).reshape(1, -1), format="flt", layout="stereo"
            )
            frame.sample_rate = rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
