"""The region pack: one `.osm.pbf` becomes gazetteer, routing graph and basemap, built aside and swapped in whole."""
