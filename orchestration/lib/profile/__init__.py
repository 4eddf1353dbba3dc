"""The profile of a person, as Python needs it: the declared tags and the timeline."""
