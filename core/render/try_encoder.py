"""`python -m core.render.try_encoder PRESET`: exit code 0 when the preset's encoder makes a picture here."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from av.video.reformatter import VideoReformatter

from core.errors import MediaError
from core.media.writer import FilmWriter, colours_for, to_encoder
from core.render.presets import find_preset
from core.time import FrameRate

SIZE = (640, 360)


def encodes(preset_id: str) -> bool:
    """Encode one grey picture with the preset into a temporary file that is not empty afterwards."""
    preset = find_preset(preset_id)
    assert preset.video is not None
    picture = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one"
        try:
            writer = FilmWriter(path, preset.container, size=SIZE, rate=FrameRate(25), video=preset.video)
            writer.write_video(to_encoder(picture, preset.video, colours_for(SIZE[1]), VideoReformatter()))
            writer.close()
        except MediaError:
            return False
        return path.stat().st_size > 0


if __name__ == "__main__":
    sys.exit(0 if encodes(sys.argv[1]) else 1)
