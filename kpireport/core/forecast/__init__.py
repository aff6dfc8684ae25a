"""The parts of a landing: seasons, level and drift, simulated paths, and plain pace."""
