"""What lies on a clip's background: the evidence, and which object each part of it goes with."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

from core.arrays import to_float
from core.layers.background import Background
from core.layers.border_masks import add_missed
from core.layers.compose import Split, throws_colours
from core.layers.detached_shadows import Scene
from core.layers.effects import evidence, link, usual_places
from core.layers.footage import Footage
from core.layers.lasting_effects import bare_canvas
from core.layers.paged import Stack
from core.layers.plane import beside
from core.layers.tracks import Tracks, halved, measure, order_of


def find_effects(
    footage: Footage, plate: Background, folder: Path | None
) -> Generator[float, None, tuple[Stack, Stack, Tracks]]:
    """Whose effect each pixel is and the labels, uint8 (N, h, w) in half size, and where the
    objects are; yields how much is done.

    Args:
        folder: see `Footage.halves`.
    """
    surely, halves = (footage.halves(folder) for _ in range(2))
    for n in range(footage.count):
        labels = footage.labels(n)
        surely[n] = evidence(to_float(footage.frame(n)), plate.render(n), plate.noise(n), beside(labels))
        halves[n] = halved(labels)
        yield (n + 1) / footage.count
    add_missed(footage, surely, halves)
    tracks = measure(halves, plate.camera)
    return link(surely, halves, tracks, scene_of(footage, plate)), halves, tracks


def scene_of(footage: Footage, plate: Background) -> Scene:
    """What shadows that touch no object are looked for in."""
    return Scene(plate.camera, lambda n: (to_float(footage.frame(n)), plate.render(n)))


def split_of(
    footage: Footage,
    plate: Background,
    found: tuple[Stack, Stack, Tracks],
    order: Sequence[int] = (),
    seed: int = 0,
) -> Split:
    """What frames are taken apart with.

    Args:
        found: as `find_effects` returns it.
        order: see `order_of`.
    """
    owners, halves, tracks = found
    behind = order_of(halves, tracks, order)
    usual, bare = usual_places(owners, tracks), bare_canvas(owners, halves, tracks, plate.camera)
    made = Split(footage, plate, tracks, behind, owners, usual, bare, seed=seed)
    return replace(made, colourful=throws_colours(made))
