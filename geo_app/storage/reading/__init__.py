"""Official files as they come → raw frames."""
