"""Why two identifiers are one person, or why they are not: answers from what is published."""
