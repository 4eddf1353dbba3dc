"""HTML reports for people: pages made from the published file alone, in Chinese and English.

Belongs here: what all reports share (said, parts, page, charts, words) and a package for each report.
Does not belong here: computing figures that a mart could hold.
"""
