"""The viewer: the film at the playhead, or one media with its masks, with tools and transport around it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.actions.registry import perform
from app.atlas.view import AtlasView
from app.editor import Editor
from app.masks import identities
from app.masks.look_button import LookButton, close_up_button
from app.masks.proposal_bar import ProposalBar
from app.masks.proposals import proposals_of
from app.masks.session import MaskSession
from app.masks.target import turn_to
from app.masks.track_watch import Watch
from app.panels.mask_tools import MaskOptions, MaskTools
from app.playing.preview import Picture
from app.speed.pace import paces_of
from app.speed.viewer_layers import CompareLayer, PaceLayer
from app.state import MASK_TOOLS, View
from app.viewer.cameras import CameraLayer
from app.viewer.canvas import Canvas
from app.viewer.close_up import CloseUp
from app.viewer.corner_handles import CornerHandles
from app.viewer.difference import DifferenceLayer
from app.viewer.found import FoundLayer
from app.viewer.freeform import Drawn, FreeformHandles, FreeformPen
from app.viewer.full import FullScreenViewer
from app.viewer.going_along import GoingAlong
from app.viewer.handles import Handles
from app.viewer.menu import picture_menu
from app.viewer.onion import OnionLayer
from app.viewer.pen import MaskPen
from app.viewer.pick import PickLayer, colour_at
from app.viewer.scrub import MaskScrub
from app.viewer.shape_handles import ShapeHandles
from app.viewer.top_bar import TopBar
from app.viewer.transport import TransportBar
from core.errors import EditError
from core.project.project import Project


class ViewerPanel(QWidget):
    """The film, a media's masks, or its atlas. masks: the drawing session, for the commands and the objects panel."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self.canvas = Canvas(self)
        self.masks = MaskSession(editor, self)
        self.pen = MaskPen(editor, self.canvas, self.masks)
        for thread in (self.masks, self.pen.magnet):
            editor.player.closing.connect(thread.close)
        self.handles, self.shape_handles = Handles(editor, self.canvas), ShapeHandles(editor)
        self.corner_handles = CornerHandles(editor)
        self.difference, self.onion = DifferenceLayer(self.canvas), OnionLayer(editor, self.canvas)
        self.freeform_handles, self.freeform = FreeformHandles(editor), FreeformPen(editor, self.canvas)
        self.pick = PickLayer(editor, self.canvas)
        self.close_up = CloseUp(self.canvas)
        self.atlas = AtlasView(editor, self.canvas, self)
        over = [PaceLayer(editor), CompareLayer(editor), CameraLayer(editor)]
        self.canvas.layers = [
            self.handles, self.corner_handles, self.shape_handles, self.freeform_handles, self.onion, self.pen,
            self.difference, FoundLayer(editor), *over, self.atlas.pen, self.freeform, self.pick,
        ]  # fmt: skip
        self.tools = MaskTools(editor, self.masks, self)
        self.options = MaskOptions(editor, self.masks, self)
        self.scrub = MaskScrub(editor, self)
        self.proposals = proposals_of(editor)
        self.proposal = ProposalBar(editor, self.scrub, partial(perform, editor), self)
        self.transport = TransportBar(editor, self)
        self.watch = Watch(editor, lambda: self.masks.drawing or self.masks.busy, self)
        self.watch.moved.connect(self.scrub.set_live)
        self.along = GoingAlong(editor, self._ask_view, self)
        self.full_screen: FullScreenViewer | None = None
        self._mask_tool = "brush"
        self.top = TopBar(self)
        self.look_button = LookButton(editor, self)
        self.close_button = close_up_button(editor, lambda: self.close_up.on, self)
        self.top.take(self.look_button, self.close_button)
        self._lay_out()
        self._connect()
        self.setAccessibleName(self.tr("Viewer"))
        self._turn(editor.state.view)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        for strip in (self.tools, self.atlas.tools):
            middle.addWidget(strip)
        for picture in (self.atlas.pane, self.canvas):
            middle.addWidget(picture, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.options)
        column.addWidget(self.atlas.options)
        column.addLayout(middle, 1)
        for below in (self.proposal, self.scrub, self.transport):
            column.addWidget(below)

    def _connect(self) -> None:
        player, state = self._editor.player, self._editor.state
        player.frame_ready.connect(self._show)
        player.failed.connect(self._say)  # methods of objects end with them, other functions do not
        player.playing_changed.connect(self.transport.refresh)
        self._editor.document.changed.connect(self._edited)
        state.view_changed.connect(self._turn)
        state.media_changed.connect(self._turn_again)
        state.playhead_changed.connect(self._moved)
        state.media_frame_changed.connect(self._moved)
        state.tool_changed.connect(self._take_tool)
        for changed in (state.selection_changed, state.brush_changed):
            changed.connect(self._redraw)
        for changed in (state.label_changed, state.mask_look_changed, state.solo_changed):
            changed.connect(self._recolour)
        self.top.view_wanted.connect(self._ask_view)
        self.top.safe.toggled.connect(self._set_safe)
        self.top.alpha.toggled.connect(self._set_alpha)
        self.top.zoom_wanted.connect(self.set_zoom)
        self.canvas.seen_size_changed.connect(self._resized)
        self.canvas.zoom_changed.connect(self._zoomed)
        self.canvas.double_clicked.connect(self.toggle_full_screen)
        self.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.canvas.customContextMenuRequested.connect(self._show_menu)
        self.options.opacity_changed.connect(self._set_opacity)
        self.masks.kind_changed.connect(self._show_title)
        self.proposals.changed.connect(self._propose)
        paces_of(self._editor).ready.connect(self.canvas.update)
        self.transport.full_screen.connect(self.toggle_full_screen)
        self.transport.time.entered.connect(lambda time: self.canvas.setFocus())

    def pick_colour(self, words: str, then: Callable[[QColor], None]) -> None:
        """Wait for a click on the film's picture, and call `then` with what is seen there, the mean of a few pixels."""

        def take(x: int, y: int) -> None:
            colour = colour_at(self.canvas.picture, x, y)
            if colour is not None:
                with self._editor.notify.failures():
                    then(colour)

        self._editor.state.set("view", "sequence")
        self._wait_for(words, partial(self.pick.ask, take))

    def draw_shape(self, words: str, then: Drawn) -> None:
        """Wait for a shape that is drawn on the film's picture, and call `then` with its points."""
        self._editor.state.set("view", "sequence")
        self._wait_for(words, partial(self.freeform.ask, then))

    def pick_part(self) -> None:
        """Wait for a click on the part of the object in hand that is another object."""
        split_off = partial(
            identities.split_off, self._editor, self._editor.state.label, self._editor.state.media_frame
        )
        words = self.tr("Click on the part that is another object; Escape lets go")
        self._wait_for(words, partial(self.pick.ask, split_off))

    def _wait_for(self, words: str, ask: Callable[[], None]) -> None:
        """Ask for something on the picture, which stands still and has the keys; the status bar says what it is."""
        self._editor.player.pause()
        ask()
        self._editor.notify.status(words)
        self.canvas.setFocus()

    def _propose(self) -> None:
        """Nothing is drawn while a proposal waits; its difference hides the objects' colours."""
        found = self.proposals.of(self._editor.state.media)
        self.options.setVisible(self._editor.state.view == "media" and found is None)
        self.tools.setEnabled(found is None)
        self.masks.locked = (
            self.tr("Accept or discard the new masks first, then draw") if found is not None else ""
        )
        self._show_difference(self.canvas.picture)
        self.pen.recolour()

    def _show_difference(self, picture: Picture | None) -> None:
        wanted = self.proposals.current is not None and self.proposals.look == "difference"
        self.pen.hidden = wanted and self._editor.player.in_media
        self.difference.show(picture.difference if wanted and picture is not None else None)

    # Film and masks

    def _ask_view(self, view: View) -> None:
        if view == "sequence":
            self._editor.state.set("view", view)
        elif view == "media":
            self.show_masks()
        else:
            self.show_atlas()

    def show_masks(self) -> None:
        """Turn to the mask view: of the selected clip, to which the playhead goes, else of the topmost one under the
        playhead, of what was shown there last, or of the first media with pictures."""
        self._show_media("media", self.tr("there is nothing to draw masks on"))

    def show_atlas(self) -> None:
        """Turn to the atlas view of the same media."""
        self._show_media("atlas", self.tr("there is nothing to paint on"))

    def _show_media(self, view: View, nothing: str) -> None:
        self._editor.player.pause()
        if not turn_to(self._editor, view):
            self._editor.notify.info(nothing, self.tr("Import a clip first"))
            self._turn(self._editor.state.view)

    def _turn_again(self, _: object) -> None:
        media, state = self._editor.player.media, self._editor.state
        if media is not None and media.known_object(state.label) is None:
            state.set("label", media.objects[0].label if media.objects else 1)
        self._turn(self._editor.state.view)

    def _turn(self, view: View) -> None:
        masks = view == "media"
        self.top.show_view(view)
        for widget in (self.tools, self.scrub, self.look_button, self.close_button):
            widget.setVisible(masks)
        self._propose()
        state = self._editor.state
        if masks and state.tool not in MASK_TOOLS:
            state.set("tool", self._mask_tool)
        elif view == "sequence" and state.tool in MASK_TOOLS:
            state.set("tool", "select")
        if not masks:
            self.close_up.end()
        self.atlas.turn(view == "atlas")
        self.canvas.clear()
        self.pen.recolour()
        self.scrub.refresh()
        self.transport.refresh()
        self._show_title()
        self._say()

    def _show_title(self) -> None:
        self.top.show_title(self.top.told(self._editor, self.masks.kind))

    def _take_tool(self, tool: str) -> None:
        if self._editor.state.view == "media" and tool in MASK_TOOLS:
            self._mask_tool = tool
        self.canvas.hand = tool == "hand"
        self.canvas.update()

    # Pictures

    def _show(self, picture: Picture, time: int) -> None:
        if not self._editor.player.wants(picture.show):
            return  # asked for before the view was turned
        if self._editor.player.in_media:
            self.scrub.set_frames(picture.frames)
            self.masks.take(picture)
            self.pen.overlay.set_matte(picture.matte if self.masks.labels is picture.labels else None)
            self.onion.show(picture.onion)
        self.canvas.set_picture(picture)
        self.close_up.follow(self.masks.labels, self._editor.state.label, picture.frame)
        self._show_difference(picture)
        if self.full_screen is not None:
            self.full_screen.canvas.set_picture(picture)
        self._show_badges(picture)
        self._say()

    def _show_badges(self, picture: Picture) -> None:
        player = self._editor.player
        made = 1.0 if picture.show.media else picture.image.height() / picture.raster[1]
        speed = player.speed
        self.transport.show_badges(
            f"{speed:+.0f}×" if speed not in (0.0, 1.0) else "",
            self.tr("Proxy") if picture.proxied else "",
            "" if made >= 0.995 else f"{made:.0%}",
        )
        self._show_title()

    def _recolour(self, _: object) -> None:
        self.pen.recolour()

    def _redraw(self, _: object) -> None:
        self.canvas.update()

    def _say(self) -> None:
        """Words over the canvas when there is no picture to show."""
        document, player = self._editor.document, self._editor.player
        if player.message:
            self.canvas.set_message(player.message)
        elif not player.shows_media and (document.sequence is None or not document.sequence.duration):
            self.canvas.clear()
            self.canvas.set_message(self.tr("Drop a clip on the timeline to see it here"))
        else:
            self.canvas.set_message("")

    def _edited(self, before: Project, after: Project) -> None:
        if self._editor.state.view != "sequence" and self._editor.player.media is None:
            self._editor.state.set("view", "sequence")  # its media is gone, or this is another project
        if before.media is not after.media:
            self.pen.recolour()
        self.transport.refresh()
        self._show_title()
        self._say()

    def _moved(self, value: object) -> None:
        self.transport.refresh()
        if self._editor.player.shows_media:
            self._show_title()

    # Look

    def _show_menu(self, at: QPoint) -> None:
        """Of the film; in the other views the right button draws."""
        if self._editor.state.view == "sequence" and self._editor.document.sequence is not None:
            picture_menu(self._editor, self.canvas).popup(self.canvas.mapToGlobal(at))

    def _resized(self, width: int, height: int) -> None:
        if self.full_screen is None:
            self._editor.player.set_size(width, height)

    def toggle_close_up(self) -> None:
        """Show the object in hand closely and go along with it; again for the whole picture.

        Raises:
            EditError: when the object has no mask on the frame.
        """
        labels, state = self.masks.labels, self._editor.state
        if self.close_up.on:
            self.close_up.end()
        elif labels is None or not self.close_up.begin(labels, state.label, state.media_frame):
            raise EditError(
                self.tr("object {0} has no mask on this frame").format(state.label),
                self.tr("Draw it, or go to a frame where it has one"),
            )

    def set_zoom(self, magnification: float) -> None:
        """Device pixels of a picture pixel; 0 fits the picture to the viewer."""
        self.close_up.on = False
        if magnification > 0:
            self.canvas.set_zoom(magnification)
        else:
            self.canvas.fit()

    def _zoomed(self, magnification: float) -> None:
        self.top.show_zoom(magnification)
        self.close_button.setChecked(self.close_up.on)

    def _set_safe(self, on: bool) -> None:
        self.canvas.safe_areas = on
        self.canvas.update()

    def _set_alpha(self, on: bool) -> None:
        self.canvas.checkerboard = on
        self._editor.player.set_alpha(on)
        self.canvas.update()

    def _set_opacity(self, part: float) -> None:
        self.pen.opacity = part
        self.pen.recolour()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.canvas.update()
            self.scrub.redraw()
        super().changeEvent(event)

    # Full screen

    def toggle_full_screen(self) -> None:
        """The picture alone on the whole screen, and back."""
        if self.full_screen is not None:
            self.full_screen.close()
            return
        self.full_screen = FullScreenViewer(self._editor, self.canvas.picture)
        self.full_screen.canvas.seen_size_changed.connect(self._editor.player.set_size)
        self.full_screen.closed.connect(self._left_full_screen)
        self.full_screen.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.full_screen.showFullScreen()

    def _left_full_screen(self) -> None:
        self.full_screen = None
        scale = self.canvas.magnification
        if self.canvas.picture is not None:
            width, height = self.canvas.picture.raster
            self._editor.player.set_size(round(width * scale), round(height * scale))
