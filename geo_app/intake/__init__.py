"""Official files on their way to becoming versions of a layer."""
