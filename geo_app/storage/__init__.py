"""The only floor that opens stores and sockets."""
