"""Plain facts of the domain: no files, no network, no Flask."""
