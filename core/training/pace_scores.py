"""How well natural is told from double speed: by the network, and by a plain threshold on the length of the flow.

Verdicts are, by clip, float64 (windows, 2): a number for a window at natural speed, and for one at double speed of the
same stretch; above 0 is judged sped up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from core.files import write_atomic
from core.nn.pace import STEPS, PaceNet
from core.training.pace_clips import Clip, source_of

Verdicts = dict[str, npt.NDArray[np.float64]]

JUDGED = 3
"""Windows of a clip and speed that are judged."""
_FIGURES = re.compile(r"(<!-- figures -->\n).*?(<!-- end of figures -->)", re.DOTALL)


class Figures(NamedTuple):
    """How well pace is judged on held-out clips.

    accuracy: mean of the clips; by_source: mean of their sources.
    order: how often the faster of two windows of a stretch is found.
    area: the chance that any doubled window is told from any natural one of other clips, whatever the threshold
        (under the ROC curve; each source counts the same).
    """

    accuracy: float
    by_source: float
    order: float
    area: float


def judged(clip: Clip) -> npt.NDArray[np.float32]:
    """The windows of a clip that are judged, whole pictures, evenly over it: (windows, 2, 7, STEPS, h, w)."""
    starts = np.unique(np.linspace(0, clip.starts() - 1, JUDGED).astype(int))
    late = STEPS // 2 * clip.step
    return np.stack([np.stack([clip.window(int(at), speed, late) for speed in (1, 2)]) for at in starts])


@torch.no_grad()
def by_network(net: PaceNet, clips: Sequence[Clip]) -> Verdicts:
    """What the network answers."""
    net.eval()
    found = {}
    for clip in clips:
        windows = torch.from_numpy(judged(clip))
        found[clip.name] = net(windows.flatten(0, 1), clip.rate).double().view(-1, 2).numpy()
    return found


def flow_length(windows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The plain alternative: how long the flow is, mean over each window (..., 7, STEPS, h, w), hundredths of the short
    side."""
    return np.hypot(windows[..., 1, :, :, :], windows[..., 2, :, :, :]).mean((-3, -2, -1), dtype=np.float64)


def flow_threshold(clips: Sequence[Clip]) -> float:
    """The flow's length that parts natural from double best on these clips, each clip counting the same."""
    lengths = [flow_length(judged(clip)) for clip in clips]
    rows = sorted(
        (float(length), double, 1 / found.size)
        for found in lengths
        for double in (False, True)
        for length in found[:, int(double)]
    )
    gain = np.cumsum([-weight if double else weight for _, double, weight in rows])
    return rows[int(np.argmax(gain))][0]


def by_flow(threshold: float, clips: Sequence[Clip]) -> Verdicts:
    """What the flow's length says."""
    return {clip.name: np.log(np.maximum(flow_length(judged(clip)), 1e-9) / threshold) for clip in clips}


def accuracy(verdicts: Verdicts) -> dict[str, float]:
    """The part of windows judged right, by clip."""
    return {name: float(np.mean((found > 0) == (False, True))) for name, found in verdicts.items()}


def figures(verdicts: Verdicts) -> Figures:
    """All in all."""
    right = accuracy(verdicts)
    sources: dict[str, list[str]] = {}
    for name in verdicts:
        sources.setdefault(source_of(name), []).append(name)
    each = [np.concatenate([verdicts[name] for name in names]) for names in sources.values()]
    weight = np.concatenate([np.full(len(found), 1 / len(found) / len(each)) for found in each])
    natural, double = np.concatenate(each).T
    beats = (double[None] > natural[:, None]) + 0.5 * (double[None] == natural[:, None])
    return Figures(
        float(np.mean(list(right.values()))),
        float(np.mean([np.mean([right[name] for name in names]) for names in sources.values()])),
        float(np.mean([np.mean(found[:, 1] > found[:, 0]) for found in verdicts.values()])),
        float(weight @ beats @ weight),
    )


def interval(verdicts: Verdicts, draws: int = 2000) -> tuple[float, float]:
    """Between which accuracies, mean of clips, 95 in 100 draws of as many sources with replacement lie: how far other
    sources of the kind may lead away."""
    by_source: dict[str, list[float]] = {}
    for name, right in accuracy(verdicts).items():
        by_source.setdefault(source_of(name), []).append(right)
    sums, counts = (np.array([measure(of) for of in by_source.values()]) for measure in (sum, len))
    drawn = np.random.default_rng(0).integers(len(sums), size=(draws, len(sums)))
    found = sums[drawn].sum(1) / counts[drawn].sum(1)
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def write_card(card: Path, rows: Mapping[str, Figures]) -> None:
    """Put the figures where the card has its marks for them; a card without any is left alone.

    Raises:
        OSError: when the card cannot be read or written.
    """
    lines = [
        "| on clips not trained on | accuracy, mean of clips | mean of sources | faster of two | under the ROC curve |"
    ]
    lines += ["|---|---|---|---|---|"]
    lines += [
        f"| {name} | " + " | ".join(f"{value:.3f}" for value in found) + " |" for name, found in rows.items()
    ]
    text = card.read_text(encoding="utf-8")
    write_atomic(
        card, _FIGURES.sub(lambda marks: marks[1] + "\n".join(lines) + "\n" + marks[2], text).encode()
    )
