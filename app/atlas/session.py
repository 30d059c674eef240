"""The atlas in hand: whose atlas, which edit, which brush; strokes on the atlas or on a frame and their way into the
document.

What is under the brush is seen at once, as a veil over the picture; when the brush is lifted, a thread works the stroke
into the edit's picture and writes it, the document gets one undoable edit, and the film is drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from app.atlas.brush import LiveBrush
from app.atlas.painting import Painter, Point, Stroke, Surface, place_on_atlas, with_paint
from app.editor import Editor
from app.threads.background import Background
from core.errors import LaminarError
from core.project import atlas_edits
from core.project.atlas_edits import edits_of, find_edit, new_edit
from core.project.atlas_kinds import EDIT_KINDS, AtlasEdit, edit_texts
from core.project.atlas_pictures import load_rgba, write_picture
from core.project.project import Media, Project
from core.render.atlas_views import Look

STAMP_SHARE = 0.4
"""Of an atlas's shorter side, the size that a new picture has."""


class AtlasSession(QObject):
    """Signals:
    changed(): the object, the edit or a value of the brush in hand is another.
    live_changed(surface, Rect | None): what is under the brush differs in that box; None: all of it.
    busy_changed(bool): strokes are on their way into the document.
    """

    changed = Signal()
    live_changed = Signal(str, object)
    busy_changed = Signal(bool)

    def __init__(self, editor: Editor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self.label = 1
        """The object whose atlas is in hand; 0 is the background."""
        self.edit_id = ""
        """The edit in hand; empty for none."""
        self.colour = "#e6475a"
        self.opacity = 1.0
        self.hardness = 0.8
        self.look: Look = "result"
        self.surface: Surface = "atlas"
        """Where the brush is or was last."""
        self.live: LiveBrush | None = None
        """The stroke under the brush, or on its way into the document."""
        self.page = 0
        """The page of the object that is shown beside the frame, counted from 1; 0: its atlas of the whole clip."""
        self.pages: tuple[tuple[int, int], ...] = ()
        """Of the object's pages, the first and the last source frame, as far as they are known."""
        self._stroking = False
        self._erasing = False
        self._page = 0
        self._leaves: dict[str, int] = {}
        self._pending: dict[str, int] = {}
        self._painter = Painter(editor.player.atlases)
        self._writer = Background(self, threads=1)
        editor.document.changed.connect(self._edited)
        editor.state.label_changed.connect(self.set_label)
        editor.state.media_changed.connect(lambda media: self._keep_up())
        # A method, whose connection ends with the session; a lambda's would not.
        editor.player.frame_ready.connect(self._frame_shown)
        editor.player.closing.connect(self.close)

    def close(self) -> None:
        """Finish what is being written and end the thread."""
        self._writer.finish()

    # What is in hand

    @property
    def media(self) -> Media | None:
        return self._editor.player.media

    @property
    def ready(self) -> bool:
        """The media in the view is unrolled."""
        media = self.media
        return media is not None and bool(media.atlas) and self._editor.document.data is not None

    @property
    def edit(self) -> AtlasEdit | None:
        """The edit in hand."""
        media = self.media
        return find_edit(media, self.edit_id) if media is not None and self.edit_id else None

    @property
    def edits(self) -> tuple[AtlasEdit, ...]:
        """All edits on the atlas in hand, bottom first."""
        media = self.media
        return edits_of(media, self.label) if media is not None else ()

    def can_move(self, by: int) -> bool:
        """There is a place for the edit in hand that many places up; negative: down."""
        names = [one.id for one in self.edits]
        return self.edit_id in names and 0 <= names.index(self.edit_id) + by < len(names)

    @property
    def busy(self) -> bool:
        return bool(self._pending)

    @property
    def stroking(self) -> bool:
        return self._stroking

    @property
    def erasing(self) -> bool:
        return self._erasing

    def set_label(self, label: int) -> None:
        """Take the atlas of another object in hand."""
        if label != self.label:
            self.label, self.page, self.pages = label, 0, ()
            self.edit_id = self.edits[-1].id if self.edits else ""
            self._tell()

    def show_page(self, page: int, pages: tuple[tuple[int, int], ...]) -> None:
        """The pane shows a page of the object in hand now."""
        self.page, self.pages = page, pages

    def set_edit(self, edit_id: str) -> None:
        if edit_id != self.edit_id:
            self.edit_id = edit_id
            self._tell()

    def set_value(self, name: str, value: Any) -> None:
        """Set colour, opacity, hardness or look."""
        if getattr(self, name) != value:
            setattr(self, name, value)
            self._tell()

    def _tell(self) -> None:
        self._editor.player.set_look(self.look, self.label)
        self.changed.emit()

    def _keep_up(self) -> None:
        if self.edit is None and not self._pending.get(self.edit_id):
            self.edit_id = self.edits[-1].id if self.edits else ""
        self._tell()

    def _edited(self, before: Project, after: Project) -> None:
        if before.media is not after.media:
            self._keep_up()

    # Strokes

    def begin(
        self,
        surface: Surface,
        x: float,
        y: float,
        size: tuple[int, int],
        scale: float,
        *,
        erase: bool,
        page: int = 0,
    ) -> bool:
        """Put the brush down. False when nothing can be painted now.

        Args:
            size: (width, height) of the surface.
            scale: its pixels for one pixel of the film; the brush's size counts these.
            page: the surface "atlas" is this page of the object, counted from 1; 0: the atlas itself.
        """
        if not self._ready_to_paint(surface):
            return False
        self._editor.player.pause()
        self._stroking, self._erasing, self.surface = True, erase, surface
        self._page = page if surface == "atlas" else 0
        self.live = LiveBrush(size, self._editor.state.brush * scale, self.hardness)
        self.live_changed.emit(surface, None)
        self.extend(x, y)
        return True

    def _ready_to_paint(self, surface: Surface) -> bool:
        if not self.ready or self._stroking:
            return False
        if surface == "frame" and self.look != "result":
            self.set_value("look", "result")
        return True

    def extend(self, x: float, y: float) -> None:
        """Paint on to a point."""
        if self.live is not None and self._stroking:
            rect = self.live.extend(x, y)
            if rect is not None:
                self.live_changed.emit(self.surface, rect)

    def cancel(self) -> None:
        """Take the brush away without a trace."""
        if self._stroking:
            self._drop_live()

    def finish(self) -> None:
        """Lift the brush: one undo step, unless nothing was touched."""
        live, media, data = self.live, self.media, self._editor.document.data
        if not self._stroking or live is None:
            return
        self._stroking = False
        target = self._target()
        if media is None or data is None or live.touched is None or (self._erasing and target is None):
            self._drop_live()
            if self._erasing and target is None:
                self._editor.notify.info(
                    self.tr("there is no paint to rub out"), self.tr("Take the brush first")
                )
            return
        edit = target or new_edit("paint", self.label, self._free_name(self.tr("Paint")), page=self._page)
        shade = QColor(self.colour)
        ink = (shade.red(), shade.green(), shade.blue())
        number = self._editor.state.media_frame
        self._submit(
            Stroke(media=media, data=data, label=self.label, edit=edit.id, base=edit.file, surface=self.surface,
                   cover=live.cover, number=number, colour=ink, opacity=self.opacity, erases=self._erasing,
                   page=self._page, leaf=edit.page)
        )  # fmt: skip

    def _target(self) -> AtlasEdit | None:
        """The paint in hand, which a stroke goes to; None: it begins a new one, for paint lies where it was painted."""
        edit = self.edit
        if edit is None and self._pending.get(self.edit_id):  # a new one, on its way
            edit = AtlasEdit(self.edit_id, self.label, "paint", page=self._leaves[self.edit_id])
        if edit is None or edit.kind != "paint" or edit.label != self.label:
            return None
        return edit if self._erasing or edit.page in self._under_brush() else None

    def _under_brush(self) -> set[int]:
        """Where paint may lie that a stroke joins: the page it is painted on, the frame's page, or the atlas (0)."""
        if self.surface == "atlas":
            return {self._page}
        frame = self._editor.state.media_frame
        return {0, *(k for k, (first, last) in enumerate(self.pages, 1) if first <= frame <= last)}

    def _free_name(self, name: str) -> str:
        known = {edit.name for edit in self.edits}
        number = 1
        while (wanted := name if number == 1 else f"{name} {number}") in known:
            number += 1
        return wanted

    def _submit(self, stroke: Stroke) -> None:
        follows = bool(self._pending.get(stroke.edit))
        self._pending[stroke.edit] = self._pending.get(stroke.edit, 0) + 1
        self.edit_id = stroke.edit
        self._leaves[stroke.edit] = stroke.leaf
        self.busy_changed.emit(True)
        work = partial(self._painter.work_in, stroke, follows=follows)
        self._writer.run(work, partial(self._commit, stroke), partial(self._lose, stroke))

    def _settle(self, stroke: Stroke) -> None:
        """A stroke is no longer on its way."""
        left = self._pending.pop(stroke.edit, 1) - 1
        if left > 0:
            self._pending[stroke.edit] = left
        self.busy_changed.emit(self.busy)

    def _commit(self, stroke: Stroke, file: str) -> None:
        self._settle(stroke)
        if file and file != stroke.base:
            name = self.tr("Rub out paint") if stroke.erases else self.tr("Paint on the object")
            self.change(name, with_paint, stroke, file, self._free_name(self.tr("Paint")))
        else:
            self.shown(self.surface)

    def _lose(self, stroke: Stroke, error: BaseException) -> None:
        self._settle(stroke)
        if not isinstance(error, LaminarError):
            error = LaminarError(
                f"the stroke could not be kept: {error}", "Check the disk, then paint it again"
            )
        self._drop_live()
        self._editor.notify.failure(error)

    def _frame_shown(self, _picture: object, _time: object) -> None:
        self.shown("frame")

    def shown(self, surface: Surface) -> None:
        """A surface was drawn anew: the veil of a stroke that is in the document by now goes."""
        if self.live is not None and surface == self.surface and not self._stroking and not self.busy:
            self._drop_live()

    def _drop_live(self) -> None:
        self._stroking, self.live = False, None
        self.live_changed.emit(self.surface, None)

    # Edits of other kinds

    def change(self, title: str, function: Callable[..., Project], /, *args: Any, **fields: Any) -> bool:
        """One undo step by a pure function of core.project.atlas_edits; False when it was not possible."""
        with self._editor.notify.failures():
            self._editor.document.edit(title, function, *args, **fields)
            return True
        return False

    def add(self, kind: str, **fields: Any) -> None:
        """Lay a new edit of a kind on top and take it in hand. fields: as core.project.atlas_edits.new_edit."""
        media = self.media
        if media is None or not self.ready:
            return
        title = self.tr(EDIT_KINDS[kind].title)
        edit = new_edit(kind, self.label, self._free_name(title), **fields)
        if self.change(self.tr("Add {0}").format(title.lower()), atlas_edits.with_edit, media.id, edit):
            self.set_edit(edit.id)

    def add_at(self, kind: str, surface: Surface, x: float, y: float, page: int = 0) -> None:
        """Lay text or a fill where the user clicked on the atlas, on a page of it or on the frame.

        What is laid on a page lies on that; a fill asks what is there, and lies on the atlas.
        """
        texts = {"colour": self.colour}
        if kind == "text":
            texts["text"] = edit_texts(new_edit("text", 0))["text"]
            if page and surface == "atlas":
                self.add(kind, numbers={"x": round(x, 1), "y": round(y, 1)}, texts=texts, page=page)
                return
        self.locate(
            surface, x, y, lambda at: self.add(kind, numbers={"x": at[0], "y": at[1]}, texts=texts), page
        )

    def locate(
        self, surface: Surface, x: float, y: float, then: Callable[[Point], object], page: int = 0
    ) -> None:
        """Call `then` with the atlas's point that is seen at a point of the frame or of a page, rounded; at once for
        the atlas."""
        media, data, number = self.media, self._editor.document.data, self._editor.state.media_frame
        if surface == "atlas" and not page:
            then((round(x, 1), round(y, 1)))
        elif media is not None and data is not None and self.ready:
            atlases = self._editor.player.atlases
            work = partial(place_on_atlas, atlases, data, media, self.label, number, page, (x, y))
            self._editor.background.run(work, then, self._editor.notify.failure)

    def add_stamp(self, path: Path, at: Point | None = None, page: int = 0) -> None:
        """Lay an image file on the atlas, or on a page of it, in its middle or at a point, at a size that fits."""
        media, data = self.media, self._editor.document.data
        if media is None or data is None or not self.ready:
            return
        label, atlases = self.label, self._editor.player.atlases

        def work() -> tuple[str, dict[str, float]]:
            picture = load_rgba(path)
            clip = atlases.clip(data, media)
            width, height = clip.page(label, page).size if page else clip.entry(label).size
            scale = min(1.0, STAMP_SHARE * min(width, height) / max(picture.shape[:2]))
            x, y = at or (width / 2, height / 2)
            return write_picture(data, picture), {"x": x, "y": y, "scale": round(scale, 3)}

        def done(made: tuple[str, dict[str, float]]) -> None:
            if self.label == label and self._editor.document.data == data:
                self.add("stamp", file=made[0], numbers=made[1], page=page)

        self._editor.background.run(work, done, self._editor.notify.failure)
