"""What one more drawn mask brings: the suggested frame against the best one, on every clip of DATA/davis-dev.

    python tests/bench/correct.py [DATA] --score PATH/score.py [--clips a,b] [--frames N] [--fast] [--tries 8]

The clip is tracked from its first mask. The first suggestion's frame then gets its true mask, and what
that can change is tracked again over the first result. The best frame is approximated: the best of
`--tries` frames spread evenly, the frame with the truly lowest J, and the suggested one. A fall is the
largest loss of J&F of any frame after the correction with the suggested frame, `at` that frame, `fallen`
the share of frames that lose more than .05. Also told: the rank correlation of confidence with J over the
frames of the first result (`rho`) and of the corrected one (`rho after`), and where the first result's
least confident frame stands among its frames by J (`rank`, 0 is the worst).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

if __package__:
    from tests.bench import davis
else:
    import davis
from core.masks.correction import reach
from core.media.appearances import read_appearances
from core.media.matte import Labels, read_confidences, write_labels
from core.media.suggest import suggest


@dataclass(frozen=True)
class Clip:
    """A clip under test. truth: binary labels of every frame."""

    pictures: Path
    truth: list[Labels]
    root: Path
    fast: bool

    def key(self, frame: int) -> Path:
        path = self.root / f"key-{frame:05d}.png"
        if not path.exists():
            write_labels(path, self.truth[frame])
        return path

    def first(self) -> Path:
        return davis.run_track(
            self.root, self.pictures, {0: self.key(0)}, fast=self.fast, last=len(self.truth) - 1
        )

    def corrected(self, base: Path, frame: int) -> Path:
        """Track again what a mask at `frame` can change."""
        first, last = reach([0], frame, len(self.truth))
        keys = {number: self.key(number) for number in (0, frame)}
        return davis.run_track(
            self.root, self.pictures, keys, fast=self.fast, first=first, last=last, base=str(base), surer=True
        )


def measure(score: ModuleType, clip: Clip, tries: int) -> dict[str, float]:
    """The row of a clip."""
    base = clip.first()
    before = davis.frame_scores(score, base, clip.truth)
    told = read_confidences(base)
    sure = np.asarray([min(told[frame].values()) for frame in range(len(clip.truth))])
    found = suggest(told, [0], read_appearances(base).cuts, most=1)
    asked = found[0].frame if found else int(np.argmin(sure))
    count = len(clip.truth)
    spread = {round((i + 1) * count / (tries + 1)) for i in range(tries)}
    worst = 1 + int(np.argmin(before[1:, 0]))
    results = {frame: clip.corrected(base, frame) for frame in sorted({asked, worst, *spread} - {0})}
    after = {frame: davis.frame_scores(score, result, clip.truth) for frame, result in results.items()}
    anew = read_confidences(results[asked])
    kept = [frame for frame in range(1, count) if frame != asked]
    gains = {frame: davis.scored(values) - davis.scored(before) for frame, values in after.items()}
    best = max(gains, key=lambda frame: gains[frame])
    least = 1 + int(np.argmin(sure[1:]))
    falls = before.mean(1) - after[asked].mean(1)
    return {
        "J&F": davis.scored(before),
        "asked": asked,
        "gain": gains[asked],
        "best": best,
        "bestgain": gains[best],
        "ratio": gains[asked] / gains[best] if gains[best] > 0 else 1.0,
        "fall": float(falls.max()),
        "at": int(falls.argmax()),
        "fallen": float((falls > 0.05).mean()),
        "rho": davis.rank_correlation(sure[1:], before[1:, 0]),
        "rho after": davis.rank_correlation(
            np.asarray([min(anew[frame].values()) for frame in kept]), after[asked][kept, 0]
        ),
        "rank": float((before[1:, 0] < before[least, 0]).mean()),
    }


def main() -> None:
    parser = davis.arguments(__doc__)
    parser.add_argument("--tries", type=int, default=8)
    args = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    score, folder = davis.scorer(args.score), args.data / "davis-dev"
    rows = []
    for name in davis.wanted(sorted(p.name for p in (folder / "JPEGImages/480p").glob("*")), args.clips):
        truth = [
            (labels > 0).astype(np.uint8)
            for labels in davis.read_truth(folder / "Annotations/480p" / name, args.frames)
        ]
        with tempfile.TemporaryDirectory() as root:
            clip = Clip(folder / "JPEGImages/480p" / name, truth, Path(root), args.fast)
            row = measure(score, clip, args.tries)
        if not rows:
            print(f"{'clip':16}" + "".join(f"{key:>10}" for key in row))
        rows.append(row)
        print(f"{name:16}" + "".join(f"{value:10.3f}" for value in row.values()), flush=True)
    print(f"{'mean':16}" + "".join(f"{np.mean([row[key] for row in rows]):10.3f}" for key in rows[0]))


if __name__ == "__main__":
    main()
