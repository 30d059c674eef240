"""The layers panel: take a clip apart, see and order its layers, put them on tracks, and retime people."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.actions.registry import Action, find_action, trigger
from app.editor import Editor
from app.jobs.records import JobRecord
from app.layers import edit_layers, work
from app.layers.job_box import JobBox
from app.layers.lanes_view import LanesView
from app.layers.layer_list import LayerList
from app.layers.moments import moments_of
from app.layers.pictures import pictures_of
from app.layers.subject import Subject, people_of, shown, subject_of
from app.widgets.buttons import allow, names_command, tool_button
from app.widgets.captions import heading_row, note
from app.widgets.columns import panel_column
from core.errors import LaminarError
from core.project import layer_edits
from core.project.project import Project
from core.time import TimeRange
from core.timeline.time_map import TimeMap

_ON_LAYERS = ("layers.split", "layers.remove", "layers.insert", "layers.stick")
_ON_TIME = ("people.freeze", "people.delay", "people.slow", "people.repeat", "people.reverse", "people.reset",
          "people.mark", "people.align", "people.echo", "people.pictures")  # fmt: skip


class LayersPanel(QWidget):
    """About the selected clip and the media behind it (app.layers.subject)."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._subject: Subject | None = None
        self._actions: dict[str, Action] = {name: find_action(name) for name in (*_ON_LAYERS, *_ON_TIME)}
        self._pictures, self._moments = pictures_of(editor), moments_of(editor)
        self.hint = note(self)
        self.job = JobBox(editor, self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.refresh)
        self.fold = QToolButton(self)
        self.fold.setText(self.tr("Take apart again"))
        self.fold.setAccessibleName(self.fold.text())
        self.fold.setCheckable(True)
        self.fold.setAutoRaise(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.toggled.connect(lambda on: self._later.start())
        self._make_list()
        self._make_time()
        self._lay_out()
        self._connect()
        self.setAccessibleName(self.tr("Layers"))
        self.refresh()

    def _make_list(self) -> None:
        tr = self.tr
        self.list = LayerList(self)
        self.list.picked.connect(self._pick)
        self.list.shown.connect(lambda label, visible: self._do(edit_layers.set_visible, label, visible))
        self.list.shadow_set.connect(lambda label, how: self._do(edit_layers.set_shadow, label, how))
        self.list.moved.connect(lambda label, by: self._do(edit_layers.move, label, by))
        self.up = tool_button(self, "up", tr("Bring nearer"))
        self.up.clicked.connect(lambda: self._move(1))
        self.down = tool_button(self, "down", tr("Bring further away"))
        self.down.clicked.connect(lambda: self._move(-1))
        titles = {
            "layers.split": tr("Split"),
            "layers.remove": tr("Remove"),
            "layers.insert": tr("Insert behind"),
            "layers.stick": tr("Stick to scene"),
        }
        self.layer_buttons = {name: self._button(name, titles[name]) for name in _ON_LAYERS}

    def _make_time(self) -> None:
        tr = self.tr
        self.lanes = LanesView(self)
        self.lanes.picked.connect(self._pick)
        self.lanes.sought.connect(lambda time: self._editor.state.set("playhead", self._snapped(time)))
        titles = {"people.freeze": tr("Freeze here"), "people.delay": tr("Delay…"), "people.slow": tr("Speed…"),
                  "people.repeat": tr("Repeat…"), "people.reverse": tr("Reverse"), "people.reset": tr("As the film"),
                  "people.mark": tr("Mark moment"), "people.align": tr("Align with mark"),
                  "people.echo": tr("Echoes…"), "people.pictures": tr("Pictures…")}  # fmt: skip
        self.time_buttons = {name: self._button(name, titles[name]) for name in _ON_TIME}

    def _button(self, action_id: str, title: str) -> QPushButton:
        action = self._actions[action_id]
        button = QPushButton(title, self)
        button.setAccessibleName(title)
        names_command(button, self.tr(action.help), action_id)
        button.setCheckable(action.checked is not None)
        button.clicked.connect(partial(self._run, action))
        return button

    def _lay_out(self) -> None:
        self._column = column = panel_column(self, self.hint, self.job)
        self.layers_part = self._part(
            self.tr("Layers"), (self.up, self.down), self.list, self._grid(self.layer_buttons, 2)
        )
        self.time_part = self._part(
            self.tr("Time of each person"), (), self.lanes, self._grid(self.time_buttons, 2)
        )
        column.addWidget(self.layers_part)
        column.addWidget(self.time_part)
        column.addWidget(self.fold)
        column.addStretch(1)

    def _part(
        self, title: str, buttons: tuple[QToolButton, ...], widget: QWidget, grid: QGridLayout
    ) -> QWidget:
        part = QWidget(self)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        column.addLayout(heading_row(part, title, *buttons))
        column.addWidget(widget)
        column.addLayout(grid)
        return part

    def _grid(self, buttons: dict[str, QPushButton], columns: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, button in enumerate(buttons.values()):
            grid.addWidget(button, place // columns, place % columns)
        return grid

    def _connect(self) -> None:
        editor = self._editor
        editor.document.changed.connect(self._edited)
        state = editor.state
        for signal in (state.selection_changed, state.media_changed, state.view_changed,
                       state.bin_selection_changed, state.label_changed):  # fmt: skip
            signal.connect(lambda _: self._later.start())
        state.playhead_changed.connect(lambda _: self._show_times())
        self._pictures.ready.connect(self._later.start)
        self._moments.changed.connect(self._later.start)
        for happened in (editor.jobs.added, editor.jobs.finished):
            happened.connect(self._job_changed)

    def _edited(self, before: Project, after: Project) -> None:
        if before.media is not after.media or before.sequence is not after.sequence:
            self._later.start()

    def _job_changed(self, record: JobRecord) -> None:
        if record.order.job == work.JOB:
            self._later.start()

    # What is shown

    @property
    def subject(self) -> Subject | None:
        """What the panel is about."""
        return self._subject

    def refresh(self) -> None:
        """Bring everything up to date."""
        subject = self._subject = subject_of(self._editor)
        self.hint.setText(self._words(subject))
        self.job.show_media(subject.media if subject is not None else None)
        layers = subject.media.layers if subject is not None else None
        self._place_job(subject)
        self.layers_part.setVisible(layers is not None)
        people = people_of(self._editor.document.project, subject) if subject is not None else ()
        self.time_part.setVisible(bool(people))
        if subject is None or layers is None:
            return
        self.list.fill(layers, shown(layers, people), self._pictures.of, self._label(subject))
        colours = {one.label: one.colour for one in subject.media.objects}
        names = {one.label: (one.name, colours.get(one.label, "#8899aa")) for one in layers.objects}
        video = subject.media.info.video
        length = video.rate.time_of(layers.frames) if video is not None else 1
        self.lanes.show_people(people, names, self._film(subject), TimeRange(0, length))
        self._show_times()
        for name, button in {**self.layer_buttons, **self.time_buttons}.items():
            action = self._actions[name]
            allow(button, self._editor, action)
            if action.checked is not None:
                button.setChecked(action.checked(self._editor))
        back = self._label(subject) in edit_layers.gone(self._editor, subject)
        self.layer_buttons["layers.remove"].setText(self.tr("Put back") if back else self.tr("Remove"))
        order = [one.label for one in layers.objects]
        place = order.index(self._label(subject)) if self._label(subject) in order else -1
        self.up.setEnabled(0 <= place < len(order) - 1)
        self.down.setEnabled(place > 0)

    def _place_job(self, subject: Subject | None) -> None:
        """What takes the clip apart stands first until there are layers and while it works, then last and folded."""
        done = subject is not None and subject.media.layers is not None
        busy = subject is not None and work.running(self._editor, subject.media.id) is not None
        self.fold.setVisible(done and not busy)
        self.fold.setArrowType(Qt.ArrowType.DownArrow if self.fold.isChecked() else Qt.ArrowType.RightArrow)
        self.job.setVisible(subject is not None and (busy or not done or self.fold.isChecked()))
        place = self._column.count() - 2 if done and not busy else 1
        if self._column.indexOf(self.job) != place:
            self._column.removeWidget(self.job)
            self._column.insertWidget(place, self.job)

    def _words(self, subject: Subject | None) -> str:
        if subject is None:
            return self.tr(
                "Select a clip: its tracked objects can be taken out of the picture, with their shadows."
            )
        return subject.media.name

    def _label(self, subject: Subject) -> int:
        """The object in hand."""
        known = (
            [one.label for one in subject.media.layers.objects] if subject.media.layers is not None else []
        )
        if subject.label in known:
            return subject.label
        return self._editor.state.label if self._editor.state.label in known else (known[-1] if known else 0)

    def _film(self, subject: Subject) -> tuple[TimeRange, TimeMap] | None:
        project = self._editor.document.project
        found = layer_edits.plate_on(project, subject.clip) if subject.split else None
        return (found[0], found[1].time_map) if found is not None else None

    def _show_times(self) -> None:
        if self.time_part.isVisibleTo(self) and self._subject is not None:
            label = self._label(self._subject)
            self.lanes.show_times(self._editor.state.playhead, self._moments.time, label)

    def _snapped(self, time: int) -> int:
        sequence = self._editor.document.sequence
        return sequence.rate.time_of(sequence.rate.frame_at(time)) if sequence is not None else time

    # What is done

    def _pick(self, label: int) -> None:
        """Take an object in hand; where the clip is split its layers become the selection."""
        subject = self._subject
        self._editor.state.set("label", label)
        if subject is None or not subject.split:
            return
        for person in people_of(self._editor.document.project, subject):
            if person.label == label:
                clips = {person.thing.id} | ({person.effect.id} if person.effect is not None else set())
                self._editor.state.set("selection", frozenset(clips))

    def _move(self, by: int) -> None:
        if self._subject is not None:
            self._do(edit_layers.move, self._label(self._subject), by)

    def _run(self, action: Action, _checked: bool = False) -> None:
        trigger(self._editor, action)
        self._later.start()  # a switch that could not be thrown springs back

    def _do(self, deed: Callable[..., Any], *arguments: object) -> None:
        """Run a deed; what cannot be done is told, and the panel shows how things are."""
        try:
            deed(self._editor, *arguments)
        except LaminarError as error:
            self._editor.notify.failure(error)
            self._later.start()
