"""Where the journey is: the project so far and the pictures of each step. Shared by the modules of `core.demo`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.drive import drive
from core.job import Progress
from core.media.info import Frame
from core.media.matte import davis_palette
from core.media.writer import write_png
from core.project.paths import data_folder, results_folder
from core.project.project import Media, Project
from core.project.snapshot import snapshot
from core.timeline.model import Sequence


@dataclass
class Demo:
    """Where the journey is. pictures: of each step, in order."""

    out: Path
    project: Project
    pictures: list[Path] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.out / "Laminar Demo.laminar"

    @property
    def data(self) -> Path:
        return data_folder(self.file)

    @property
    def film(self) -> Path:
        return self.out / "Laminar Demo.mp4"

    @property
    def media(self) -> Media:
        return self.project.media[0]

    @property
    def sequence(self) -> Sequence:
        sequence = self.project.sequence
        assert sequence is not None
        return sequence

    def picture(self, name: str, pixels: Frame) -> None:
        """Keep a picture, RGB or RGBA, of the step."""
        path = self.out / "pictures" / f"{len(self.pictures) + 1:02}-{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_png(path, pixels)
        self.pictures.append(path)

    def question(self, first: int, last: int, **more: Any) -> tuple[dict[str, Any], dict[str, str]]:
        """Parameters and inputs of a job about frames `first` to `last` of the tracked clip and its masks."""
        track = self.media.track
        assert track is not None, "the clip is tracked first"
        parameters = {
            "clip": str((self.out / self.media.path).resolve()),
            "masks": str((results_folder(self.data) / track.key / "masks").resolve()),
            "first": first,
            "last": last,
        }
        return parameters | more, {"clip": self.media.info.fingerprint, "masks": track.key}

    def export(self, name: str, sequence: Sequence | None = None) -> Iterator[Progress]:
        """Write a film of the project, the active one if none is named, to NAME.mp4. Raises as core.render.export."""
        parameters = snapshot(self.project, self.file.resolve(), self.data.resolve()) | {
            "preset": "h264-web",
            "path": str((self.out / f"{name}.mp4").resolve()),
            "sequence": (sequence or self.sequence).id,
        }
        yield from drive("export", self.out, parameters, {})


def overlay(frame: Frame, labels: npt.NDArray[np.uint8]) -> Frame:
    """The frame with its objects tinted and outlined, uint8 RGB (H, W, 3)."""
    tint = davis_palette()[labels]
    mixed = cv2.addWeighted(frame[..., :3], 0.5, tint, 0.5, 0)
    mixed = np.where(labels[..., None] > 0, mixed, frame[..., :3])
    edge = cv2.morphologyEx(labels, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    mixed[edge] = 255
    return mixed
