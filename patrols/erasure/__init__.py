"""Devices of crews, and the order to erase what they hold: fulfilled at the next contact, signed in or not."""
