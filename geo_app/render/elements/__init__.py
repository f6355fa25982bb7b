"""Elements of a map, one per file: a folium template and its class."""
