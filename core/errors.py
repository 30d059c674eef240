"""Everything that can go wrong in a way the user can mend.

    LaminarError            message (names the thing) + hint (the cure)
      MediaError            a file cannot be read, decoded or written
      EditError             an edit is not possible; the document stays as it was
      ProjectError          a project file cannot be loaded or saved
      JobError              a job cannot start or go on
        OutOfDisk           less disk than the job needs
        OutOfMemory         less memory than the job needs, on the CPU or the GPU
        WorkerDied          the worker process ended without a result
      Cancelled             the user stopped it; shown to nobody

Anything else that is raised is a defect of the program and is reported as one.
"""

from __future__ import annotations


class LaminarError(Exception):
    """An expected failure, told in the user's words.

    Args:
        message: what is wrong, naming the file or the clip; one sentence without a final full stop.
        hint: what the user can do about it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[type[LaminarError], tuple[str, str]]:
        return type(self), (self.message, self.hint)


class MediaError(LaminarError):
    """A media file cannot be read, decoded or written."""


class EditError(LaminarError):
    """The edit is not possible here; nothing was changed."""


class ProjectError(LaminarError):
    """A project file cannot be loaded or saved."""


class JobError(LaminarError):
    """A job cannot start or cannot go on."""


class OutOfDisk(JobError):  # noqa: N818 - reads as what it is
    """There is less free disk than the job needs."""


class OutOfMemory(JobError):  # noqa: N818
    """There is less free memory than the job needs."""


class WorkerDied(JobError):  # noqa: N818
    """The worker process ended without a result."""


class Cancelled(LaminarError):  # noqa: N818
    """The user stopped the work; what was made so far is kept."""
