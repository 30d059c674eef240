"""The job "atlas": a clip and its masks in, an atlas of every object and of the background out.

After Kasten et al., Layered Neural Atlases (2021); here images and control grids are solved by least squares
(core.atlas.fit), so that a first result is there in seconds.

The folder: `atlas_bg.png`, `atlas_LL.png` with their mappings and mattes (core.media.atlases), the pages
`atlas_LL_pNN.png`, `recon.mkv` (the film put together from atlases alone, FFV1), `atlas.json`, `report.json`,
`preview.png` and `work/`, from which the same call goes on.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import torch

from core.atlas.complete import complete
from core.atlas.fit import Fit, lay_out
from core.atlas.output import write_result
from core.atlas.rounds import refine_all
from core.atlas.state import load_state
from core.errors import MediaError
from core.job import Progress
from core.layers.clock import START
from core.layers.footage import Footage, open_footage
from core.media.info import Fields


def atlas(
    out: Path,
    *,
    clip: str,
    masks: str,
    fields: Fields = "",
    first: int = 0,
    last: int = -1,
    names: Mapping[str, str] | None = None,
    pages: int = 0,
    rounds: int = 8,
    max_seconds: float = 0.0,
) -> Iterator[Progress]:
    """Lay a clip out in atlases.

    Args:
        out: the folder of the result; a second call with the same question goes on in it.
        clip: a video file or a folder of numbered images.
        fields: the user's choice for the clip's fields.
        masks: a folder of mask PNGs (core.layers.footage).
        first, last: frames of the clip, inclusive; -1 for its last.
        names: of the objects, by label as text.
        pages: at most so many for each object; 1 leaves the one long atlas, 0 chooses. A
            background that is no plane has some as well.
        rounds: of refinement, at most; more of them go on where fewer ended.
        max_seconds: wall time of the whole command, writing included; what is not laid out by then is filled in
            coarsely (core.atlas.complete). 0: until nothing more is to be gained.

    Yields:
        Progress with fields seconds and psnr; preview is a frame, put together, beside the original.

    Raises:
        MediaError: when the clip or the masks cannot be read or do not fit.
    """
    started = time.monotonic()
    with closing(open_footage(Path(clip), Path(masks), first, last, fields=fields)) as footage, _one_thread():
        labels = _labels(footage, Path(masks))
        question = _question(clip, fields, masks, first, last, pages, footage, labels)
        state, found, light = load_state(out, question)
        fit = Fit(
            out=out,
            footage=footage,
            state=state,
            pages=found,
            light=light,
            labels=labels,
            most_pages=pages,
            rounds=rounds,
            stop_at=max(max_seconds - START, 0.0) if max_seconds > 0 else float("inf"),
            started=started,
        )
        yield from lay_out(fit)
        yield from refine_all(fit)
        yield from complete(fit)
        yield from write_result(fit, clip, names or {})


@contextmanager
def _one_thread() -> Iterator[None]:
    """The fit's sums over places are not faster with more threads of torch."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _labels(footage: Footage, masks: Path) -> tuple[int, ...]:
    """The objects of all masks, ascending. Raises MediaError when there is none."""
    found: set[int] = set()
    for n in range(footage.count):
        found |= set(np.unique(footage.labels(n)).tolist()) - {0, 255}
    if not found:
        raise MediaError(f"{masks} shows no object in any frame", "Draw a mask and track it first")
    return tuple(sorted(found))


def _question(
    clip: str,
    fields: Fields,
    masks: str,
    first: int,
    last: int,
    pages: int,
    footage: Footage,
    labels: tuple[int, ...],
) -> str:
    """Hash of what the work in the folder depends on."""
    asked: tuple[object, ...] = (1, clip, masks, first, last, pages, footage.size, footage.count, labels)
    if fields:  # what was laid out before there was a choice keeps its name
        asked += (fields,)
    digest = hashlib.blake2b(repr(asked).encode(), digest_size=16)
    for n in range(0, footage.count, max(1, footage.count // 16)):
        digest.update(footage.labels(n).tobytes())
    return digest.hexdigest()
