"""One file per named study over catalogued layers."""
