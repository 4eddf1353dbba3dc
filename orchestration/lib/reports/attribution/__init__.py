"""The report of attribution: which channels get the credit under eight models, and how sure that is."""
