"""Computes, and touches nothing outside: no files, network, clock, environment or terminal."""
