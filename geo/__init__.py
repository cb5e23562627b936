"""Geography: the region pack (gazetteer, routing, basemap) and areas. Knows nothing above core."""
