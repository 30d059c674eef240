"""Rounds of refinement of an atlas fit: the long chains, the pages, the background.

A page goes over its frames, then its texture is made anew. It begins on reduced pictures, where that costs little
and what it is astray by is fewer pixels; every round looks at larger ones, until they are the clip's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.atlas import efforts
from core.atlas.align import Effort
from core.atlas.fit import BACKGROUND, CHUNK, SCALE, STEP, Fit, judge, name_of, reduction, step
from core.atlas.page import paint, put_back, reduced, refine, with_step, without_texture
from core.atlas.render import find_light
from core.job import Progress

BACKGROUND_STEP = 8
BACKGROUND_ROUNDS = 5
LINES = 480
"""Of clips up to this size an object's nodes are STEP / 2 pixels apart in the end; of larger ones as much more."""
WORTHWHILE = 0.02
"""dB that a round must gain for another one to follow."""


def refine_all(fit: Fit) -> Iterator[Progress]:
    """Rounds that are not done yet, until the time is over or nothing more is gained."""
    for number in range(fit.rounds):
        if fit.over:
            return
        yield from _round(fit, number)
        yield from judge(fit, f"round {number + 1}")
        if number >= 2 and fit.state.psnr[-1][1] - fit.state.psnr[-2][1] < WORTHWHILE:
            return


def _round(fit: Fit, number: int) -> Iterator[Progress]:
    """Refine the atlases for edits, then all pages, then the background."""
    finer = STEP // 2 * reduction(fit)
    for label in fit.labels:
        name, alone = name_of(label, "long"), len(fit.state.splits.get(label, ())) < 2
        for own, turns in (
            efforts.of_long_chain(number, alone, reduction(fit) > 1) if name in fit.pages else ()
        ):
            size = finer if own == 1 else _nodes(fit)
            yield from _refine(fit, name, f"{own}", turns, size, passes=1)
    for name in sorted(fit.pages):
        if fit.pages[name].label and not name.endswith("long"):
            yield from _page(fit, name, number)
    for name in sorted(fit.pages):
        only_for_edits = name == BACKGROUND and fit.background_pages
        if fit.pages[name].label == 0 and number < (1 if only_for_edits else BACKGROUND_ROUNDS):
            size = BACKGROUND_STEP * max(1, round(min(fit.footage.size) / 256)) if number else 0
            passes = 1 if number == 0 else 2
            yield from _refine(fit, name, f"{number + 1}", efforts.BACKGROUND_ROUND, size, passes)


def _page(fit: Fit, name: str, number: int) -> Iterator[Progress]:
    """One round of a page, and its texture from the clip's own pictures once it has done with smaller ones."""
    by = _reduction_of(fit, number)
    size = _nodes(fit)
    for turn, (effort, passes) in enumerate(efforts.of_page(number, by > 1)):
        own = f"{number + 1} {turn + 1}"
        yield from _refine(fit, name, own, (effort,), max(STEP // 2, size // by), passes, by)
    page = fit.pages[name]

    def sharpen() -> Iterator[int]:
        made = without_texture(page, SCALE)
        yield from paint(fit.views, made, 1)
        put_back(page, made, 1)

    if by > 1 and _reduction_of(fit, number + 1) == 1:
        yield from step(fit, f"round {number + 1} {name} on full pictures", sharpen, (name,))


def _nodes(fit: Fit) -> int:
    """Pixels of the clip between the nodes of an object's grids in the end."""
    return STEP // 2 * max(1, round(min(fit.footage.size) / LINES))


def _reduction_of(fit: Fit, number: int) -> int:
    """How many times smaller the pictures are that pages look at in a round."""
    by = reduction(fit)
    for _ in range(number):
        by = by // 2 if by % 2 == 0 else 1
    return by


def _refine(
    fit: Fit, name: str, number: str, turns: tuple[Effort, ...], size: int, passes: int, by: int = 1
) -> Iterator[Progress]:
    """Go over a page's frames in turns, to and fro, on pictures `by` times smaller, then make its texture anew.

    size: pixels of those between its nodes; 0: as they are.
    """
    page, views = fit.pages[name], fit.reduced(by)
    for turn, effort in enumerate(turns):
        frames = page.mapped[:: -1 if turn % 2 else 1]
        for start in range(0, len(frames), CHUNK):

            def work(
                chunk: tuple[int, ...] = frames[start : start + CHUNK], effort: Effort = effort
            ) -> Iterator[int]:
                seen = reduced(page, by)
                if size and seen.step != size:
                    with_step(seen, size, views)
                yield from refine(views, seen, chunk, effort)
                if by > 1:
                    put_back(page, seen, by)

            yield from step(fit, f"round {number} {name} {start}" + " back" * turn, work, (name,))

    def repaint() -> Iterator[int]:
        seen = reduced(page, by)
        if by > 1 and abs(seen.scale - SCALE) > 1e-6:
            seen = without_texture(seen, SCALE)
        yield from paint(views, seen, passes)
        if by > 1:
            put_back(page, seen, by)
        if page.label == 0:
            film = fit.film
            yield from find_light(film, fit.views, [n for n in page.mapped if film.behind(n) is page])

    yield from step(fit, f"round {number} {name} texture", repaint, (name,))
