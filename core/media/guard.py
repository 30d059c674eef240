"""Look into unknown files in another process, so that a decoder's crash or hang does not take the editor with it.

The helper process probes the file, decodes its first pictures and its first sound and answers in one line of JSON. It
loads neither Qt nor torch, has a limit of memory, and serves one file after another; when it dies or is silent for
too long it is ended and the next file gets a new one.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import msgspec

from core import processes
from core.errors import LaminarError, MediaError
from core.media.info import MediaInfo
from core.media.subtitles import Cue, read_cues

TIME_LIMIT = 10.0
"""Seconds for one file."""
START_LIMIT = 60.0
"""Seconds the helper has to say that it is ready; on a busy machine its imports take long."""
READY = b"ready\n"
MEMORY_LIMIT = 6 * 2**30
"""Bytes of address space of the helper, where the system can limit it."""


class Request(msgspec.Struct, frozen=True):
    """What the guard's process is asked about a file.

    deep: decode every frame and all sound, not just the first.
    cues: read its subtitles instead.
    """

    path: str
    deep: bool = False
    cues: bool = False


class Answer(msgspec.Struct, frozen=True):
    """info or cues, or message and hint. defect: an exception that should not have been, for the log."""

    info: MediaInfo | None = None
    cues: tuple[Cue, ...] = ()
    message: str = ""
    hint: str = ""
    defect: str = ""


class Guard:
    """A helper process for many files. Safe to call from several threads; they take turns."""

    def __init__(self, limit: float = TIME_LIMIT) -> None:
        """limit: seconds for one file."""
        self._limit = limit
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()

    def __enter__(self) -> Guard:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def probe(self, path: Path) -> MediaInfo:
        """What is in a file, after its first frames have been decoded.

        Raises:
            MediaError: when it cannot be used, the decoder died of it, or it took too long.
        """
        answer = self.ask(path)
        if answer.info is None:
            raise MediaError(answer.message, answer.hint)
        return answer.info

    def ask(self, path: Path, deep: bool = False, cues: bool = False) -> Answer:
        """The helper's answer; a crash or silence is an answer too. Raises OSError when no process can be started."""
        request = msgspec.json.encode(Request(str(path.absolute()), deep, cues)) + b"\n"
        with self._lock:
            used = self._process is not None
            line = self._exchange(request)
            if line == b"" and used:  # what an earlier file left behind may have been the reason
                self._end()
                line = self._exchange(request)
            if line is None:
                self._end()
                return Answer(
                    message=f"{path.name} takes too long to read",
                    hint="It may be damaged, or its disk is slow: copy it to this machine and try again",
                )
            if not line:
                self._end()
                return Answer(
                    message=f"{path.name} makes the decoder fail",
                    hint="The file is damaged or was made to do harm: make a fresh copy or convert it first",
                    defect="the helper process died",
                )
            return msgspec.json.decode(line, type=Answer)

    def close(self) -> None:
        """End the helper."""
        with self._lock:
            self._end()

    def _exchange(self, request: bytes) -> bytes | None:
        """A line from the helper; empty when it died, None when it is too slow."""
        try:
            process = self._process or self._start()
        except queue.Empty:
            return b""
        assert process.stdin is not None
        try:
            process.stdin.write(request)
            process.stdin.flush()
            return self._answers.get(timeout=self._limit)
        except queue.Empty:
            return None
        except OSError:
            return b""

    def _start(self) -> subprocess.Popen[bytes]:
        """A helper that is ready. Raises queue.Empty when it does not become so."""
        process = subprocess.Popen(
            processes.command("core.media.guard"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=processes.environment(OMP_NUM_THREADS="1"),
        )
        self._process, self._answers = process, queue.Queue()
        reader = threading.Thread(
            target=_read_lines, args=(process.stdout, self._answers), name="guard-answers", daemon=True
        )
        reader.start()
        self._answers.get(timeout=START_LIMIT)  # READY, or empty when it died: the file's own time starts now
        return process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            processes.close_pipes(process.stdin, process.stdout)


def _read_lines(stream: IO[bytes], answers: queue.Queue[bytes]) -> None:
    try:
        for line in stream:
            answers.put(line)
    except ValueError:
        pass  # closed while reading: the helper was ended
    answers.put(b"")


def safe_probe(path: Path) -> MediaInfo:
    """Probe one unknown file in a process of its own; for many files keep a Guard.

    Raises:
        MediaError: when it cannot be used, the decoder died of it, or it took too long.
    """
    with Guard() as guard:
        return guard.probe(path)


def safe_cues(path: Path) -> tuple[Cue, ...]:
    """The subtitles of one unknown file, read in a process of its own.

    Raises:
        MediaError: as `core.media.subtitles.read_cues`, when the decoder died of it, or it took too long.
    """
    with Guard() as guard:
        answer = guard.ask(path, cues=True)
    if not answer.cues:
        raise MediaError(answer.message, answer.hint)
    return answer.cues


def examine(path: Path, deep: bool) -> MediaInfo:
    """Probe and decode the beginning, or all of it; what the decoder had to patch is in the notes.

    Raises:
        MediaError: when the file cannot be used.
    """
    from core.media.audio import open_audio
    from core.media.probe import probe
    from core.media.reader import open_source

    info = probe(path)
    if info.video is not None and (deep or info.kind == "video"):  # a picture was read to probe it
        with closing(open_source(path, info)) as source:
            count = source.frame_count if deep else 1  # to count may need all of a long file read
            for number in range(count):
                source.frame(number, (64, 64))
            info = msgspec.structs.replace(info, notes=info.notes + getattr(source, "notes", ()))
    if info.audio is not None:
        with closing(open_audio(path, info)) as sound:
            for start in range(0, sound.sample_count if deep else 1, sound.rate):
                sound.read(start, sound.rate, sound.rate)
    return info


def _load() -> None:
    """Import what `examine` needs, before the clock of the first file runs."""
    import core.media.audio
    import core.media.probe
    import core.media.reader  # noqa: F401


def _answer(line: bytes) -> Answer:
    request = msgspec.json.decode(line, type=Request)
    path = Path(request.path)
    try:
        return Answer(cues=read_cues(path)) if request.cues else Answer(info=examine(path, request.deep))
    except LaminarError as error:
        return Answer(message=error.message, hint=error.hint)
    except Exception as error:  # noqa: BLE001 - whatever a damaged file brings to light must not end the helper
        return Answer(
            message=f"{path.name} cannot be read",
            hint="Convert it with another program first",
            defect=repr(error),
        )


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return  # no such limits on this system


def _serve() -> None:
    """Answer requests from standard input until it ends. Libraries' own output goes nowhere."""
    _limit_memory()
    out: Any = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _load()
    out.write(READY)
    out.flush()
    for line in sys.stdin.buffer:
        out.write(msgspec.json.encode(_answer(line)) + b"\n")
        out.flush()


if __name__ == "__main__":
    _serve()
