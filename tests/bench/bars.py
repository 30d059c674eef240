"""Pictures between frames with black bars: odd frames of davis-dev predicted from even ones (splat), the frames'
sides covered.

    python tests/bench/bars.py DATA

For bars of 2, 8 and 40 pixels at the left and right, and above and below, as they are and after JPEG of quality 80:
the part of the bars' pixels that is off by more than 30 grey levels, and the mean error of the 20 pixels beside the
bars (greatest of the colours), with bars and without any.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from core.motion.between import Betweens
from core.motion.splat import Picture

CLIPS = ("scooter-black", "libby", "parkour", "drift-chicane")
FIRST, COUNT, BESIDE = 10, 7, 20


def covered(frame: Picture, width: int, upright: bool, quality: int) -> Picture:
    out = frame.copy()
    lines = out if upright else out.transpose(1, 0, 2)
    lines[:, :width] = lines[:, -width:] = 0
    if not quality:
        return out
    return cv2.imdecode(cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


def off(made: Picture, truth: Picture, upright: bool) -> np.ndarray:
    error = np.abs(made.astype(int) - truth).max(2)
    return error if upright else error.T


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    folder = parser.parse_args().data / "davis-dev/JPEGImages/480p"
    for width in (2, 8, 40):
        for quality in (0, 80):
            rows = []
            for name in CLIPS:
                frames = [cv2.imread(str(folder / name / f"{FIRST + n:05d}.jpg")) for n in range(COUNT)]
                for upright in (True, False):
                    with_bars = [covered(frame, width, upright, quality) for frame in frames]
                    errors = [
                        off(Betweens(given[::2].__getitem__, 4).picture(1, 0.5), given[3], upright)
                        for given in (with_bars, frames)
                    ]
                    bars = np.hstack([errors[0][:, :width], errors[0][:, -width:]])
                    near = [
                        np.hstack([e[:, width : width + BESIDE], e[:, -width - BESIDE : -width]])
                        for e in errors
                    ]
                    rows.append((100 * (bars > 30).mean(), near[0].mean(), near[1].mean()))
            print(
                f"{width} px, quality {quality or 'as they are'}: bars off {np.mean(rows, 0)[0]:.1f} %, beside them"
                f" {np.mean(rows, 0)[1]:.2f}, without bars {np.mean(rows, 0)[2]:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
