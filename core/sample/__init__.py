"""A clip the program draws itself, with exact masks, layers and motion: for the demo, the start page, the tests."""

from core.sample.files import SampleFiles, write_sample
from core.sample.scene import OBJECT_NAMES, Scene

__all__ = ["OBJECT_NAMES", "SampleFiles", "Scene", "write_sample"]
