"""How fast things already go in a clip, frame by frame: the speediness job. After SpeedNet (Benaim et al., CVPR 2020).

The clip is looked at at several speeds (SPEEDS): frames left out, a window slid over what remains. The paper takes at
each frame the highest speed that the network still judges natural. Here the judgements count by how sure they are:
speediness is the mean, over the speeds, of the chance that the window looks sped up. 0: natural even at the highest,
it could go faster. 1: looks fast as it is. Two judge each window and count the same: the network, and the plain length
of the motion, which is worse at telling natural from doubled across clips but orders the moments of one clip well.

Windows lie within one shot (they are reflected at its ends), frames that repeat the one before are not counted, and a
clip of 50 or 60 frames a second is looked at at half of them. The clip is read once, CHUNK frames at a time with what
windows need on either side: memory does not grow with its length. Each finished chunk is a file, from which an
interrupted job goes on. See core.retime.pace_files for what is left.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from core.arrays import Array32, read_arrays
from core.errors import MediaError
from core.files import write_atomic
from core.job import Progress
from core.media.cuts import find_cuts
from core.media.info import Fields, Frame, FrameSource
from core.media.reader import open_source
from core.nn.pace import STEPS, PaceNet
from core.nn.weights import autocast, pace_net, where_it_fits
from core.retime.pace_files import ACTIVATION, CURVE, EMBEDDING, MOTION, write_curve
from core.retime.pace_views import SHORT_SIDE, Views, distinct, small, step_of, windows_of
from core.time import TICKS_PER_SECOND

SPEEDS = (1.0, 1.5, 2.0, 3.0)
USUAL_LENGTH = 0.21
"""Hundredths of the short side a step: the mean motion that best parts natural from doubled speed on the
training clips."""
STEEPNESS = 1.5
"""How soon the plain judge is sure on either side of it."""
HOP = 4
"""Every how manieth of the frames looked at is judged; in between is interpolated."""
CHUNK = 192
"""Frames of the clip that are judged before they are saved."""
_LOOK = (4, 4)
_NEAR = np.hanning(STEPS + 2)[1:-1] / np.hanning(STEPS + 2).sum()

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judged:
    """Some moments of a clip: (K,) frames and speediness, maps uint8 (K, h, w), motion (K, FEATURES), look (K, 48), way
    (K,): how far things move from one frame to the next (core.retime.pace_files)."""

    frames: npt.NDArray[np.int64]
    speediness: Values
    maps: npt.NDArray[np.uint8]
    motion: npt.NDArray[np.float16]
    look: npt.NDArray[np.float16]
    way: npt.NDArray[np.float32]


@dataclass
class Ahead:
    """The small pictures of the frames around a chunk, each decoded once."""

    source: FrameSource
    pictures: dict[int, Frame] = field(default_factory=dict)

    def take(self, first: int, last: int) -> list[Frame]:
        """uint8 RGB (h, w, 3) of frames `first` to `last`, exclusive; those before `first` are let go."""
        self.pictures = {n: picture for n, picture in self.pictures.items() if n >= first}
        size = _small_size(self.source)
        for n in range(first, last):
            if n not in self.pictures:
                self.pictures[n] = self.source.frame(n, size)[..., :3]
        return [self.pictures[n] for n in range(first, last)]


def speediness(out: Path, *, clip: str, fields: Fields = "") -> Iterator[Progress]:
    """Judge every frame of the clip, a video file or a folder of images, into the folder `out`.
    `fields`: the user's choice for the clip's fields.

    Yields progress with the fields "frame" and "speediness" of the moment judged last.

    Raises:
        MediaError: when the clip cannot be read or has one picture only.
    """
    with closing(open_source(Path(clip), fields=fields)) as source:
        count = source.frame_count
        if count < 2:
            raise MediaError(f"{Path(clip).name} is a single picture", "Only what moves has a speed")
        parts, net, ahead = [], pace_net(), Ahead(source)
        times = np.array([source.time_of(n) for n in range(count)], np.int64)
        yield Progress(0, count, "Looking at the pace")
        for first in range(0, count, CHUNK):
            file = out / f"part-{first:07}.npz"
            part = _read(file)
            if part is None:
                steps = _judge(net, ahead, first, min(first + CHUNK, count))
                for step in steps:
                    part = step.judged
                    yield Progress(step.frame, count, "Looking at the pace", fields=step.fields)
                assert part is not None
                _save(file, part)
            parts.append(part)
            whole = _joined(parts)
            known = min(first + CHUNK, count)
            write_curve(
                out / CURVE, times[:known], np.interp(np.arange(known), whole.frames, whole.speediness)
            )
    _leave(out, whole, times)
    yield Progress(count, count, "Done")


@dataclass(frozen=True, eq=False)
class _Step:
    """Where the judging of a clip is.

    frame: judged last.
    judged: what is known of the chunk so far.
    """

    frame: int
    judged: Judged

    @property
    def fields(self) -> dict[str, float]:
        return {"frame": self.frame, "speediness": round(float(self.judged.speediness[-1]), 4)}


def _judge(net: PaceNet, ahead: Ahead, first: int, last: int) -> Iterator[_Step]:
    """The moments in frames `first` to `last`, exclusive, a few at a time; at least one."""
    fps = ahead.source.rate.fps
    step = step_of(fps)
    reach = int(max(SPEEDS) * step * STEPS / 2) + 2
    low, high = max(0, first - reach), min(ahead.source.frame_count, last + reach)
    pictures = ahead.take(low, high)
    greys = [small(picture) for picture in pictures]
    kept = np.array(distinct(greys))
    shots = np.searchsorted(kept + low, [0, *(cut + low for cut in find_cuts(pictures)), high])
    views = Views(lambda n: greys[kept[n]])
    own = [int(n) for n in np.flatnonzero((kept + low >= first) & (kept + low < last))]
    done: list[Judged] = []
    for centre in own[HOP * step // 2 :: HOP * step] or own[:1] or [_nearest(kept + low, first)]:
        shot = int(np.searchsorted(shots, centre, side="right")) - 1
        begin, end = int(shots[shot]), int(shots[shot + 1])
        windows = [_window(views, begin, end, centre, speed, step) for speed in SPEEDS]
        picture = pictures[kept[centre]]
        done.append(_moment(net, np.stack(windows), int(kept[centre]) + low, picture, step, fps / step))
        yield _Step(int(done[-1].frames[0]), _joined(done))


def _nearest(numbers: npt.NDArray[np.int64], number: int) -> int:
    """All frames of a chunk repeat one: the last one before it that does not."""
    return max(0, int(np.searchsorted(numbers, number, side="right")) - 1)


def _window(
    views: Views, begin: int, end: int, centre: int, speed: float, step: int
) -> npt.NDArray[np.float32]:
    """float32 (7, STEPS, h, w) of a window inside the shot `begin` to `end`, numbers of kept frames."""
    numbers = [begin + n for n in windows_of(end - begin, speed, step, STEPS, centre - begin)]
    return np.stack([views.step(a, b) for a, b in itertools.pairwise(numbers)], 1)


@torch.no_grad()
def _moment(
    net: PaceNet, windows: npt.NDArray[np.float32], frame: int, picture: Frame, step: int, rate: float
) -> Judged:
    """Judge the windows of one moment, (len(SPEEDS), 7, STEPS, h, w), `rate` steps a second; the first is at natural
    speed, `step` frames a step."""
    features, chances, seen = where_it_fits(net, partial(_asked, net, windows, rate))
    chance = (chances.mean() + _by_length(windows).mean()) / 2
    near = windows[0][1:3, STEPS // 2 - HOP // 2 : STEPS // 2 + HOP // 2]
    look = cv2.resize(picture, _LOOK, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return Judged(
        np.array([frame]),
        np.array([float(chance)]),
        (seen * 255).astype(np.uint8)[None],
        features[:1].astype(np.float16),
        (look - look.mean((0, 1)) * np.float32(0.5)).reshape(1, -1).astype(np.float16),
        np.array([np.hypot(near[0], near[1]).mean() / step], np.float32),
    )


def _asked(
    net: PaceNet, windows: npt.NDArray[np.float32], rate: float, where: torch.device
) -> tuple[Array32, Array32, Array32]:
    """Of the windows of a moment, by the network on a device: their embeddings, the chances that they are sped up, and
    how much each place (h', w') of the first one's middle speaks for that, 0 to 1."""
    with autocast(where):
        features, maps = net.look(torch.from_numpy(windows).to(where), rate)
    features = features.float()
    seen = net.seen(maps[:1])[0, STEPS // 2 - 1 : STEPS // 2 + 1].mean(0)
    embeddings, chances, places = (
        part.float().cpu().numpy()
        for part in (features, torch.sigmoid(net.answer(features)), torch.sigmoid(seen))
    )
    return embeddings, chances, places


def _by_length(windows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The plain judge, (len(windows),): the chance that a window is sped up by how long its motion
    is, most of all in its middle, which is the moment that is judged."""
    length = np.hypot(windows[:, 1], windows[:, 2]).mean((2, 3)) @ _NEAR
    return np.asarray(1 / (1 + (USUAL_LENGTH / np.maximum(length, 1e-6)) ** STEEPNESS), np.float32)


def _joined(parts: list[Judged]) -> Judged:
    names = ("frames", "speediness", "maps", "motion", "look", "way")
    return Judged(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _save(file: Path, part: Judged) -> None:
    temporary = file.with_name(f".{file.name}.tmp")
    with temporary.open("wb") as stream:
        np.savez(stream, **vars(part))
    temporary.replace(file)


def _read(file: Path) -> Judged | None:
    """A chunk that was finished before; None when there is none or it is damaged."""
    try:
        return Judged(**read_arrays(file))
    except (OSError, ValueError, TypeError):
        return None


def _leave(out: Path, whole: Judged, times: npt.NDArray[np.int64]) -> None:
    """The files of core.retime.pace_files; the chunks go."""
    np.savez(out / ACTIVATION, frames=whole.frames, maps=whole.maps)
    seconds = times[whole.frames] / TICKS_PER_SECOND
    np.savez(out / EMBEDDING, seconds=seconds, frames=whole.frames, motion=whole.motion, look=whole.look)
    np.savez(out / MOTION, frames=whole.frames, motion=whole.way)
    for file in out.glob("part-*.npz"):
        file.unlink()
    write_atomic(out / "scores.json", f'{{"mean speediness": {whole.speediness.mean():.4f}}}'.encode())


def _small_size(source: FrameSource) -> tuple[int, int]:
    """(width, height) with a short side of SHORT_SIDE, never more than the clip's own."""
    factor = min(1.0, SHORT_SIDE / min(source.width, source.height))
    return max(1, round(source.width * factor)), max(1, round(source.height * factor))
