"""The steps of an atlas fit, from a first background to pages; each is written down when it is whole.

The background is laid out first, then every object as one long chain of frames (the atlas to paint on), then its pages.
Rounds of refinement follow (core.atlas.rounds). Growing works on reduced pictures. A fit whose time is over stops
between two frames, with what it has; core.atlas.complete fills in what the result lacks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.arrays import Array32
from core.atlas import efforts
from core.atlas.align import Effort
from core.atlas.footage import Views
from core.atlas.pace import BACKGROUND_SECONDS, Pace
from core.atlas.page import PageFit, grow, paint, put_back, reach_of, refine, texture_bytes, to_full_size
from core.atlas.render import Film, errors_of, find_light, page_error, write_preview
from core.atlas.report import said
from core.atlas.state import State, save_state
from core.atlas.stretches import Stretch, begin, key_of, main_first, shares, split, stretches
from core.job import Progress
from core.layers.footage import Footage
from core.media.cuts import find_cuts

STEP = 8
"""Pixels between the nodes of an object's grids to begin with, for a clip of 256 lines; half of it in the end."""
SCALE = 2.0
"""Texture pixels a frame pixel."""
PAGE_FRAMES = 9
"""Frames of a page, when their number is not given; an object that hardly changes needs no pages."""
PAGES_BYTES = 400 * 2**20
"""Memory that the textures of all pages take at most, about."""
RIGID = 6e-4
"""Mean squared error of an object's one atlas below which it needs no pages."""
PLANE = 2e-3
"""Mean squared error of the background's one page from which on the background is no plane, and has pages as well."""
CHUNK = 64
"""Frames that a step refines before it is written down."""
LOOKED_AT = 240
"""Frames of a background whose reach is looked at before it gets pages."""
JUDGED = 12
"""Frames whose quality is looked at while the work goes on."""
WRITING = 2.5e-7
"""Seconds a pixel of the film that putting together, comparing and encoding its frames takes."""
TELL = 0.25
"""Seconds between two words of progress."""


BACKGROUND = "page_00"
PREVIEW = "preview.png"


@dataclass
class Fit:
    """A fit under way. pages: by name, "page_00" the background, "page_LL_long" and "page_LL_NN" of object LL.

    stop_at: seconds of work after which all is to be there, written.
    started: time.monotonic() of this run.
    """

    out: Path
    footage: Footage
    state: State
    pages: dict[str, PageFit]
    light: dict[int, Array32]
    labels: tuple[int, ...]
    most_pages: int
    rounds: int
    stop_at: float
    started: float
    views: Views = field(init=False)
    small: dict[int, Views] = field(default_factory=dict)
    cpu_started: float = field(default_factory=time.process_time)
    told: float = 0.0
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self.views = Views(self.footage)
        width, height = self.footage.size
        self.pace = Pace(self.rounds, BACKGROUND_SECONDS * self.footage.count * width * height)

    def reduced(self, by: int) -> Views:
        """Views of pictures `by` times smaller."""
        if by == 1:
            return self.views
        if by not in self.small:
            self.small[by] = Views(self.footage, by, 128 * 2**20)
        return self.small[by]

    @property
    def seconds(self) -> float:
        """Wall time of the work so far, earlier runs included."""
        return self.state.seconds + time.monotonic() - self.started

    @property
    def over(self) -> bool:
        return self.seconds >= self.stop_at - min(self.writing, self.stop_at / 2)

    @property
    def writing(self) -> float:
        """Seconds that filling in and writing the result will take, at the pace that other
        programs have left so far."""
        run = self.seconds - self.state.seconds
        pace = run / max(time.process_time() - self.cpu_started, 0.1) if run > 0.5 else 1.0
        width, height = self.footage.size
        return max(1.0, pace) * (1 + self.footage.count * width * height * WRITING)

    @property
    def film(self) -> Film:
        """What can be shown so far: pages where there are any, else the long chain."""
        pages = {}
        for label in self.labels:
            own = [self.pages[name] for name in sorted(self.pages) if name.startswith(name_of(label, ""))]
            painted = [page for page in own if page.painted]
            long = self.pages.get(name_of(label, "long"))
            pages[label] = [page for page in painted if page is not long] + [
                page for page in painted if page is long
            ]
        return Film(self.pages[BACKGROUND], pages, self.light, self.background_pages)

    @property
    def background_pages(self) -> list[PageFit]:
        """Of a background that is no plane, ascending; the one page beside them is for edits."""
        names = sorted(name for name in self.pages if name.startswith(name_of(0, "")))
        return [self.pages[name] for name in names]

    def progress(self, name: str) -> Progress:
        """How far it is; name: of the step."""
        done, total = self.pace.part(self.seconds)
        if self.stop_at < float("inf"):
            done, total = self.seconds, max(self.stop_at, 0.1)
        fields = {"seconds": self.seconds}
        if self.state.psnr:
            fields["psnr"] = self.state.psnr[-1][1]
        preview = PREVIEW if (self.out / PREVIEW).exists() else ""
        return Progress(min(done, total), total, said(name), preview, fields)


def lay_out(fit: Fit) -> Iterator[Progress]:
    """The steps up to the pages that are not done yet, until the time is over."""
    yield from _find_cuts(fit)
    yield from _lay_out_background(fit)
    yield from judge(fit, "background")
    for label in fit.labels:
        if not fit.over:
            yield from _chain(fit, label)
    yield from judge(fit, "long")
    for label in (0, *fit.labels):
        yield from _cut_into_pages(fit, label)
    yield from judge(fit, "pages")


def step(
    fit: Fit, name: str, work: Callable[[], Iterator[int]], touched: tuple[str, ...]
) -> Iterator[Progress]:
    """Do a step unless it is done or the time is over."""
    if name in fit.state.done or fit.over:
        return
    for _ in work():
        if fit.over:
            return
        if time.monotonic() - fit.told > TELL:
            fit.told = time.monotonic()
            yield fit.progress(name)
    _done(fit, name, touched)
    yield fit.progress(name)


def _done(fit: Fit, name: str, touched: tuple[str, ...] = ()) -> None:
    fit.state.done.add(name)
    now, cpu = time.monotonic(), time.process_time()
    kept = fit.state.seconds
    earlier = fit.state.cpu_seconds
    fit.state.seconds, fit.state.cpu_seconds = fit.seconds, earlier + cpu
    light = fit.light if any(fit.pages[each].label == 0 for each in touched) else None
    save_state(fit.out, fit.state, {each: fit.pages[each] for each in touched}, light)
    fit.state.seconds, fit.state.cpu_seconds = kept, earlier
    fit.told = min(fit.told, now)


def _find_cuts(fit: Fit) -> Iterator[Progress]:
    def look() -> Iterator[int]:
        fit.state.cuts = tuple(find_cuts(fit.footage.frame(n) for n in range(fit.footage.count)))
        yield 0

    yield from step(fit, "looking for cuts", look, ())


def _lay_out_background(fit: Fit) -> Iterator[Progress]:
    reduce = background_reduction(fit)
    name = "laying out the background"
    if name not in fit.state.done:
        small = fit.reduced(reduce)
        yield from _grow(fit, small, 0, BACKGROUND, STEP, efforts.GROW_BACKGROUND)
        if fit.over:
            return
        page = fit.pages[BACKGROUND]
        if not page.painted and page.step == STEP:
            yield from step(fit, "first background", lambda: paint(small, page, 1), (BACKGROUND,))
        yield from step(
            fit,
            "moving the background",
            lambda: refine(small, page, page.mapped, efforts.AROUND_BACKGROUND),
            (BACKGROUND,),
        )
        if fit.over:
            return
        if page.step == STEP:
            to_full_size(page, reduce)

    def finish() -> Iterator[int]:
        yield from paint(fit.views, fit.pages[BACKGROUND], 1)
        yield from find_light(fit.film, fit.views, range(fit.footage.count))

    yield from step(fit, name, finish, (BACKGROUND,))


def _grow(fit: Fit, views: Views, label: int, name: str, size: int, effort: Effort) -> Iterator[Progress]:
    """Grow a page over all stretches of an object, a chunk of frames a step."""
    found = main_first(views, label, stretches(views, label, fit.state.cuts))
    frames = tuple(sorted(n for each in found for n in each))
    if name not in fit.pages:
        key = key_of(views, label, found[0])
        fit.pages[name] = PageFit(label, frames, key, size, SCALE, frozenset(fit.state.cuts))
    page = fit.pages[name]
    for stretch in found:
        yield from _grow_stretch(fit, views, page, name, stretch, effort)


def _grow_stretch(
    fit: Fit, views: Views, page: PageFit, name: str, stretch: Stretch, effort: Effort
) -> Iterator[Progress]:
    key = page.key if page.key in stretch else key_of(views, page.label, stretch)
    for start in range(0, len(stretch), CHUNK):

        def work(start: int = start) -> Iterator[int]:
            if key not in page.grids:
                begin(views, page, key)
            for number, n in enumerate(grow(views, page, stretch, key, effort)):
                yield n
                if number + 1 >= CHUNK:
                    return

        yield from step(fit, f"growing {name} {stretch[0]} {start}", work, (name,))


def _chain(fit: Fit, label: int) -> Iterator[Progress]:
    """The atlas for edits: one long chain."""
    name = name_of(label, "long")
    reduce = reduction(fit)
    done = f"chaining object {label}"
    if done not in fit.state.done:
        small = fit.reduced(reduce)
        if not stretches(small, label, ()):
            return
        yield from _grow(fit, small, label, name, STEP, efforts.GROW_LONG)
        if fit.over:
            return
        page = fit.pages[name]
        if page.growing is not None:
            to_full_size(page, reduce)
    yield from step(fit, done, lambda: paint(fit.views, fit.pages[name], 1), (name,))


def _cut_into_pages(fit: Fit, label: int) -> Iterator[Progress]:
    long = fit.pages.get(name_of(label, "long") if label else BACKGROUND)
    if long is None or fit.over:
        return
    if label not in fit.state.splits:
        fit.state.splits[label] = _split(fit, long)
    splits = fit.state.splits[label]
    if len(splits) < 2:
        return
    for number, frames in enumerate(splits):
        name = name_of(label, f"{number:02d}")
        done = f"page {number + 1} of " + (f"object {label}" if label else "the background")

        def work(name: str = name, frames: Stretch = tuple(frames)) -> Iterator[int]:
            yield from _page(fit, long, name, frames)

        yield from step(fit, done, work, (name,))


def _page(fit: Fit, long: PageFit, name: str, frames: Stretch) -> Iterator[int]:
    """A page for some frames of an object, or of the background, whose one page is `long`."""
    reduce = reduction_for(fit, long.label)
    small = fit.reduced(reduce)
    page = PageFit(long.label, frames, key_of(small, long.label, frames), STEP, SCALE, long.cuts)
    begin(small, page, page.key)
    yield from grow(small, page, frames, page.key, efforts.GROW if page.label else efforts.GROW_BACKGROUND)
    yield from paint(small, page, 1)
    if page.label:
        put_back(page, page, reduce)
    else:
        yield from refine(small, page, page.mapped, efforts.AROUND_BACKGROUND)
        to_full_size(page, reduce)
        yield from paint(fit.views, page, 1)
        yield from find_light(Film(page, {}, fit.light), fit.views, page.mapped)
    fit.pages[name] = page


def _split(fit: Fit, long: PageFit) -> list[Stretch]:
    """Where an object's pages begin: each of about the same error in the one long atlas."""
    # whole frames take long to look at: of a background only a few, and between them it changes evenly
    looked_at = long.mapped[:: 1 if long.label else max(1, len(long.mapped) // JUDGED)]
    costs = page_error(long, fit.views, looked_at)
    # as small as the pages are grown: an object of a few pixels is not there
    found = stretches(fit.reduced(reduction_for(fit, long.label)), long.label, fit.state.cuts)
    frames = sum(len(each) for each in found)
    key = long.grids[long.key]
    size = 1.5 * 16 * SCALE**2 * key.width * key.height
    room = max(1, int(PAGES_BYTES / len(fit.labels) / size))  # however long the clip is
    most = fit.most_pages or min(room, max(1, round(frames / PAGE_FRAMES)))
    if not costs or most == 1:
        return [long.frames]
    mean = sum(costs.values()) / len(costs)
    if mean < (PLANE if long.label == 0 else 0.0 if fit.most_pages else RIGID):
        return [long.frames]
    between = np.interp(long.mapped, list(costs), list(costs.values()))
    roots = dict(zip(long.mapped, np.sqrt(between).tolist(), strict=True))
    most = max(most, len(found)) if not fit.most_pages else most
    return within_memory(long, found, roots, most) if long.label == 0 else _pieces(found, roots, most)


def within_memory(
    long: PageFit, found: Sequence[Stretch], roots: dict[int, float], most: int
) -> list[Stretch]:
    """At most so many parts of the stretches, and no more than their textures find room for:
    where a camera pans far each page of a long clip shows much."""
    looked_at = long.mapped[:: max(1, len(long.mapped) // LOOKED_AT)]
    reaches = {n: reach_of(long, n) for n in looked_at}

    def room_for(pieces: list[Stretch]) -> float:
        return sum(texture_bytes((reaches[n] for n in each if n in reaches), SCALE) for each in pieces)

    pieces = _pieces(found, roots, most)
    while len(pieces) > len(found) and room_for(pieces) > PAGES_BYTES:
        pieces = _pieces(found, roots, len(pieces) - 1)
    return pieces


def _pieces(found: Sequence[Stretch], roots: dict[int, float], most: int) -> list[Stretch]:
    """At most so many parts of the stretches, each of about the same sum of `roots`."""
    counts = shares([sum(roots.get(n, 0.0) for n in each) for each in found], most)
    return [
        piece
        for each, count in zip(found, counts, strict=True)
        if count
        for piece in split(roots, each, count)
    ]


def judge(fit: Fit, name: str) -> Iterator[Progress]:
    """Note the quality so far, on a few whole frames."""
    fit.pace.next(fit.seconds)
    if f"judged {name}" in fit.state.done or fit.over:
        return
    count = fit.footage.count
    frames = sorted({k * (count - 1) // max(1, JUDGED - 1) for k in range(JUDGED)})
    note_quality(fit, errors_of(fit.film, fit.views, frames).psnr)
    write_preview(fit.out / PREVIEW, fit.film, fit.views, count // 2)
    _done(fit, f"judged {name}")
    yield fit.progress(name)


def note_quality(fit: Fit, psnr: float) -> None:
    """Add a point to the curve of quality over time."""
    fit.state.psnr.append((round(fit.seconds, 2), psnr))


def name_of(label: int, part: str) -> str:
    """Of a page of an object, "page_LL_PART"; with an empty part what all of them begin with."""
    return f"page_{label:02d}_{part}"


def background_reduction(fit: Fit) -> int:
    """How many times smaller the pictures are that the background is laid out on."""
    return max(1, round(min(fit.footage.size) / 130))


def reduction(fit: Fit) -> int:
    """How many times smaller the pictures are that objects are laid out on."""
    return max(1, round(min(fit.footage.size) / 256))


def reduction_for(fit: Fit, label: int) -> int:
    """How many times smaller the pictures are that an object, or the background (0), is laid out on."""
    return reduction(fit) if label else background_reduction(fit)
