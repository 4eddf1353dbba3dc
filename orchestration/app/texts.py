"""The texts of the application in both languages.

Belongs here: reading texts.yml. Does not belong here: the texts, or names of channels and types (words.py).
"""

from pathlib import Path

from orchestration.lib.reports.said import Texts

TEXTS = Texts(Path(__file__).with_name("texts.yml"))
