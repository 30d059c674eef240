"""The atlas view of the viewer: tools, the atlas to paint on, and the pen over the live frame beside it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.atlas.pane import AtlasPane
from app.atlas.pen import AtlasPen
from app.atlas.session import AtlasSession
from app.atlas.tools import AtlasOptions, AtlasTools
from app.editor import Editor
from app.state import ATLAS_TOOLS, MASK_TOOLS
from app.viewer.canvas import Canvas

PICTURES = "*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp"


class AtlasView:
    """Widgets for the viewer to lay out: options, tools, pane; shown while the atlas view is on.

    session: what is in hand, for the panel and the commands. canvas: the viewer's, which shows the frame.
    """

    def __init__(self, editor: Editor, canvas: Canvas, parent: QWidget) -> None:
        self._editor, self._parent = editor, parent
        self.session = AtlasSession(editor, parent)
        self.options = AtlasOptions(editor, self.session, parent)
        self.tools = AtlasTools(editor, parent)
        self.pane = AtlasPane(editor, self.session, parent)
        self.pen = AtlasPen(editor, canvas, self.session, "frame")
        self._tool = "brush"
        self._on = False
        for pen in (self.pen, self.pane.pen):
            pen.wish.wanted.connect(lambda x, y, page: self.ask_stamp((x, y), page))
        editor.state.tool_changed.connect(self._take_tool)

    def turn(self, on: bool) -> None:
        """The view comes on or goes; each view has its own tool in hand."""
        for widget in (self.options, self.tools, self.pane):
            widget.setVisible(on)
        state, came = self._editor.state, on and not self._on
        self._on = on
        if came or (on and state.tool not in ATLAS_TOOLS):
            state.set("tool", self._tool)
        elif state.view == "sequence" and state.tool in ATLAS_TOOLS - MASK_TOOLS:
            state.set("tool", "select")
        if on:
            self.session.changed.emit()
            self.pane.refresh()

    def _take_tool(self, tool: str) -> None:
        if self._editor.state.view == "atlas":
            self.pane.canvas.hand = tool == "hand"
            self.pane.canvas.update()
            if tool in ATLAS_TOOLS:
                self._tool = tool

    def ask_stamp(self, at: tuple[float, float] | None = None, page: int | None = None) -> None:
        """Let the user choose an image file and lay it on the atlas, or on a page of it; without
        one on what is shown."""
        page = self.session.page if page is None else page
        dialog = QFileDialog(self._parent.window(), self._parent.tr("Picture to lay on the object"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self._parent.tr("Pictures") + f" ({PICTURES})")
        dialog.fileSelected.connect(lambda path: self.stamp(Path(path), at, page))
        self._editor.show_dialog(dialog)

    def stamp(self, path: Path, at: tuple[float, float] | None = None, page: int = 0) -> None:
        """Lay an image file on the atlas, or on a page of it, and take it in hand, to be moved."""
        self.session.add_stamp(path, at, page)
        self._editor.state.set("tool", "select")
