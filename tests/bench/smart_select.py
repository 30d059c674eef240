"""Smart select: how well a box finds its object, and what corrective strokes add, on DATA and on the drawn sample.

    python tests/bench/smart_select.py [DATA] --score PATH/score.py
        [--how ellipse,colours,photo,network] [--cache FOLDER]
                                 [--strokes 5] [--clips a,b] [--sheets DIR]

Sets: davis-dev (every 10th frame), the clips of train-video that are held out of training (every 15th frame; pixels
of their bands are not known and left out, so F is not told) and the drawn sample (every 12th frame, each object).
Boxes: 4 pixels wider than the truth on each side, and wider by a tenth of its width and height. A stroke is a short
line in the middle of the largest wrong region, at most 16 pixels wide. Ways: the box's ellipse, GrabCut, smart select
on the frame alone (photo), and as in the window, with the frames beside it (network).
Each frame counts alike within its clip, each clip alike within its set. ms: CPU of the answer to the box.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import numpy.typing as npt

if __package__:
    from tests.bench import davis
    from tests.bench.grab_cut import grab_cut
else:
    import davis
    from grab_cut import grab_cut
from core.masks import draw
from core.masks.selection import select
from core.media.matte import read_labels
from core.sample.scene import Scene
from core.training.footage import BAND, OBJECT, load_footage
from core.training.strokes import corrective

Mask = npt.NDArray[np.bool_]
Strokes = Sequence[draw.Stroke]
Picture = npt.NDArray[np.uint8]
Way = Callable[["Case", draw.Box, Strokes, Strokes, Mask | None], Mask]
"""Of a case, a box, strokes inside and outside, and the answer before them."""
LEAST = 400
"""Pixels of an object that is asked for."""


@dataclass(frozen=True)
class Case:
    """One object in one frame. known: where its truth is to be trusted. neighbours: the frames beside it."""

    clip: str
    frame: Picture
    truth: Mask
    known: Mask
    neighbours: tuple[Picture, ...] = ()


def davis_cases(data: Path, asked: str) -> Iterator[Case]:
    folder = data / "davis-dev"
    for name in davis.wanted(sorted(p.name for p in (folder / "JPEGImages/480p").glob("*")), asked):
        paths = sorted((folder / "JPEGImages/480p" / name).glob("*.jpg"))
        for n in range(0, len(paths), 10):
            truth = read_labels(folder / "Annotations/480p" / name / f"{paths[n].stem}.png") > 0
            read = {
                k: cv2.cvtColor(cv2.imread(str(paths[k])), cv2.COLOR_BGR2RGB) for k in around(n, len(paths))
            }
            yield Case(name, read.pop(n), truth, np.ones(truth.shape, bool), tuple(read.values()))


def around(n: int, count: int) -> range:
    """A frame and its neighbours."""
    return range(max(0, n - 1), min(count, n + 2))


def held_out_cases(data: Path, cache: Path, asked: str) -> Iterator[Case]:
    clips = {clip.name: clip for clip in load_footage(data / "train-video", cache, held_out=True).masked}
    for clip in [clips[name] for name in davis.wanted(list(clips), asked)]:
        assert clip.labels is not None
        for n in range(0, len(clip), 15):
            plane = np.asarray(clip.labels[n])
            frames = {k: np.asarray(clip.frames[k]) for k in around(n, len(clip))}
            own = frames.pop(n)
            yield Case(clip.name, own, (plane & OBJECT) > 0, (plane & BAND) == 0, tuple(frames.values()))


def drawn_cases() -> Iterator[Case]:
    scene = Scene(frames=125)
    for n in range(0, 125, 12):
        labels, beside = scene.labels(n), tuple(scene.frame(k) for k in around(n, 125) if k != n)
        for label in (1, 2, 3):
            truth = labels == label
            yield Case("sample", scene.frame(n), truth, np.ones(truth.shape, bool), beside)


def box_around(truth: Mask, loose: bool) -> draw.Box:
    """4 pixels wider than the truth on each side, or a tenth of its size."""
    rows, columns = np.flatnonzero(truth.any(axis=1)), np.flatnonzero(truth.any(axis=0))
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    x, y = (0.1 * (right - left), 0.1 * (bottom - top)) if loose else (4.0, 4.0)
    height, width = truth.shape
    return max(0.0, left - x), max(0.0, top - y), min(float(width), right + x), min(float(height), bottom + y)


def ellipse(case: Case, box: draw.Box, add: Strokes, subtract: Strokes, before: Mask | None) -> Mask:
    """No look at the picture at all."""
    height, width = case.truth.shape
    x, y = np.arange(width) + 0.5, np.arange(height)[:, None] + 0.5
    left, top, right, bottom = box
    return np.asarray(
        ((2 * x - left - right) / (right - left)) ** 2 + ((2 * y - top - bottom) / (bottom - top)) ** 2 <= 1
    )


WAYS: dict[str, Way] = {
    "ellipse": ellipse,
    "colours": lambda case, *asked: grab_cut(case.frame, *asked[:3]),
    "photo": lambda case, *asked: select(case.frame, *asked[:3], before=asked[3]),
    "network": lambda case, *asked: select(
        case.frame, *asked[:3], neighbours=case.neighbours, before=asked[3]
    ),
}


def scores(score: ModuleType, case: Case, answer: Mask) -> tuple[float, float]:
    """J on the known pixels, and F."""
    j = score.jaccard(answer & case.known, case.truth & case.known)
    return j, score.f_measure(answer, case.truth) if case.known.all() else float("nan")


def measure(score: ModuleType, way: Way, case: Case, strokes: int, asked: set[int]) -> dict[str, float]:
    """The row of a case."""
    row = {}
    for name, loose in (("loose", True), ("box", False)):
        box, before = box_around(case.truth, loose), time.process_time()
        answer = way(case, box, (), (), None)
        row["ms"] = (time.process_time() - before) * 1000
        row[f"J {name}"], row[f"F {name}"] = scores(score, case, answer)
    add: list[draw.Stroke] = []
    subtract: list[draw.Stroke] = []
    for count in range(1, strokes + 1):
        stroke = corrective(answer, case.truth, case.known)
        if stroke is not None:
            (add if stroke[1] else subtract).append(stroke[0])
            answer = way(case, box, add, subtract, answer)
        if count in asked:
            row[f"J +{count}"], row[f"F +{count}"] = scores(score, case, answer)
    return row


def sheet(folder: Path, way: Way, cases: Sequence[Case]) -> None:
    """The answers to boxes over the pictures, and the truth as a line."""
    for clip in dict.fromkeys(case.clip for case in cases):
        tiles = []
        for case in [case for case in cases if case.clip == clip][:8]:
            box = box_around(case.truth, False)
            found = way(case, box, (), (), None)
            picture = case.frame.copy()
            picture[found] = picture[found] // 2 + np.array((0, 110, 127), np.uint8)
            lines, _ = cv2.findContours(case.truth.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(picture, lines, -1, (255, 220, 0), 1)
            corners = [round(v) for v in box]
            cv2.rectangle(picture, corners[:2], corners[2:], (255, 255, 255), 1)
            tiles.append(cv2.resize(picture, (427, round(427 * picture.shape[0] / picture.shape[1]))))
        blank = np.zeros_like(tiles[0])
        tiles += [blank] * (-len(tiles) % 4)
        rows = [np.hstack(tiles[i : i + 4]) for i in range(0, len(tiles), 4)]
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(
            str(folder / f"{clip.replace('/', '_')}.png"), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR)
        )


def tell(title: str, cases: Sequence[Case], rows: Sequence[dict[str, float]], each: bool) -> None:
    """The means; `each`: also those of every clip."""
    clips = list(dict.fromkeys(case.clip for case in cases))
    means = [
        {key: float(np.mean([row[key] for row, case in zip(rows, cases, strict=True) if case.clip == clip]))
         for key in rows[0]}
        for clip in clips
    ]  # fmt: skip
    for clip, mean in zip(clips, means, strict=True):
        if each:
            print(f"  {clip:28}" + "".join(f"{key} {value:.3f}  " for key, value in mean.items()))
    whole = {key: float(np.mean([mean[key] for mean in means])) for key in means[0]}
    print(f"{title:30}" + "".join(f"{key} {value:.3f}  " for key, value in whole.items()), flush=True)


def main() -> None:
    parser = davis.arguments(__doc__)
    parser.add_argument("--how", default="ellipse,colours,photo,network")
    parser.add_argument("--sets", default="davis,held-out,sample")
    parser.add_argument(
        "--cache", type=Path, help="of the training; without it no clips held out of training"
    )
    parser.add_argument("--strokes", type=int, default=5)
    parser.add_argument("--sheets", type=Path)
    parser.add_argument("--each", action="store_true", help="tell every clip")
    args = parser.parse_args()
    score = davis.scorer(args.score)
    cv2.setNumThreads(1)
    sets: dict[str, list[Case]] = {}
    if "davis" in args.sets:
        sets["davis-dev"] = list(davis_cases(args.data, args.clips))
    if "held-out" in args.sets and args.cache:
        sets["held out of training"] = list(held_out_cases(args.data, args.cache, args.clips))
    if "sample" in args.sets:
        sets["drawn sample"] = list(drawn_cases())
    for title, found in sets.items():
        cases = [case for case in found if np.count_nonzero(case.truth) >= LEAST]
        for name in args.how.split(","):
            rows = [measure(score, WAYS[name], case, args.strokes, {1, 3, 5}) for case in cases]
            tell(f"{title}, {name} ({len(cases)})", cases, rows, args.each)
            if args.sheets:
                sheet(args.sheets / name, WAYS[name], cases)


if __name__ == "__main__":
    main()
