"""The atlas beside the frame: the object unrolled, with what is painted on it, to paint on.

Its pictures are made on a thread of their own, the newest wish first.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.atlas.handles import SIZES, AtlasHandles
from app.atlas.pen import AtlasPen
from app.atlas.session import AtlasSession
from app.editor import Editor
from app.playing.preview import Picture, Show, to_image
from app.threads.latest import LatestWorker
from app.viewer.canvas import Canvas
from app.widgets.buttons import tool_button
from app.widgets.fields import narrow
from core.errors import LaminarError
from core.media.atlas_files import Page
from core.media.info import Frame
from core.project.paths import readable_path
from core.project.project import Media, Project
from core.render.atlas_source import Atlases
from core.render.atlas_views import held_still, painted_atlas, painted_page

AtlasLook = Literal["edited", "bare", "still"]


@dataclass(frozen=True)
class Wish:
    """What the pane shows: the atlas or a page of it (from 1) with its edits, as it was found, or the object of a frame
    held still on the atlas."""

    project: Project
    path: Path | None
    data: Path
    media: Media
    label: int
    look: AtlasLook
    frame: int
    page: int = 0


@dataclass(frozen=True)
class Drawn:
    """The picture that the pane shows.

    scale: the picture's pixels for one pixel of the film.
    pages: of the object.
    first: the clip's frame that they count from.
    """

    picture: Picture
    scale: float
    wish: Wish
    pages: tuple[Page, ...]
    first: int


class AtlasPane(QWidget):
    """The canvas of the atlas in hand."""

    def __init__(self, editor: Editor, session: AtlasSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._editor, self._session = editor, session
        self.canvas = Canvas(self)
        self.canvas.checkerboard = True
        self.canvas.setAccessibleName(self.tr("Atlas"))
        self.canvas.setToolTip("")
        self.handles = AtlasHandles(editor, self.canvas, session)
        self.pen = AtlasPen(editor, self.canvas, session, "atlas")
        self.canvas.layers = [self.handles, self.pen]
        self._worker: LatestWorker[Wish, Drawn] = LatestWorker("atlas", self._make, self)
        self._worker.done.connect(self._take)
        self._worker.failed.connect(self._failed)
        self._asked: Wish | None = None
        self._followed = ""
        self._pages: tuple[Page, ...] = ()
        self._first = 0
        self._lay_out()
        session.changed.connect(self._follow)
        editor.document.changed.connect(lambda before, after: self.refresh())
        editor.state.view_changed.connect(lambda view: self.refresh())
        editor.state.media_frame_changed.connect(self._moved)
        editor.player.closing.connect(self._worker.close)

    def _lay_out(self) -> None:
        tr = self.tr
        self.title = QLabel(self)
        self.title.setProperty("role", "dim")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.look = QComboBox(self)
        for look, text in (
            ("edited", tr("With edits")),
            ("bare", tr("As found")),
            ("still", tr("Held still")),
        ):
            self.look.addItem(text, look)
        self.look.setAccessibleName(tr("What the atlas shows"))
        self.look.setToolTip(
            tr("The object unrolled with its edits, without them, or this frame's object held still")
        )
        self.look.activated.connect(lambda index: self._turn_look())
        self.page = narrow(QComboBox(self))
        self.page.setAccessibleName(tr("Part of the clip"))
        self.page.setToolTip(
            tr("Parts of the clip have a sharper picture of the object to paint on; what is painted on one "
               "follows through "
               "the whole clip")
        )  # fmt: skip
        self.page.setMinimumContentsLength(14)
        self.page.activated.connect(self._turn_page)
        self.page.hide()
        self.fit = tool_button(self, "zoom-fit", tr("Fit the atlas to its place"))
        self.fit.clicked.connect(self.canvas.fit)
        row = QHBoxLayout()
        row.setContentsMargins(6, 2, 6, 2)
        row.addWidget(self.title, 1)
        row.addWidget(self.page)
        row.addWidget(self.look)
        row.addWidget(self.fit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.canvas, 1)
        self.setAccessibleName(tr("Atlas"))

    def sizeHint(self) -> QSize:
        return QSize(320, 240)

    def _follow(self) -> None:
        """What is in hand is shown where it lies: an edit on a page brings that page, and a picture or a text on the
        atlas of the whole clip brings that, where it can be moved."""
        edit, media = self._session.edit, self._session.media
        if self._session.edit_id != self._followed:
            self._followed = self._session.edit_id
            known = media is not None and self._shows_pages_of(media, self._session.label)
            lies = edit is not None and (edit.page or edit.kind in SIZES)
            if edit is not None and lies and known and self.page.currentIndex() != edit.page:
                self.page.setCurrentIndex(min(edit.page, self.page.count() - 1))
                self._turn_page(self.page.currentIndex())
                return
        self.refresh()

    def _moved(self, frame: int) -> None:
        if self.look.currentData() == "still":
            self.refresh()

    def refresh(self) -> None:
        """Show what is in hand now, soon."""
        if not self._editor.player.in_atlas:
            return
        media, data = self._session.media, self._editor.document.data
        if media is None or data is None or not media.atlas:
            self._asked = None
            self.canvas.clear()
            self.canvas.set_message(
                self.tr("Unroll the objects in the Atlas panel: they appear here, to be painted on")
            )
            self.title.setText("")
            return
        look: AtlasLook = self.look.currentData()
        frame = self._editor.state.media_frame if look == "still" else 0
        page = self.page.currentIndex() if self._shows_pages_of(media, self._session.label) else 0
        wish = Wish(
            self._editor.document.project,
            self._editor.document.path,
            data,
            media,
            self._session.label,
            look,
            frame,
            max(page, 0),
        )
        if self._asked is None or not same(self._asked, wish):
            self._asked = wish
            self._worker.ask(wish)

    def _make(self, wish: Wish) -> Drawn:
        """On the worker's thread. Raises MediaError."""
        atlases = self._editor.player.atlases
        clip = atlases.clip(wish.data, wish.media)
        entry = clip.entry(wish.label)
        scale = clip.page(wish.label, wish.page).scale if wish.page else entry.scale
        if wish.page:
            clip.prepare_page(wish.label, wish.page)
        if wish.look == "still":
            source = self._editor.player.pool.source(readable_path(wish.path, wish.media), wish.media.info)
            pixels = still(atlases, wish, atlases.edited(wish.data, wish.media, source).frame(wish.frame))
        else:
            pixels = atlas_picture(atlases, wish)
        show = Show(wish.project, wish.path, wish.data, (pixels.shape[1], pixels.shape[0]), wish.media.id)
        drawn, image = to_image(pixels, alpha=True, straight=True)
        picture = Picture(show, drawn, image, (pixels.shape[1], pixels.shape[0]), wish.frame)
        return Drawn(picture, scale, wish, entry.pages, clip.index.first)

    def _take(self, drawn: Drawn) -> None:
        picture = drawn.picture
        asked = self._asked
        if asked is None or asked.media.id != picture.show.media:
            return
        self.pen.scale, self.pen.page, self.handles.page = drawn.scale, drawn.wish.page, drawn.wish.page
        self._list_pages(drawn.wish, drawn)
        if drawn.wish.label == self._session.label:
            spans = tuple((page.first + drawn.first, page.last + drawn.first) for page in drawn.pages)
            self._session.show_page(drawn.wish.page, spans)
        self.canvas.set_message("")
        self.canvas.set_picture(picture)
        width, height = picture.raster
        self.title.setText(self.tr("{0} × {1}").format(width, height))
        self._session.shown("atlas")

    # Pages

    def _shows_pages_of(self, media: Media, label: int) -> bool:
        """The list is that of this object of this result."""
        return self.page.property("of") == f"{media.id} {media.atlas} {label}"

    def _list_pages(self, wish: Wish, drawn: Drawn) -> None:
        """Offer the object's pages; the atlas of the whole clip is in hand where they are another object's."""
        if self._shows_pages_of(wish.media, wish.label):
            return
        self._pages, self._first = drawn.pages, drawn.first
        self.page.clear()
        self.page.addItem(self.tr("Whole clip"))
        for page in drawn.pages:
            first, last = page.first + drawn.first, page.last + drawn.first
            self.page.addItem(self.tr("Frames {0} to {1}").format(first, last))
        self.page.setProperty("of", f"{wish.media.id} {wish.media.atlas} {wish.label}")
        self.page.setVisible(bool(drawn.pages))

    def _turn_page(self, number: int) -> None:
        """Show a page, and beside it a frame that shows what it holds."""
        if self.look.currentData() == "still":
            self.look.setCurrentIndex(self.look.findData("edited"))
        if number:
            page, now = self._pages[number - 1], self._editor.state.media_frame - self._first
            if not page.first <= now <= page.last:
                self._editor.state.set("media_frame", page.key + self._first)
        self.refresh()

    def _turn_look(self) -> None:
        """What is held still lies on the atlas of the whole clip."""
        if self.look.currentData() == "still":
            self.page.setCurrentIndex(0)
        self.refresh()

    def _failed(self, error: LaminarError) -> None:
        self.canvas.clear()
        self.canvas.set_message(str(error))
        self.title.setText("")


def same(one: Wish, other: Wish) -> bool:
    """Whether both show the same: edits of other objects and other media do not count."""
    plain, others = (
        (wish.data, wish.media.id, wish.media.atlas, wish.label, wish.look, wish.frame, wish.page)
        for wish in (one, other)
    )
    if plain != others:
        return False
    return one.look == "bare" or one.media.atlas_edits == other.media.atlas_edits


def atlas_picture(atlases: Atlases, wish: Wish) -> Frame:
    """The atlas or its page, straight RGBA; paint beside what is known of the object is seen as well. Raises
    MediaError."""
    if wish.look == "bare":
        clip = atlases.clip(wish.data, wish.media)
        return clip.page_picture(wish.label, wish.page) if wish.page else clip.atlas(wish.label)
    if wish.page:
        return painted_page(atlases, wish.data, wish.media, wish.label, wish.page)
    return painted_atlas(atlases, wish.data, wish.media, wish.label)


def still(atlases: Atlases, wish: Wish, picture: Frame) -> Frame:
    """The object of a frame where it does not move; the empty atlas where the frame was not unrolled."""
    clip = atlases.clip(wish.data, wish.media)
    number = wish.frame - clip.index.first
    if not 0 <= number < clip.index.frames:
        return clip.atlas(wish.label) * 0
    return held_still(clip, picture, number, wish.label)
