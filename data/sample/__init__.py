"""The sample province: shapefiles and rasters built from the facts in ``data/facts``."""
