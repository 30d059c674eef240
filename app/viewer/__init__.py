"""Parts of the viewer: canvas, overlay, pens, handles, transport."""
