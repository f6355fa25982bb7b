"""Findings about formats, archives and tables."""
