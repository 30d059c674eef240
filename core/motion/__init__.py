"""How pictures move: optical flow, and the warps that follow it."""
