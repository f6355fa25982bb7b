"""Frames to pictures: folium maps, legends, display files. No Flask here."""
