"""The Speed panel: the curve of the clip in hand, its whole speed, the speediness of its pictures and adaptive
speed-up, and looking into the frames made for slow motion."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QWidget,
)

from app.actions.registry import perform
from app.editor import Editor
from app.masks.track_records import records_of
from app.speed import pace
from app.speed.adaptive import Planned, Wish, planned, ranges_of, source_part
from app.speed.adaptive_form import AdaptiveForm
from app.speed.clip_form import ClipForm
from app.speed.compare import comparison_of
from app.speed.graph import SpeedGraph
from app.speed.looks import NetworkLooks
from app.speed.pace import Pace, paces_of
from app.speed.subject import Subject, subject_of
from app.threads.latest import LatestWorker
from app.timeline.painting import marked_range
from app.timeline.speed_art import Speediness
from app.widgets.buttons import command_button, tool_button
from app.widgets.captions import heading, note
from app.widgets.columns import panel_column
from app.widgets.fields import let_shrink
from core.errors import LaminarError
from core.project.project import Project
from core.render.slow_views import LOOKS, Look
from core.time import TimeRange
from core.timeline import edits
from core.timeline.model import Clip

Question = tuple[str, Clip, Pace, Wish]


def _answer(question: Question) -> tuple[str, Planned | str]:
    """The plan, or why there is none; with the id of the clip."""
    clip_id, clip, known, wish = question
    try:
        return clip_id, planned(clip, known, wish)
    except LaminarError as error:
        return clip_id, str(error)


class SpeedPanel(QWidget):
    """About the clip in hand (app.speed.subject)."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._subject: Subject | None = None
        self.plan: Planned | None = None
        """What adaptive speed-up would make of the clip in hand."""
        self._paces = paces_of(editor)
        self._comparison = comparison_of(editor)
        self.graph = SpeedGraph(editor, self)
        self.form = ClipForm(editor, self)
        self.adaptive = AdaptiveForm(self)
        self._make_speediness()
        self._make_looks()
        self._lay_out()
        self._planner: LatestWorker[Question, tuple[str, Planned | str]] = LatestWorker(
            "speed plan", _answer, self
        )
        self._planner.done.connect(self._planned)
        editor.player.closing.connect(self._planner.close)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.refresh)
        self._connect()
        self.setAccessibleName(self.tr("Speed"))
        self.refresh()

    def _make_speediness(self) -> None:
        tr = self.tr
        tip = tr("How fast things look, frame by frame")
        self.analyse = command_button(self, self._editor, tr("Analyse speediness"), "speed.analyse", tip)
        self.overlay = QCheckBox(tr("Show where"), self)
        self.overlay.setToolTip(tr("Where in the picture the pace was seen, over the viewer"))
        self.overlay.toggled.connect(self._paces.set_overlay)
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(tr("Progress of the analysis"))
        self.progress.setTextVisible(False)
        self.progress.setMaximumHeight(6)

    def _make_looks(self) -> None:
        tr = self.tr
        self.look = QComboBox(self)
        self.look.addItem(tr("The film"), None)
        texts = (tr("Motion field"), tr("Taken from"), tr("Difference"), tr("Where unsure"))
        for kind, text in zip(LOOKS, texts, strict=True):
            self.look.addItem(text, kind)
        self.look.setAccessibleName(tr("Look into the frames in between"))
        self.look.setToolTip(
            tr(
                "Motion: hue is direction. Taken from: blue the frame before, orange the one after. Red: a guess"
            )
        )
        self.look.currentIndexChanged.connect(lambda _: self._set_look())
        self.looked = note(self)
        self.looked.hide()
        NetworkLooks(self._editor, self).told.connect(self._tell_look)
        make = partial(command_button, self, self._editor)
        tip = tr("Mix the two frames around the playhead instead")
        self.blend = make(tr("Blend here"), "speed.blend_here", tip)
        tip = tr("Make these frames beforehand, in the quality of the export, to play smoothly")
        self.smooth = make(tr("Make smooth"), "speed.make_smooth", tip)
        self.clear = tool_button(
            self, "delete", tr("Remove frames made beforehand, to free the disk"), "speed.clear_smooth"
        )
        self.clear.clicked.connect(partial(perform, self._editor, "speed.clear_smooth"))

    def _lay_out(self) -> None:
        column = panel_column(self)
        self.title = self._heading("")
        column.addWidget(self.title)
        column.addWidget(self.graph)
        column.addWidget(self.form)
        column.addWidget(self._heading(self.tr("Adaptive speed-up")))
        row = QHBoxLayout()
        row.addWidget(self.analyse, 1)
        row.addWidget(self.overlay)
        column.addLayout(row)
        column.addWidget(self.progress)
        column.addWidget(self.adaptive)
        column.addWidget(self._heading(self.tr("Look into slow motion")))
        looks = QHBoxLayout()
        let_shrink(self.look)
        let_shrink(self.analyse)
        looks.addWidget(self.look, 1)
        looks.addWidget(self.blend)
        column.addLayout(looks)
        column.addWidget(self.looked)
        beforehand = QHBoxLayout()
        let_shrink(self.smooth)
        beforehand.addWidget(self.smooth, 1)
        beforehand.addWidget(self.clear)
        column.addLayout(beforehand)
        column.addStretch(1)

    def _heading(self, text: str) -> QLabel:
        label = heading(self, text)
        let_shrink(label)
        return label

    def _connect(self) -> None:
        editor = self._editor
        editor.document.changed.connect(self._edited)
        for happened in (editor.state.selection_changed, editor.state.playhead_changed):
            happened.connect(lambda _: self._soon())
        editor.state.label_changed.connect(lambda _: self._replan())
        editor.jobs.changed.connect(lambda record: self._show_job())
        self._paces.ready.connect(self._soon)
        self._comparison.changed.connect(lambda: self.adaptive.show_comparing(bool(self._comparison.clip)))
        self.form.backwards.toggled.connect(self.graph.show_backwards)
        self.adaptive.changed.connect(self._replan)
        self.adaptive.compare.connect(self._compare)
        self.adaptive.apply.connect(self.apply)

    def _soon(self) -> None:
        if self.isVisible():
            self._later.start()

    def _edited(self, before: Project, after: Project) -> None:
        self._soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """What the panel does to the viewer ends with it."""
        self.look.setCurrentIndex(0)
        self.overlay.setChecked(False)
        self._comparison.stop()
        super().hideEvent(event)

    # What is shown

    def refresh(self) -> None:
        """Show the clip in hand."""
        found = subject_of(self._editor)
        before, self._subject = self._subject, found
        if before is None or found is None or before.clip.id != found.clip.id:
            self._comparison.stop()
            if found is not None:
                self.adaptive.suggest_length(found.clip.source_range.duration)
        name = found.clip.name if found is not None else self.tr("No clip in hand")
        self.title.setText(name)
        self.graph.speediness = self._speediness(found)
        self.graph.show_subject(found)
        self.form.show_subject(found)
        self._show_job()
        same = before is not None and found is not None and before.clip is found.clip
        if not same or self.plan is None:
            self._replan()
        self._set_look()

    def _speediness(self, subject: Subject | None) -> Speediness | None:
        known = self._paces.of(subject.media) if subject is not None else None
        if subject is None or known is None:
            return None
        clip = subject.clip
        return lambda times: known.along(clip, times)

    def _show_job(self) -> None:
        subject = self._subject
        record = pace.running(self._editor, subject.media.id) if subject and subject.media else None
        self.progress.setVisible(record is not None)
        if record is not None:
            self.progress.setRange(0, 1000)
            self.progress.setValue(round(1000 * record.progress.done / max(1, record.progress.total)))
        self.analyse.setEnabled(subject is not None and subject.picture and record is None)

    # The plan

    def _replan(self) -> None:
        """Ask for another plan; the answer comes when it is there."""
        subject = self._subject
        known = self._paces.of(subject.media) if subject is not None else None
        if subject is None or known is None or not subject.picture:
            self._take_plan(None, self.tr("Analyse the speediness of a clip first"))
            return
        wish = self.adaptive.wish(subject.clip.source_range.duration)
        asked = Wish(
            wish.rate, wish.length, wish.slowest, wish.fastest, wish.smoothness, self._protected(subject)
        )
        self._planner.ask((subject.clip.id, subject.clip, known, asked))

    def _protected(self, subject: Subject) -> tuple[TimeRange, ...]:
        """Source ranges that keep their speed."""
        found: list[TimeRange] = []
        sequence = self._editor.document.sequence
        marked = marked_range(sequence) if sequence is not None and self.adaptive.marks.isChecked() else None
        if marked is not None:
            part = source_part(subject.clip, subject.where, marked)
            found += [part] if part is not None else []
        if self.adaptive.objects.isChecked():
            found += self._object_ranges(subject)
        return tuple(found)

    def _object_ranges(self, subject: Subject) -> tuple[TimeRange, ...]:
        """Where the tracked object in hand is there."""
        record = records_of(self._editor).of(subject.media)
        label, known = self._editor.state.label, self._paces.of(subject.media)
        if record is None or known is None or label not in record.sure:
            return ()
        frames = range(record.first, record.last + 1)
        present = np.array(
            [not np.isnan(sure) and not record.missing(label, frame)
             for frame, sure in zip(frames, record.sure[label].tolist(), strict=True)]
        )  # fmt: skip
        return ranges_of(present, record.first, known.times)

    def _planned(self, answer: tuple[str, Planned | str]) -> None:
        clip_id, found = answer
        if self._subject is None or clip_id != self._subject.clip.id:
            return
        if isinstance(found, str):
            self._take_plan(None, found)
        else:
            self._take_plan(found, "")

    def _take_plan(self, plan: Planned | None, problem: str) -> None:
        self.plan = plan
        self.graph.plan = (plan.curve, plan.duration) if plan is not None else None
        self.graph.update()
        self.adaptive.show_plan(plan, problem)
        if self._comparison.clip and self._subject is not None:
            if plan is not None:
                self._comparison.show(self._subject.clip.id, plan)
            else:
                self._comparison.stop()

    def _compare(self, on: bool) -> None:
        if on and self.plan is not None and self._subject is not None:
            state, where = self._editor.state, self._subject.where
            state.set("view", "sequence")
            if not where.start <= state.playhead < where.start + self.plan.duration:
                state.set("playhead", where.start)  # elsewhere both halves are black
            self._comparison.show(self._subject.clip.id, self.plan)
        else:
            self._comparison.stop()

    def apply(self) -> None:
        """Put the plan on the clip and its sound: one undo step."""
        subject, plan = self._subject, self.plan
        if subject is None or plan is None:
            return
        self._comparison.stop()
        ripple = self.adaptive.follow.isChecked()
        with self._editor.notify.failures():
            self._editor.document.edit_sequence(
                self.tr("Adaptive speed-up"),
                lambda known: edits.set_curve(
                    known, subject.clip.id, plan.curve, plan.duration, ripple=ripple
                ),
            )

    def _set_look(self) -> None:
        """Look into what the clip in hand shows between frames of its media."""
        look = self.look.currentData()
        subject = self._subject
        if look is None or subject is None or not subject.picture:
            self._view_slow(None)
        else:
            self._view_slow((look, subject.clip.id))

    def _tell_look(self, shown: bool, network: bool) -> None:
        self.looked.setVisible(shown)
        preview = self.tr("A quick preview. What the export does follows where the playhead rests")
        self.looked.setText(self.tr("As the export makes it") if network else preview)

    def _view_slow(self, slow: tuple[Look, str] | None) -> None:
        player = self._editor.player
        player.set_viewing(replace(player.viewing, slow=slow))
