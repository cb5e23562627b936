{% load static %}// The map's own thread, at an address of which the crew's service worker is in charge: so it starts without a network.
import "{% static 'vendor/maplibre-gl/maplibre-gl-worker.mjs' %}";
