"""`python -m core.sample FOLDER`: draws the sample clip into a folder and tells its path on stdout."""

from __future__ import annotations

import sys
from pathlib import Path

from core.sample import write_sample

if __name__ == "__main__":
    sys.stdout.write(f"{write_sample(Path(sys.argv[1])).clip}\n")
