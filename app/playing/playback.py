"""The player: single pictures for scrubbing, playback with sound, and what the viewer needs to know of both.

All work happens on the render thread and the sound thread; on the GUI thread the player only says what it wants
and hands on finished pictures. The film's time comes from the sound device, or from the steady clock when there
is none (or while a media is played in the mask view).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal

from app.editor import Editor
from app.playing.clock import Clock, WallClock
from app.playing.film_sound import FilmSound
from app.playing.mask_sights import mattes_seen
from app.playing.passing import PassingSound
from app.playing.preview import Engine, Picture, Show, fitted
from app.playing.render_thread import Ended, Failure, RenderThread, Run
from app.playing.viewer_place import ViewerPlace
from app.playing.viewing import Viewing, played_range
from app.threads.latest import Mailbox
from core.media.pool import SourcePool
from core.project.project import Project
from core.render.atlas_source import Atlases
from core.render.atlas_views import Look

SPEEDS = (1.0, 2.0, 4.0, 8.0)


class Player(ViewerPlace):
    """Plays and renders for the viewer, from where it stands.

    Signals:
        frame_ready(picture: Picture, time: int): to be shown now.
        failed(message: str): the frame that was asked for cannot be shown; empty when all is well again.
        playing_changed(speed: float): 0 at rest.
        dropped_changed(int): frames left out since playback began.
        loop_changed(bool).
        jumped(): the playhead was moved by hand while it plays.
        closing(): the threads are about to end.
    """

    frame_ready = Signal(object, object)
    failed = Signal(str)
    playing_changed = Signal(float)
    dropped_changed = Signal(int)
    loop_changed = Signal(bool)
    jumped = Signal()
    closing = Signal()

    def __init__(
        self,
        editor: Editor,
        *,
        clock: Clock | None = None,
        picture: Callable[[Show], Picture] | None = None,
    ) -> None:
        """clock: used instead of the sound device.
        picture: used instead of the compositor (both for tests).
        """
        super().__init__(editor)
        # Python hands the interpreter over every 5 ms by default; three busy threads would then hold the window.
        sys.setswitchinterval(min(sys.getswitchinterval(), 0.001))
        self.pool = SourcePool(int(editor.settings.number("frame_cache_mb")) * 2**20)
        self._own_clock = clock
        self.sound = FilmSound(editor.settings, self.pool)
        self._mailbox = Mailbox(self)
        self._mailbox.arrived.connect(self._take)
        self.atlases = Atlases()  # shared by all who show edits
        self._thread = RenderThread(picture or Engine(self.pool, self.atlases).picture, self._mailbox)
        self._run: Run | None = None
        self._size = (960, 540)
        self._loop = False
        self._alpha = False
        self._live = self._proposed = ""
        self._look: tuple[Look, int] = ("result", 1)
        self.viewing = Viewing()
        self._moving = False
        self.message = ""
        """Why the frame that was asked for cannot be shown; empty when it can."""
        self._closed = False
        self._dropped = 0
        self._passing = PassingSound(editor.settings, self.sound, self)
        self._connect()

    def _connect(self) -> None:
        state = self._editor.state
        state.playhead_changed.connect(self._sought)
        state.media_frame_changed.connect(self._sought)
        state.moment_changed.connect(self._look_at)
        state.view_changed.connect(self._turned)
        state.media_changed.connect(self._turned)
        for changed in (
            state.mask_look_changed,
            state.solo_changed,
            state.onion_changed,
            state.label_changed,
        ):
            changed.connect(self._looked)
        self._editor.document.changed.connect(self._edited)
        self._editor.document.renamed.connect(lambda path: self.refresh())

    # What is shown

    def wants(self, show: Show) -> bool:
        """Whether the view that asked for this is still on."""
        return bool(show.media) == self.shows_media and bool(show.look) == self.in_atlas

    def set_size(self, width: int, height: int) -> None:
        """The device pixels that the whole picture covers on the screen: no larger one is made."""
        size = (max(16, width), max(16, height))
        if size != self._size:
            self._size = size
            self.refresh()

    def set_alpha(self, alpha: bool) -> None:
        """Keep transparency in the pictures instead of black."""
        if alpha != self._alpha:
            self._alpha = alpha
            self.refresh()

    def set_live(self, folder: str) -> None:
        """Show the masks of a running tracking job as they appear; empty ends that."""
        self._live = folder
        if self.shows_media:
            self.refresh()

    def set_proposed(self, folder: str) -> None:
        """Show the masks of a result that may take the track's place; empty ends that."""
        if folder != self._proposed:
            self._proposed = folder
            if self.shows_media:
                self.refresh()

    def set_viewing(self, viewing: Viewing) -> None:
        """Show the film beside another, or look into how its pictures are made; Viewing() shows it as it is."""
        if viewing != self.viewing:
            self.viewing = viewing
            self.refresh()

    def set_look(self, look: Look, label: int) -> None:
        """What the atlas view shows of the media, and of which object."""
        before, self._look = self._look, (look, label)
        if before != self._look and self.in_atlas:
            self.refresh()

    def refresh(self) -> None:
        """Make the picture again."""
        if self._closed:
            return
        if self._run is not None:
            self._update_run()
            return
        show = self._show(small=True)
        if show is None:
            return
        full = self._show(small=False)
        self._thread.show(show, full if full != show else None)

    # Playing

    @property
    def speed(self) -> float:
        """0 at rest."""
        return self._run.speed if self._run is not None else 0.0

    @property
    def playing(self) -> bool:
        return self._run is not None

    @property
    def heard(self) -> int | None:
        """Time of the film, or the media, that is heard now, ticks; None at rest."""
        return self._run.clock.now() if self._run is not None else None

    @property
    def loop(self) -> bool:
        return self._loop

    @property
    def dropped(self) -> int:
        """Frames left out since playback began."""
        return self._thread.dropped

    def set_loop(self, loop: bool) -> None:
        """Play the in/out range, or all, round and round."""
        if loop != self._loop:
            self._loop = loop
            self._update_run()
            self.loop_changed.emit(loop)

    def toggle(self) -> None:
        self.pause() if self.playing else self.play()

    def play(self, speed: float = 1.0) -> None:
        """Play from where the viewer stands; from the start again when it stands at the end."""
        run = self._new_run(speed)
        if run is None:
            return
        at = self._beginning(run)
        self._passing.stop()
        self._thread.dropped = 0
        try:
            run.clock.start(at, speed)
        except OSError as error:
            self.sound.give_up(error)
            run = replace(run, clock=WallClock())
            run.clock.start(at, speed)
        self._run = run
        self._thread.play(run)
        self._tell_dropped()
        self.playing_changed.emit(speed)

    def begins_at(self) -> int:
        """Where `play` would begin, ticks."""
        run = self._new_run(1.0)
        return self._beginning(run) if run is not None else self.position

    def _beginning(self, run: Run) -> int:
        at, speed = self.position, run.speed
        if not run.start <= at < run.end - (run.rate.frame_ticks if speed > 0 else 0) or (
            speed < 0 and at <= run.start
        ):
            return run.start if speed > 0 else run.end - 1
        return at

    def pause(self) -> None:
        """Stop at the frame that is shown, and draw it finely."""
        if self._run is None:
            return
        self._run.clock.stop()
        self._thread.stop()
        self._run = None
        self.playing_changed.emit(0.0)
        self.refresh()

    def shuttle(self, direction: int) -> None:
        """J (-1) and L (1): play that way, faster at each press; the other way first slows down."""
        speed = self.speed
        if speed * direction <= 0:
            self.play(float(direction))
            return
        faster = next((step for step in SPEEDS if step > abs(speed)), SPEEDS[-1])
        self.play(direction * faster)

    def step(self, frames: int) -> None:
        """Stand `frames` later (negative: earlier)."""
        self.pause()
        self.seek(self.rate.time_of(self.rate.frame_at(self.position) + frames))

    def seek(self, time: int) -> None:
        """Stand at a time of what is shown, inside it."""
        rate = self.rate
        last = max(0, rate.frame_at(max(0, self.duration - 1)))
        if self.shows_media:
            self._editor.state.set("media_frame", min(max(0, rate.frame_at(time)), last))
        else:
            self._editor.state.set("playhead", min(max(0, rate.snap(time)), self.duration))

    def close(self) -> None:
        """End all threads and close all files; once."""
        if self._closed:
            return
        self._closed = True
        self._passing.stop()
        self.closing.emit()
        if self._run is not None:
            self._run.clock.stop()
            self._run = None
        self._thread.close()
        self.sound.close()
        self.pool.close()

    # Inside

    def _show(self, *, small: bool) -> Show | None:
        """The request for where the viewer stands; None when there is nothing to show."""
        editor, document = self._editor, self._editor.document
        media = self.media if self.shows_media else None
        if media is None and document.sequence is None:
            return None
        height = int(editor.settings.number("preview_height"))
        size = fitted(self._size, (16 * height, height)) if small and media is None else self._size
        wanted = small and editor.settings.flag("use_proxies")
        proxies = wanted and any(known.proxy for known in document.project.media)
        show = Show(document.project, document.path, document.data, size, alpha=self._alpha)
        if media is not None:
            show = replace(show, media=media.id, frame=editor.state.media_frame)
            show = replace(show, onion=editor.state.onion)
            if self.in_atlas:
                return replace(show, look=self._look[0], label=self._look[1])
            return replace(
                show, live=self._live, proposed=self._proposed, mattes=mattes_seen(editor.state, media)
            )
        return self.viewing.applied(replace(show, time=editor.state.playhead, proxies=proxies))

    def _looked(self, value: object) -> None:
        """Masks are looked at in another way."""
        if self.shows_media:
            self.refresh()

    def _new_run(self, speed: float) -> Run | None:
        show = self._show(small=True)
        if show is None or self.duration <= 0:
            return None
        start, end = played_range(show.project.sequence, self.duration, self._loop and not self.shows_media)
        return Run(show, self._clock(show), self.rate, speed, start, end, self._loop)

    def _clock(self, show: Show) -> Clock:
        if self._own_clock is not None:
            return self._own_clock
        sequence = show.project.sequence
        sound = None if show.media or sequence is None else self.sound.clock(show, sequence)
        if sound is not None:
            return sound
        return self._run.clock if self._run and isinstance(self._run.clock, WallClock) else WallClock()

    def _update_run(self) -> None:
        if self._run is None:
            return
        run = self._new_run(self._run.speed)
        if run is None:
            self.pause()
            return
        self._run = run
        self._thread.update(run)

    def _take(self, message: object) -> None:
        if isinstance(message, Ended):
            if message.run is self._run:
                self._finish(message.run)
            return
        if isinstance(message, Failure):
            self._tell(str(message.error))
            return
        assert isinstance(message, Picture)
        self._tell("")
        show = message.show
        if self._run is not None and self.wants(show):
            self._follow(show)
            self._tell_dropped()
        self.frame_ready.emit(message, show.time)

    def _follow(self, show: Show) -> None:
        """The playhead goes where the film is."""
        self._moving = True
        if show.media:
            self._editor.state.set("media_frame", show.frame)
        else:
            self._editor.state.set("playhead", show.time)
        self._moving = False

    def _finish(self, run: Run) -> None:
        run.clock.stop()
        self._run = None
        self.seek(run.rate.time_of(run.rate.frame_at(run.end - 1)) if run.speed > 0 else run.start)
        self.playing_changed.emit(0.0)
        self.refresh()

    def _tell(self, message: str) -> None:
        if message != self.message:
            self.message = message
            self.failed.emit(message)

    def _tell_dropped(self) -> None:
        if self.dropped != self._dropped:
            self._dropped = self.dropped
            self.dropped_changed.emit(self._dropped)

    def _sought(self, value: object) -> None:
        """The playhead was moved: by the film itself, or by hand."""
        if self._moving:
            return
        if self._run is not None:
            self._run.clock.start(self.position, self._run.speed)
            self.jumped.emit()
        else:
            self.refresh()
            show = self._show(small=True)
            if show is not None and self._own_clock is None:
                self._passing.hear(show, self.position)

    def _look_at(self, time: int | None) -> None:
        """A drag is about the picture of that moment; while the film plays it goes on."""
        if time is None or not self.playing:
            self.set_viewing(replace(self.viewing, time=time))

    def _turned(self, value: object) -> None:
        """Another thing is shown."""
        self.pause()
        self.refresh()

    def _edited(self, before: Project, after: Project) -> None:
        self.refresh()
