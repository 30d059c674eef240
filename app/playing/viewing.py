"""How the viewer shows the film: as it is, beside another value of it, or looking into how its pictures are made."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.playing.preview import Bare, Show
from core.project.project import Project
from core.render.slow_views import Look
from core.timeline.model import Sequence


@dataclass(frozen=True)
class Viewing:
    """What the viewer shows in place of the document's film as it is.

    compared: two projects whose films are shown left and right instead of the document's.
    instead: a project whose film is shown instead, when none are compared.
    bare: how much of the film is shown without effects, when nothing else is compared.
    slow: a look into the pictures that a clip, by id, shows between frames of its media.
    time: a moment of the film that is shown instead of the one at the playhead, ticks.
    """

    compared: tuple[Project, Project] | None = None
    instead: Project | None = None
    bare: Bare = "none"
    slow: tuple[Look, str] | None = None
    time: int | None = None

    @property
    def plain(self) -> bool:
        """The film itself is shown."""
        return self.compared is None and self.instead is None and self.slow is None and self.time is None

    def applied(self, show: Show) -> Show:
        """The request for a picture of the film, changed so."""
        show = replace(show, bare=self.bare)
        if self.instead is not None:
            show = replace(show, project=self.instead)
        if self.compared is not None:
            show = replace(show, project=self.compared[1], beside=self.compared[0])
        if self.time is not None:
            show = replace(show, time=self.time)
        if self.slow is not None:
            show = replace(show, slow=self.slow[0], slowed=self.slow[1])
        return show


def played_range(film: Sequence | None, duration: int, loop: bool) -> tuple[int, int]:
    """What is played of `duration` ticks: all, or for a loop the film from in to out point."""
    if loop and film is not None:
        start = film.in_point or 0
        end = film.out_point if film.out_point is not None else duration
        if start < end:
            return start, end
    return 0, duration
