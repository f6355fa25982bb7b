"""Findings about columns, units and codes."""
