"""
A catalogue and a store opened together: read, publish, look up, map.

=============  =======================================================================
`view`         one reader's view of one generation: `open_workspace`, `Workspace`
`publishing`   from a clean frame to a served version, and back again
`lookup`       what is here, and where is that
`readiness`    which layers are real, illustrative or awaited
`downloads`    a layer as a file, its provenance inside
`mapping`      the atlas and its themes as folium maps
`founding`     another province's empty workspace
`entries`      what people enter by hand: `overrides`, `posts`, and checks as `saved`
`kept`         texts too long for an address, kept for a while
=============  =======================================================================
"""

from geo_app.workspace.view import Bounds, Workspace, open_workspace

__all__ = ["Bounds", "Workspace", "open_workspace"]
