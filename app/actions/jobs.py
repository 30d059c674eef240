"""Commands on the queue of jobs, and those that clear away or gather what jobs and projects need."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog

from app.actions.registry import Action, needs, tr
from app.editor import Editor
from app.jobs.records import JobRecord
from app.masks.proposals import proposals_of
from app.project import disk
from core.errors import EditError
from core.project.snapshot import snapshot


def _current(editor: Editor) -> JobRecord | None:
    """The running job, else the first paused one."""
    jobs = editor.jobs
    return jobs.running or next((record for record in jobs.records if record.state == "paused"), None)


@needs("No job is running")
def _has_current(editor: Editor) -> bool:
    return _current(editor) is not None


def _is_paused(editor: Editor) -> bool:
    record = _current(editor)
    return record is not None and record.state == "paused"


def _pause_or_resume(editor: Editor) -> None:
    record = _current(editor)
    if record is not None and record.state == "paused":
        editor.jobs.resume(record)
    elif record is not None:
        editor.jobs.pause(record)


def _cancel(editor: Editor) -> None:
    if (record := _current(editor)) is not None:
        editor.jobs.cancel(record)


def _cancel_all(editor: Editor) -> None:
    for record in reversed(editor.jobs.records):  # the waiting ones first, so that none of them starts
        if record.active:
            editor.jobs.cancel(record)


@needs("No job is running")
def _any_active(editor: Editor) -> bool:
    return any(record.active for record in editor.jobs.records)


def _clear(editor: Editor) -> None:
    editor.jobs.clear_finished()


@needs("There are no finished jobs")
def _any_finished(editor: Editor) -> bool:
    return any(record.state in ("done", "failed", "cancelled") for record in editor.jobs.records)


@needs("Open or begin a project first")
def _has_data(editor: Editor) -> bool:
    return editor.document.data is not None


def _clean(editor: Editor) -> None:
    """Remove results that nothing in the undo history uses."""
    data = editor.document.data
    if data is None:
        return
    if editor.document.read_only:
        raise EditError(f"this project {editor.document.read_only}", "Its results may be in use there")
    editor.background.run(
        partial(
            disk.clean,
            editor.document.path,
            data,
            (*editor.document.kept_values(), *proposals_of(editor).value()),
        ),
        partial(_cleaned, editor),
        editor.notify.failure,
    )


def _cleaned(editor: Editor, freed: int) -> None:
    if freed == 0:
        editor.notify.info(tr("There are no unused results"))
        return
    editor.notify.info(tr("{0} MB of unused results were removed").format(f"{freed / 2**20:.1f}"))


def _collect(editor: Editor) -> None:
    chosen = QFileDialog.getExistingDirectory(
        QApplication.activeWindow(), tr("Collect into an empty folder"), str(Path.home())
    )
    if chosen:
        collect_into(editor, Path(chosen))


def collect_into(editor: Editor, folder: Path) -> JobRecord:
    """Queue a copy of the project as it is now, with all it needs, into `folder`."""
    document = editor.document
    parameters = snapshot(document.project, document.path, document.data)
    title = tr("Collect {0}").format(document.path.stem if document.path else document.project.name)
    return editor.jobs.submit(
        "collect", title, parameters, {}, root=folder, on_done=partial(_collected, editor)
    )


def _collected(editor: Editor, record: JobRecord) -> None:
    missing = record.progress.fields.get("missing", [])
    if missing:
        editor.notify.warning(
            tr("{0} files were not there and are not in {1}: {2}").format(
                len(missing), record.root.name, ", ".join(missing[:3])
            ),
            tr("Relink them and collect again"),
        )
    else:
        editor.notify.info(tr("Everything is in {0}").format(record.root))


@needs("Import media first")
def _can_collect(editor: Editor) -> bool:
    return bool(editor.document.project.media)


ACTIONS = (
    Action("jobs.pause", "&Pause running job", _pause_or_resume, (), "Jobs", _has_current, _is_paused, "pause",
           "Hold the running job at its next step, or let it go on"),
    Action("jobs.cancel", "&Cancel running job", _cancel, (), "Jobs", _has_current, icon="stop",
           help="Stop it; what it made so far is kept"),
    Action("jobs.cancel_all", "Cancel &all jobs", _cancel_all, (), "Jobs", _any_active),
    Action("jobs.clear", "Clear &finished jobs", _clear, (), "Jobs", _any_finished, separator=True,
           help="Forget the jobs that are through; their results stay"),
    Action("jobs.clean_results", "&Remove unused results", _clean, (), "Jobs", _has_data,
           help="Free the disk of tracks, proxies and frames in between that nothing uses any more"),
    Action("file.collect", "Collec&t into one folder…", _collect, (), "File", _can_collect, separator=True,
           help="Copy the project with all its media into one folder"),
)  # fmt: skip
