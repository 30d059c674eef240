"""A project whose films are exported, for the tests of the export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from core.job import drain
from core.media.probe import probe
from core.project.project import Media, Project
from core.render.export import export
from core.time import FrameRate
from core.timeline.model import Clip, Gap, Marker, MediaUse, Sequence, Track

RATE = FrameRate(25)
TICK = RATE.frame_ticks


class Desk:
    """A project of one sequence in a folder, with media added file by file."""

    def __init__(self, folder: Path, size: tuple[int, int] = (64, 48), rate: FrameRate = RATE) -> None:
        self.folder, self.size, self.rate = folder, size, rate
        self.media: list[Media] = []

    def use(self, path: Path, frames: int, **fields: Any) -> Clip:
        info = probe(path)
        self.media.append(Media(path.stem, path.stem, str(path), info))
        return Clip(
            path.stem,
            path.stem,
            MediaUse(path.stem, info.available),
            frames * self.rate.frame_ticks,
            **fields,
        )

    def export(
        self, name: str, preset: str, *tracks: Track, markers: tuple[Marker, ...] = (), **given: Any
    ) -> Path:
        sequence = Sequence("s", "film", *self.size, self.rate, tracks=tracks, markers=markers)
        project = Project("p", media=tuple(self.media), sequences=(sequence,), active="s")
        path = self.folder / name
        drain(
            export(
                self.folder,
                project=msgspec.to_builtins(project),
                project_file="",
                data=str(self.folder),
                preset=preset,
                path=str(path),
                **given,
            )
        )
        return path


def video(*items: Clip | Gap) -> Track:
    return Track("v1", "video", "", items)


def audio(*items: Clip | Gap) -> Track:
    return Track("a1", "audio", "", items)


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    error = np.mean((a.astype(float) - b.astype(float)) ** 2)
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))
