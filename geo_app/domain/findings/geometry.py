"""Findings about shapes, partitions and networks."""
