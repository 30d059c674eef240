"""Asks the network of the export how it makes the picture that the viewer looks into (core.retime.looks).

The viewer shows at once what a splat would do. Where the playhead rests, a worker process writes the network's own
views beside the project, and the viewer is asked for its picture again.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.editor import Editor
from app.playing.preview import Picture, Unseen
from app.threads.latest import LatestWorker
from core.drive import Control, JobFailed, drive
from core.errors import Cancelled, LaminarError
from core.media.made import made_root

JOB = "looks"
REST_MS = 350
"""How long the playhead rests before the network is asked."""


def ask_network(control: Control, unseen: Unseen) -> Unseen:
    """Write the views of a moment, in a worker process. Raises LaminarError."""
    parameters = {
        "clip": str(unseen.clip),
        "fields": unseen.fields,
        "seen": unseen.seen,
        "data": str(unseen.data),
        "moments": [(unseen.index, unseen.t)],
    }
    try:
        for _ in drive(JOB, made_root(unseen.data), parameters, {}, control=control):
            pass
    except JobFailed as error:
        raise LaminarError(f"the network could not be looked into: {error}", "See the log") from error
    return unseen


class NetworkLooks(QObject):
    """One a session, made by the Speed panel.

    Signals:
        told(shown: bool, network: bool): whether a look is shown, and whether it is the network's own.
    """

    told = Signal(bool, bool)

    def __init__(self, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        self._editor = editor
        self._wanted: Unseen | None = None
        self._asked: Unseen | None = None
        """Asked for last; what fails is not asked for again and again."""
        self._control = Control()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)
        self._worker: LatestWorker[Unseen, Unseen] = LatestWorker(
            JOB, partial(ask_network, self._control), self
        )
        self._worker.done.connect(lambda _: editor.player.refresh())
        self._worker.failed.connect(self._failed)
        editor.player.frame_ready.connect(self._shown)
        editor.player.closing.connect(self._close)

    def _shown(self, picture: Picture, time: int) -> None:
        slow = picture.show.slow is not None
        self._wanted = picture.unseen
        if picture.unseen is None:
            self._asked = None
        self.told.emit(slow, slow and picture.unseen is None)
        if self._wanted is not None and not self._editor.player.playing:
            self._rest.start()
        else:
            self._rest.stop()

    def _ask(self) -> None:
        if self._wanted is not None and self._wanted != self._asked:
            self._asked = self._wanted
            self._worker.ask(self._wanted)

    def _failed(self, error: LaminarError) -> None:
        if not isinstance(error, Cancelled):
            self._editor.notify.failure(error)

    def _close(self) -> None:
        self._rest.stop()
        self._control.cancel(0)
        self._worker.close()
