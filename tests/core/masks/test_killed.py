"""A tracking job killed by the system goes on and ends with the masks of an unbroken run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from core.masks import propagate
from tests.core.masks.scenes import write_clip, write_key

CODE = """
import json, sys, time
from pathlib import Path
import torch
from core.masks import propagate
torch.set_num_threads(1)
propagate.CHECKPOINT_SECONDS = 0.2
out, clip, keys = sys.argv[1:]
for _ in propagate.track(Path(out), clip=clip, key_masks=json.loads(keys)):
    time.sleep(0.05)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_killed_and_run_again(tmp_path: Path) -> None:
    truth = write_clip(tmp_path / "clip", 8)
    keys = write_key(tmp_path, 0, truth[0]) | write_key(tmp_path, 6, truth[6])
    out, whole = tmp_path / "out", tmp_path / "whole"
    command = [sys.executable, "-c", CODE, str(out), str(tmp_path / "clip"), json.dumps(keys)]
    worker = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    try:
        deadline = time.monotonic() + 50
        while (
            not (out / "masks" / "00004.png").exists()
            and worker.poll() is None
            and time.monotonic() < deadline
        ):
            time.sleep(0.01)
    finally:
        worker.kill()
        worker.wait()
    assert worker.returncode == -signal.SIGKILL
    torch.set_num_threads(1)
    for folder in (out, whole):
        for _ in propagate.track(folder, clip=str(tmp_path / "clip"), key_masks=keys):
            pass
    wanted = {path.relative_to(whole): path.read_bytes() for path in whole.rglob("*") if path.is_file()}
    assert {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()} == wanted
