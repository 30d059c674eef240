"""The bar over the picture: which view is on, what it shows, and how it is looked at."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QPushButton, QWidget

from app.editor import Editor
from app.playing.preview import MaskKind
from app.state import View
from app.theme import GRID
from app.widgets.buttons import tool_button
from app.widgets.captions import OneLine

ZOOMS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class TopBar(QWidget):
    """The bar over the picture.

    safe, alpha: switches of what lies over and under the picture.

    Signals:
        view_wanted(View).
        zoom_wanted(float): device pixels of a picture pixel; 0 fits the picture to the viewer.
    """

    view_wanted = Signal(str)
    zoom_wanted = Signal(float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = OneLine(self)
        self.title.setProperty("role", "dim")
        self._views: dict[View, QPushButton] = {
            "sequence": QPushButton(self.tr("Film"), self),
            "media": QPushButton(self.tr("Masks"), self),
            "atlas": QPushButton(self.tr("Atlas"), self),
        }
        self.safe = tool_button(self, "grid", self.tr("Safe areas"), checkable=True)
        self.alpha = tool_button(self, "image", self.tr("Show transparency"), checkable=True)
        self._zoom = QComboBox(self)
        self._set_up()
        self._lay_out()

    def _set_up(self) -> None:
        tips: dict[View, str] = {
            "sequence": self.tr("Show the film at the playhead"),
            "media": self.tr("Show the media of the selected clip to draw masks on it"),
            "atlas": self.tr("Show the unrolled objects of the selected clip to paint on them"),
        }
        group = QButtonGroup(self)
        for view, button in self._views.items():
            button.setCheckable(True)
            button.setToolTip(tips[view])
            button.setAccessibleName(tips[view])
            button.clicked.connect(lambda _=False, view=view: self.view_wanted.emit(view))
            group.addButton(button)
        self._zoom.addItem(self.tr("Fit"), 0.0)
        for part in ZOOMS:
            self._zoom.addItem(f"{part:.0%}", part)
        self._zoom.setMinimumWidth(self.fontMetrics().horizontalAdvance(self.tr("Fit") + "100%") + 2 * GRID)
        self._zoom.setAccessibleName(self.tr("Zoom"))
        self._zoom.setToolTip(self.tr("Zoom; also the mouse wheel over the picture"))
        self._zoom.activated.connect(lambda index: self.zoom_wanted.emit(self._zoom.itemData(index)))

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        for button in self._views.values():
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self.title, 1)
        for widget in (self.safe, self.alpha, self._zoom):
            row.addWidget(widget)

    def take(self, *widgets: QWidget) -> None:
        """Give widgets a place before the switches."""
        for widget in widgets:
            self._row.insertWidget(self._row.indexOf(self.safe), widget)

    def show_view(self, view: View) -> None:
        self._views[view].setChecked(True)
        self.safe.setVisible(view == "sequence")  # of the film; in the other views there is much else

    def show_title(self, text: str) -> None:
        self.title.show_words(text)

    def show_zoom(self, magnification: float) -> None:
        """Device pixels of a picture pixel; 0 where the picture is fitted."""
        index = self._zoom.findData(magnification)
        self._zoom.setCurrentIndex(index)
        if index < 0:
            self._zoom.setPlaceholderText(f"{magnification:.0%}")

    def told(self, editor: Editor, kind: MaskKind) -> str:
        """What the viewer shows, in words. kind: of the mask in hand."""
        media, film = editor.player.media, editor.document.sequence
        if editor.player.shows_media and media is not None:
            words = f"{media.name} · {self.tr('frame')} {editor.state.media_frame}"
            kinds = {
                "none": self.tr("no mask on this frame"),
                "key": self.tr("key mask"),
                "tracked": self.tr("tracked"),
            }
            return f"{words} · {kinds[kind]}" if editor.player.in_media else words
        if film is None:
            return ""
        bare = {"none": "", "left": self.tr("left without effects"), "all": self.tr("without effects")}
        words = f"{film.name} · {film.width}×{film.height} · {film.rate} fps"
        return " · ".join(filter(None, (words, bare[editor.player.viewing.bare])))
