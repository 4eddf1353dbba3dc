"""Benchmarks: speed and memory of the load, of identity and of whole runs, beside a plain script."""
