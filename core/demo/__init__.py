"""The journey of `make demo`: every feature once, on the clip that the program draws itself.

`journey` is the film from import to export; each further area of the editor has a module of its own that `journey`
calls, so that a feature and its demonstration can be read side by side.
"""

from core.demo.journey import demo

__all__ = ["demo"]
