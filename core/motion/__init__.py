"""Motion between frames: optical flow and the one home of warp conventions."""
