"""Patrols joined with another service: who with, where they meet, when they did."""
