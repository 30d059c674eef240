"""Train the voxel-flow network (core.retime.voxel_flow) from scratch on a folder of videos.

    python -m core.training.voxel_flow DATA --cache CACHE --out assets/weights/voxel_flow.safetensors --steps 5000

Samples are real frames between real frames (core.training.between), made once into CACHE and seen again under flips,
turns, reversal of time and other colours. The loss is the error of the picture, pixel by pixel and window by window,
how unlike it is in structure, the error of the blend without correction, of edges, and total variation of the added
flow and of the mask; pixels that were fetched from beyond the window's margin do not count. Every step's data follows
from the seed and the step's number, so a run that was broken off and resumed equals an unbroken one on the same
machine.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from core.nn import machine

machine.prepare()

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from safetensors.torch import load_file  # noqa: E402
from torch import Tensor  # noqa: E402
from torch.nn import functional  # noqa: E402
from torch.utils.data import Dataset  # noqa: E402

from core.nn.weights import autocast, device, laid_out  # noqa: E402
from core.retime.voxel_flow import Made, Pair, VoxelFlow, leaves  # noqa: E402
from core.training.between import GROUP, MARGIN, SIDE, Sample, clips_of, samples_of  # noqa: E402
from core.training.footage import Clip  # noqa: E402
from core.training.going import Run, endless, rate_at  # noqa: E402

AVERAGE = 0.998
EPSILON = 0.01
BLEND = 0.3
"""Weight of the loss of the blend before the last correction; all are beside that of the picture, which is
1."""
EDGES = 0.3
"""Weight of the loss of edges."""
WINDOW = 0.5
"""Weight of the loss of windows."""
STRUCTURE = 0.12
"""Weight of the loss of structure."""
FLOW_VARIATION = 0.002
"""Weight of the variation of what is added to the flow."""
MASK_VARIATION = 0.001
"""Weight of the variation of the choice."""


@dataclass(frozen=True)
class Plan:
    """How to train. pool: different samples, seen again and again. steps of `batch` windows."""

    steps: int = 5000
    seed: int = 0
    batch: int = 6
    pool: int = 6000
    workers: int = 1
    rate: float = 4e-4
    last_rate: float = 1e-5
    warm_up: int = 100
    decay: float = 1e-4


class Examples(Dataset[tuple[Tensor, ...]]):
    """Example i of a seeded endless row: sample i of the pool, seen in another way each time."""

    def __init__(self, clips: tuple[Clip, ...], plan: Plan, folder: Path) -> None:
        self.clips, self.plan, self.folder = clips, plan, folder
        folder.mkdir(parents=True, exist_ok=True)

    def sample(self, number: int) -> Sample:
        """Sample `number` of the pool, from the cache if it is there."""
        path = self._path(number)
        if not path.exists():
            group = number // GROUP
            for k, made in enumerate(samples_of(self.clips, self.plan.seed, group)):
                _write(self._path(group * GROUP + k), made)
        with np.load(path, allow_pickle=False) as stored:
            values = {name: stored[name] for name in stored.files}
        bounds = tuple(int(v) for v in values.pop("bounds"))
        return Sample(**values | {"t": float(values["t"]), "bounds": bounds})

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.plan.seed}-{number:06d}.npz"

    def __getitem__(self, index: int) -> tuple[Tensor, ...]:
        cv2.setNumThreads(1)
        seen = index // self.plan.pool
        rng = np.random.default_rng((self.plan.seed, index, 1))
        number = index % self.plan.pool
        if seen:  # in another order each time
            number = int(np.random.default_rng((self.plan.seed, seen)).permutation(self.plan.pool)[number])
        return tensors(augmented(rng, self.sample(number)))


def _write(path: Path, made: Sample) -> None:
    partial = path.with_suffix(f".{time.monotonic_ns()}.partial")
    with partial.open("wb") as file:
        np.savez(file, **vars(made))
    partial.replace(path)


def augmented(rng: np.random.Generator, sample: Sample) -> Sample:
    """The sample flipped, turned, reversed in time and in other colours."""
    frames, truth, counts = sample.frames, sample.truth, sample.counts
    fields, t, bounds = sample.fields.astype(np.float32), sample.t, sample.bounds
    left, top, right, bottom = bounds
    if rng.random() < 0.5:
        frames, truth, counts, fields = frames[:, :, ::-1], truth[:, ::-1], counts[:, ::-1], fields[..., ::-1]
        fields = fields * np.array((-1, 1, -1, 1, 1), np.float32)[:, None, None]
        left, right = SIDE - 1 - right, SIDE - 1 - left
    if rng.random() < 0.5:
        frames, truth, counts, fields = frames[:, ::-1], truth[::-1], counts[::-1], fields[:, ::-1]
        fields = fields * np.array((1, -1, 1, -1, 1), np.float32)[:, None, None]
        top, bottom = SIDE - 1 - bottom, SIDE - 1 - top
    if rng.random() < 0.3:
        frames, truth, counts = frames.transpose(0, 2, 1, 3), truth.transpose(1, 0, 2), counts.T
        fields = fields.transpose(0, 2, 1)[[1, 0, 3, 2, 4]]
        left, top, right, bottom = top, left, bottom, right
    if rng.random() < 0.5:
        frames, fields, t = frames[::-1], fields[[2, 3, 0, 1, 4]], 1 - t
    gain, lift = np.float32(rng.uniform(0.8, 1.2)), np.float32(rng.uniform(-0.08, 0.08))
    order = rng.permutation(3)
    frames, truth = (_coloured(x[..., order], gain, lift) for x in (frames, truth))
    return Sample(frames, truth, counts, fields, t, (left, top, right, bottom))  # type: ignore[arg-type]


def _coloured(picture: np.ndarray, gain: np.float32, lift: np.float32) -> np.ndarray:
    return np.asarray(np.clip(picture.astype(np.float32) * (gain / 255) + lift, 0, 1), np.float32)


def tensors(sample: Sample) -> tuple[Tensor, ...]:
    """What a batch is collated from; see `unpacked`."""
    return (
        torch.from_numpy(np.ascontiguousarray(sample.frames.transpose(0, 3, 1, 2))),
        torch.from_numpy(np.ascontiguousarray(sample.truth.transpose(2, 0, 1))),
        torch.from_numpy(np.ascontiguousarray(sample.counts))[None].float(),
        torch.from_numpy(np.ascontiguousarray(sample.fields)),
        torch.tensor(sample.t, dtype=torch.float32),
        torch.tensor(sample.bounds, dtype=torch.float32),
    )


@dataclass(frozen=True)
class Batch:
    """N pairs of frames to train on.

    pair: as the network sees it.
    truth: (N, 3, SIDE, SIDE).
    counts: (N, 1, SIDE, SIDE).
    """

    pair: Pair
    truth: Tensor
    counts: Tensor


def unpacked(parts: list[Tensor]) -> Batch:
    """What a loader hands over, stacked, on the device that trains."""
    frames, truth, counts, fields, t, bounds = (part.to(device()) for part in parts)
    to0, to1, mass = fields.split((2, 2, 1), 1)
    return Batch(Pair(frames.transpose(0, 1), to0, to1, mass, t, bounds, MARGIN), truth, counts)


def losses_of(made: Made, batch: Batch) -> dict[str, Tensor]:
    """Every part of the loss, and the PSNR in dB, over what counts."""
    limits = _window_limits(batch.pair.bounds)
    cut_off = torch.maximum(leaves(made.to0, limits), leaves(made.to1, limits)).detach()
    counts = batch.counts * (1 - cut_off)
    square = (made.picture - batch.truth).square().mean(1, keepdim=True)
    return {
        "picture": _mean((made.picture - batch.truth).square().add(EPSILON**2).sqrt(), counts),
        "blend": BLEND * _mean((made.blend - batch.truth).square().add(EPSILON**2).sqrt(), counts),
        "edges": EDGES * _edges(made.picture, batch.truth, counts),
        "structure": STRUCTURE * _mean(unlike(made.picture, batch.truth, counts), counts),
        "window": WINDOW * _each(square, counts).add(1e-5).sqrt().mean(),
        "flow variation": FLOW_VARIATION * _variation(made.added.float()),
        "mask variation": MASK_VARIATION * _variation(made.mask),
        "psnr": (-10 * _each(square, counts).clamp(min=1e-6).log10()).mean().detach(),
    }


def unlike(made: Tensor, truth: Tensor, counts: Tensor) -> Tensor:
    """1 - SSIM (Wang et al. 2004) of the greys, Gaussian window of 11 pixels, (N, 1, H, W). What does not count is
    taken from the truth."""
    weights = truth.new_tensor((0.299, 0.587, 0.114))[:, None, None]
    x, y = ((picture * weights).sum(1, keepdim=True) for picture in (torch.lerp(truth, made, counts), truth))
    bell = torch.exp(-((torch.arange(11, device=truth.device) - 5.0) ** 2) / (2 * 1.5**2))
    bell = bell / bell.sum()
    stack = torch.cat((x, y, x * x, y * y, x * y), 1)
    padded = functional.pad(stack, (5, 5, 5, 5), mode="reflect")
    rows = functional.conv2d(padded, bell.view(1, 1, 1, 11).expand(5, 1, 1, 11), groups=5)
    mean_x, mean_y, xx, yy, xy = functional.conv2d(
        rows, bell.view(1, 1, 11, 1).expand(5, 1, 11, 1), groups=5
    ).split(1, 1)
    both, squares = mean_x * mean_y, mean_x.square() + mean_y.square()
    alike = (2 * both + 1e-4) * (2 * (xy - both) + 9e-4)
    return 1 - alike / ((squares + 1e-4) * (xx + yy - squares + 9e-4))


def _window_limits(bounds: Tensor) -> Tensor:
    """Where the window with its margin cuts the frame off, (N, 4); infinite on sides where the frame itself ends."""
    ends = bounds.new_tensor((-MARGIN, -MARGIN, SIDE + MARGIN - 1, SIDE + MARGIN - 1))
    signs = bounds.new_tensor((-1.0, -1.0, 1.0, 1.0))
    return torch.where(bounds * signs > ends * signs, ends, signs * torch.inf)


def _mean(values: Tensor, counts: Tensor) -> Tensor:
    return (values * counts).sum() / (counts.sum() * values.shape[1]).clamp(min=1)


def _each(values: Tensor, counts: Tensor) -> Tensor:
    return (values * counts).sum((1, 2, 3)) / counts.sum((1, 2, 3)).clamp(min=1)


def _edges(made: Tensor, truth: Tensor, counts: Tensor) -> Tensor:
    off = made - truth
    across = _mean((off[..., 1:] - off[..., :-1]).abs(), counts[..., 1:] * counts[..., :-1])
    down = _mean((off[..., 1:, :] - off[..., :-1, :]).abs(), counts[..., 1:, :] * counts[..., :-1, :])
    return across + down


def _variation(x: Tensor) -> Tensor:
    return (x[..., 1:] - x[..., :-1]).abs().mean() + (x[..., 1:, :] - x[..., :-1, :]).abs().mean()


def start(plan: Plan, weights: Path | None = None) -> Run[VoxelFlow]:
    """From random weights, or from those of an earlier training."""
    torch.manual_seed(plan.seed)
    net, average = VoxelFlow(), VoxelFlow()
    if weights is not None:
        net.load_state_dict(load_file(weights))
    average.load_state_dict(net.state_dict())
    net, average = (laid_out(each, device()) for each in (net, average))
    return Run(
        net, average, torch.optim.AdamW(net.parameters(), plan.rate, weight_decay=plan.decay, fused=True)
    )


def batches(examples: Examples, first: int) -> Iterator[Batch]:
    """The batches from step `first` on."""
    plan = examples.plan
    for parts in endless(examples, plan.batch, plan.workers, first):
        yield unpacked(parts)


def train(run: Run[VoxelFlow], examples: Examples, folder: Path) -> dict[str, float]:
    """Go on up to the plan's last step; a line of the log every 20, a checkpoint every 100. The last line's means."""
    plan = examples.plan
    return run.go_on(batches(examples, run.step), plan.steps, lambda batch: _step(run, plan, batch), folder)


def _step(run: Run[VoxelFlow], plan: Plan, batch: Batch) -> dict[str, float]:
    run.learn_at(rate_at(plan, run.step))
    with autocast(batch.truth.device):
        made = run.net(batch.pair)
    losses = losses_of(made, batch)
    run.optimizer.zero_grad(set_to_none=True)
    total = torch.stack([value for name, value in losses.items() if name != "psnr"]).sum()
    total.backward()
    torch.nn.utils.clip_grad_norm_(run.net.parameters(), 1.0)
    run.optimizer.step()
    run.follow(AVERAGE)
    run.step += 1
    return {name: float(value.detach()) for name, value in losses.items()} | {"total": float(total.detach())}


@torch.no_grad()
def validate(net: VoxelFlow, examples: Examples, count: int) -> dict[str, float]:
    """PSNR over `count` batches of footage that is not trained on: of the network, and of the splat it starts from."""
    untrained = laid_out(VoxelFlow(), device())
    rows: dict[str, list[float]] = {"network": [], "splat": []}
    for batch in itertools.islice(batches(examples, 0), count):
        for name, each in (("network", net), ("splat", untrained)):
            with autocast(batch.truth.device):
                made = each(batch.pair)
            rows[name].append(float(losses_of(made, batch)["psnr"]))
    return {name: round(float(np.mean(values)), 3) for name, values in rows.items()}


def main() -> None:
    plan = Plan()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, help="folder for decoded frames, samples and checkpoints")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=plan.steps)
    parser.add_argument("--seed", type=int, default=plan.seed)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=plan.batch)
    parser.add_argument("--pool", type=int, default=plan.pool, help="different samples")
    parser.add_argument("--workers", type=int, default=plan.workers)
    parser.add_argument("--rate", type=float, default=plan.rate, help="of learning, at its highest")
    parser.add_argument("--start", type=Path, help="weights of an earlier training to go on from")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    plan = Plan(args.steps, args.seed, args.batch, args.pool, args.workers, args.rate)
    cache = args.cache or args.out.with_suffix(".cache")
    run, folder = start(plan, args.start), cache / "voxel-flow"
    run.resume(folder)
    means = train(run, Examples(clips_of(args.data, cache), plan, cache / "between"), folder)
    others = Examples(
        clips_of(args.data, cache, True), replace(plan, pool=60, workers=0), cache / "between-held-out"
    )
    held_out = validate(run.average, others, 60 // plan.batch)
    run.ship(args.out)
    print(json.dumps({"steps": run.step, "last": means, "held out": held_out}), flush=True)


if __name__ == "__main__":
    main()
