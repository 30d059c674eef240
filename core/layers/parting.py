"""Where the canvas of a long pan was parted, though the film does not cut.

Frames around such a place are views of both parts (core.motion.camera). So the background is followed across it, and
what it looks like goes over from one part to the next in some frames: it does not leap.
"""

from __future__ import annotations

from core.motion.camera import Camera
from core.motion.homography import Matrix

FADE = 6
"""Frames before and after a parting in which one part goes over to the next, at most."""


def step(camera: Camera, n: int, m: int) -> Matrix | None:
    """Pixels of frame n to pixels of frame m, which is beside it; None when there is a cut between them."""
    first, second = camera.shot_of(n), camera.shot_of(m)
    if first == second:
        return camera.between(n, m)
    for shot in (first, second):
        views = camera.views_of(shot)
        if n in views and m in views:
            return camera.between(views[n], views[m])
    return None


def views_at(camera: Camera, n: int) -> dict[int, float]:
    """The views that show the background of frame n, and the share of each: one of them, or two near a parting."""
    number = camera.shots.index(camera.shot_of(n))
    for after in (number, number + 1):
        if 0 < after < len(camera.shots):
            reach, at = _reach(camera, after), n - camera.shots[after].first
            if -reach <= at < reach:
                later = (at + reach + 0.5) / (2 * reach)
                before, behind = (camera.views_of(camera.shots[k])[n] for k in (after - 1, after))
                return {before: 1 - later, behind: later}
    return {n: 1.0}


def fading(camera: Camera) -> set[int]:
    """The further views that are asked for near partings."""
    own = len(camera.to_canvas)
    near = {
        n for shot in camera.shots[1:] for n in range(max(0, shot.first - FADE), min(own, shot.first + FADE))
    }
    return {view for n in near for view in views_at(camera, n) if view >= own}


def _reach(camera: Camera, after: int) -> int:
    """Frames on either side of where shot `after` begins that fade; 0 at a cut. No frame is in two fades."""
    before, behind = camera.shots[after - 1], camera.shots[after]
    first, second = camera.views_of(before), camera.views_of(behind)
    most = min(FADE, (before.last - before.first + 1) // 2, (behind.last - behind.first + 1) // 2)
    reach, at = 0, behind.first
    while reach < most and at + reach in first and at - reach - 1 in second:
        reach += 1
    return reach
