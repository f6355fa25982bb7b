"""Frames in, frames out: pure measures over layers."""
