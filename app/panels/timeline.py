"""The timeline panel: tool strip, status of the drag, and the view."""

from __future__ import annotations

from math import log

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.timeline import films
from app.timeline.layout import MAX_SCALE, MIN_SCALE
from app.timeline.view import TimelineView
from app.widgets.buttons import tool_button
from app.widgets.level_meter import LevelMeter
from core.project.project import Project
from core.time import timecode

TOOLS = ("select", "razor", "ripple", "roll", "slip", "slide", "stretch", "hand")
ZOOM_STEPS = 1000


class TimelinePanel(QWidget):
    """The timeline: tracks, headers, scroll bars and the level meter.

    view: the tracks. meter: how loud the film is. Its commands are in app.actions.timeline and app.actions.clip.
    """

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self.view = TimelineView(editor, self)
        self.meter = LevelMeter(self)
        self._time = QLabel()
        self._status = QLabel()
        self._tools = QButtonGroup(self)
        self._snap = tool_button(
            self, "snap", self.tr("Snap to cuts, playhead and markers"), "timeline.snapping"
        )
        self._link = tool_button(
            self, "link", self.tr("Linked picture and sound move together (Alt: the other way round)")
        )
        self.films = QComboBox()
        self._zoom = QSlider(Qt.Orientation.Horizontal)
        self._build()
        self._connect()

    def sizeHint(self) -> QSize:
        return QSize(1200, 340)

    def _build(self) -> None:
        self.setMinimumHeight(220)
        self.setAccessibleName(self.tr("Timeline panel"))
        self._time.setFont(theme.timecode_font(12))
        self._time.setAccessibleName(self.tr("Playhead"))
        self._time.setMinimumWidth(theme.grown(110))
        self._status.setAccessibleName(self.tr("Timeline status"))
        strip = QHBoxLayout()
        strip.setContentsMargins(8, 4, 8, 4)
        strip.setSpacing(2)
        strip.addWidget(self._time)
        for index, (tool, tip) in enumerate(zip(TOOLS, self._tool_tips(), strict=True)):
            button = tool_button(self, tool, tip, f"timeline.tool_{tool}", checkable=True)
            self._tools.addButton(button, index)
            strip.addWidget(button)
        strip.addSpacing(12)
        self._snap.setCheckable(True)
        strip.addWidget(self._snap)
        self._link.setCheckable(True)
        self._link.setChecked(True)
        strip.addWidget(self._link)
        strip.addSpacing(12)
        strip.addWidget(self._status, 1)
        self.films.setAccessibleName(self.tr("Film shown in the timeline"))
        self.films.setToolTip(self.tr("Film shown in the timeline"))
        strip.addWidget(self.films)
        self._add_zoom(strip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(strip)
        tracks = QHBoxLayout()
        tracks.setSpacing(0)
        tracks.addWidget(self.view, 1)
        tracks.addWidget(self.meter)
        column.addLayout(tracks, 1)
        self._show_tool(self._editor.state.tool)
        self._snap.setChecked(self._editor.state.snapping)
        self._show_time()
        self._show_films()

    def _tool_tips(self) -> tuple[str, ...]:
        return (
            self.tr("Select and move. Alt: without the linked clip. Ctrl while moving: insert"),
            self.tr("Razor: click to cut. Shift: all tracks"),
            self.tr("Ripple trim: what follows moves along"),
            self.tr("Roll the cut between two clips"),
            self.tr("Slip: show another part of the source"),
            self.tr("Slide the clip between its neighbours"),
            self.tr("Rate stretch: drag an edge, the speed follows"),
            self.tr("Hand: drag to scroll"),
        )

    def _add_zoom(self, strip: QHBoxLayout) -> None:
        out = tool_button(self, "zoom-out", self.tr("Zoom out"), "timeline.zoom_out")
        closer = tool_button(self, "zoom-in", self.tr("Zoom in"), "timeline.zoom_in")
        fit = tool_button(self, "zoom-fit", self.tr("Show the whole film"), "timeline.fit")
        self._zoom.setRange(0, ZOOM_STEPS)
        self._zoom.setFixedWidth(120)
        self._zoom.setAccessibleName(self.tr("Zoom"))
        for widget in (out, self._zoom, closer, fit):
            strip.addWidget(widget)
        out.clicked.connect(lambda: self.view.zoom_by(1 / 1.4))
        closer.clicked.connect(lambda: self.view.zoom_by(1.4))
        fit.clicked.connect(lambda: self.view.fit())
        self._zoom.valueChanged.connect(self._zoomed)

    def _connect(self) -> None:
        state = self._editor.state
        self._tools.idClicked.connect(lambda index: state.set("tool", TOOLS[index]))
        self._snap.toggled.connect(lambda on: state.set("snapping", on))
        state.tool_changed.connect(self._show_tool)
        state.snapping_changed.connect(self._snap.setChecked)
        state.playhead_changed.connect(lambda _: self._show_time())
        self._link.toggled.connect(self._set_linked)
        self.films.activated.connect(self.pick_film)
        self._editor.document.changed.connect(self._document_changed)
        self.view.status.connect(self._status.setText)
        self.view.zoomed.connect(self._show_zoom)

    def _document_changed(self, before: Project, after: Project) -> None:
        self._show_time()
        if before.sequences is not after.sequences or before.active != after.active:
            self._show_films()

    def _set_linked(self, on: bool) -> None:
        self.view.linked = on

    def _show_films(self) -> None:
        """The list of films, when there is more than one."""
        project = self._editor.document.project
        self.films.clear()
        for sequence in project.sequences:
            self.films.addItem(sequence.name, sequence.id)
        self.films.setCurrentIndex(self.films.findData(project.active))
        self.films.setVisible(len(project.sequences) > 1)

    def pick_film(self, index: int) -> None:
        with self._editor.notify.failures():
            films.show(self._editor, self.films.itemData(index))

    def _show_tool(self, tool: str) -> None:
        if tool in TOOLS:
            self._tools.button(TOOLS.index(tool)).setChecked(True)
        else:
            self._tools.setExclusive(False)
            for button in self._tools.buttons():
                button.setChecked(False)
            self._tools.setExclusive(True)

    def _show_time(self) -> None:
        self._time.setText(timecode(self._editor.state.playhead, self.view.sequence.rate))

    def _zoomed(self, value: int) -> None:
        self.view.zoom_to(MAX_SCALE * (MIN_SCALE / MAX_SCALE) ** (value / ZOOM_STEPS))

    def _show_zoom(self, scale: float) -> None:
        self._zoom.blockSignals(True)
        self._zoom.setValue(round(ZOOM_STEPS * log(scale / MAX_SCALE) / log(MIN_SCALE / MAX_SCALE)))
        self._zoom.blockSignals(False)
