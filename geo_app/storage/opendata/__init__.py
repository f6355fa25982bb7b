"""Open data by name: services and files of the public, dated, licensed, cached."""
