"""Messages between units and their operations centre, with who has them and who has read them."""
