"""A sound file that grows while it is recorded; what is written so far can be played whenever the program ends."""

from __future__ import annotations

import wave
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import MediaError

SAMPLE_BYTES = 2


class SoundFile:
    """A new WAV file of one channel, 16 bit.

    Raises:
        MediaError: when the file cannot be made.
    """

    def __init__(self, path: Path, rate: int) -> None:
        self.path, self.rate, self.samples = path, rate, 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = wave.open(str(path), "wb")  # noqa: SIM115 - closed by `close`
        except OSError as error:
            raise MediaError(f"{path} cannot be written: {error.strerror}", "Check the disk") from error
        self._file.setparams((1, SAMPLE_BYTES, rate, 0, "NONE", ""))

    def write(self, sound: npt.NDArray[np.float32]) -> None:
        """More samples, float32 (n,) or (n, channels) of which the mean is taken, in [-1, 1].

        Raises:
            MediaError: when the disk refuses.
        """
        mono = sound.mean(axis=1) if sound.ndim == 2 else sound
        samples = np.rint(np.clip(mono, -1, 1) * 32767).astype("<i2")
        try:
            self._file.writeframes(samples.tobytes())  # and the header with the new length
        except OSError as error:
            raise MediaError(f"{self.path} cannot be written: {error.strerror}", "Free some space") from error
        self.samples += len(samples)

    def close(self) -> None:
        """Raises MediaError when the disk refuses."""
        try:
            self._file.close()
        except OSError as error:
            raise MediaError(f"{self.path} cannot be written: {error.strerror}", "Free some space") from error


def free_name(folder: Path, stem: str) -> Path:
    """A name such as "STEM 2026-11-30 14.05.09.wav", by the clock, with a number when it is there:
    recordings of several copies of a project can come together in one folder, so no name may be given twice."""
    stem = f"{stem} {datetime.now():%Y-%m-%d %H.%M.%S}"
    path, number = folder / f"{stem}.wav", 2
    while path.exists():
        path, number = folder / f"{stem} ({number}).wav", number + 1
    return path
