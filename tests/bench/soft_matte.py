"""The soft matte against true alpha: SAD and MSE (in thousands, per frame), flicker (of 255), CPU ms a frame.

    python tests/bench/soft_matte.py [DATA/davis-dev]

Drawn discs with hair or motion blur over three real frames; the tracker is stood in for by the true mask, bent by
smooth noise that is new in each frame and reduced to 120 rows. "edge" is the full-size edge step alone, "soft" with
the soft step. Flicker is the mean change of the matte near the edge from frame to frame along the true motion.
DATA defaults to the environment's LAMINAR_DATA, then ../shared/data.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.masks.output import full_size
from core.masks.soften import Softener

GROUNDS = (("libby", 0), ("car-shadow", 3), ("parkour", 2))
COLOURS = ((150, 90, 60), (60, 60, 70), (200, 190, 170))
CASES = {"still, hair": ((0, 0), True, 6), "hair": ((3, 1), True, 3), "motion blur": ((14, 3), False, 3)}
SIDE, OVER, MOMENTS, SHUTTER = 160, 4, 9, 0.5


def sprite(hair: bool, seed: int) -> np.ndarray:
    """Alpha of a disc, float32 (SIDE, SIDE), with or without hair."""
    size, rng = SIDE * OVER, np.random.default_rng(seed)
    drawn = np.zeros((size, size), np.uint8)
    middle, radius = size // 2, int(size * 0.27)
    cv2.circle(drawn, (middle, middle), radius, 255, -1)
    for turn in rng.uniform(0, 2 * np.pi, 220 if hair else 0):
        length, bend = rng.uniform(0.05, 0.18) * size, rng.uniform(-0.6, 0.6)
        along = np.linspace(0, 1, 8)
        angle, reach = turn + bend * along**2, radius - 4 + length * along
        points = np.stack((middle + np.cos(angle) * reach, middle + np.sin(angle) * reach), axis=1)
        cv2.polylines(
            drawn, [np.rint(points).astype(np.int32)], False, 255, int(rng.integers(1, 4)), cv2.LINE_AA
        )
    return cv2.resize(drawn, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def coat(colour: tuple[int, int, int], seed: int) -> np.ndarray:
    """A colour with a fine pattern of light, float32 (SIDE, SIDE, 3)."""
    noise = cv2.GaussianBlur(np.random.default_rng(seed).normal(0, 1, (SIDE, SIDE)), (0, 0), 3)
    return np.clip(np.asarray(colour) * (1 + 0.15 * noise / noise.std())[..., None], 0, 255).astype(
        np.float32
    )


def film(
    ground: np.ndarray, alpha: np.ndarray, coat: np.ndarray, speed: tuple[int, int], noise: float, frames: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Frames uint8 (H, W, 3) with their true alpha (H, W)."""
    height, width = ground.shape[:2]
    rng, made = np.random.default_rng(0), []
    for frame in range(frames):
        seen, light = np.zeros((height, width), np.float32), np.zeros((height, width, 3), np.float32)
        for moment in range(MOMENTS):
            at = frame + SHUTTER * (moment / (MOMENTS - 1) - 0.5)
            place = np.array([[1, 0, width * 0.2 + speed[0] * at], [0, 1, height * 0.25 + speed[1] * at]])
            seen += cv2.warpAffine(alpha, place, (width, height)) / MOMENTS
            light += cv2.warpAffine(coat * alpha[..., None], place, (width, height)) / MOMENTS
        picture = light + (1 - seen)[..., None] * ground + rng.normal(0, noise, ground.shape)
        made.append((np.clip(picture, 0, 255).astype(np.uint8), seen))
    return made


def tracked(alpha: np.ndarray, seed: int) -> np.ndarray:
    """An uncertain tracker's probabilities, float32 (120, columns, 1)."""
    height, width = alpha.shape
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    noise = [cv2.GaussianBlur(rng.normal(0, 1, alpha.shape).astype(np.float32), (0, 0), 10) for _ in range(2)]
    hard = (alpha > 0.5).astype(np.float32)
    shifts = [2 * each / each.std() for each in noise]
    bent = cv2.remap(hard, x + shifts[0], y + shifts[1], cv2.INTER_LINEAR)
    small = cv2.resize(bent, (round(120 * width / height), 120), interpolation=cv2.INTER_AREA)
    return np.clip(cv2.GaussianBlur(small, (0, 0), 0.8), 0, 1)[..., None]


def changed(matte: np.ndarray, before: np.ndarray, alpha: np.ndarray, speed: tuple[int, int]) -> float:
    band = cv2.dilate(((alpha > 0.02) & (alpha < 0.98)).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    moved = cv2.warpAffine(before, np.array([[1.0, 0, speed[0]], [0, 1, speed[1]]]), matte.shape[::-1])
    return float(np.abs(matte - moved)[band].mean() * 255)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(os.environ.get("LAMINAR_DATA", "../shared/data")) / "davis-dev"
    parser.add_argument("data", nargs="?", type=Path, default=default)
    parser.add_argument("--frames", type=int, default=8)
    args = parser.parse_args()
    if not (args.data / "JPEGImages/480p").is_dir():
        sys.exit(f"soft_matte: no DAVIS folder in {args.data}")
    cv2.setNumThreads(1)
    print(f"{'case':12} {'step':5} {'SAD':>7} {'MSE':>7} {'flicker':>8} {'ms':>6}")
    for case, (speed, hair, noise) in CASES.items():
        rows: dict[str, list[tuple[float, ...]]] = {"edge": [], "soft": []}
        for seed, (name, number) in enumerate(GROUNDS):
            path = sorted((args.data / "JPEGImages/480p" / name).iterdir())[number]
            ground = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB).astype(np.float32)
            shots = film(ground, sprite(hair, seed), coat(COLOURS[seed], seed), speed, noise, args.frames)
            softener, before = Softener(), dict[str, np.ndarray]()
            for n, (picture, alpha) in enumerate(shots):
                start = time.process_time()
                edge = full_size(picture, tracked(alpha, 50 * seed + n), (1,))[1][0]
                middle = time.process_time()
                soft = softener.step(picture, [edge])[0]
                end = time.process_time()
                for kind, matte, cost in (("edge", edge, middle - start), ("soft", soft, end - middle)):
                    if n > 2:
                        error = matte - alpha
                        flicker = changed(matte, before[kind], alpha, speed)
                        rows[kind].append(
                            (np.abs(error).sum() / 1e3, (error**2).sum() / 1e3, flicker, 1e3 * cost)
                        )
                    before[kind] = matte
        for kind, values in rows.items():
            sad, mse, flicker, cost = np.mean(values, axis=0)
            print(f"{case:12} {kind:5} {sad:7.3f} {mse:7.3f} {flicker:8.2f} {cost:6.1f}", flush=True)


if __name__ == "__main__":
    main()
