"""Findings about differences, defence and secrecy."""
