"""Reading the history of stages. Does not belong here: how a stage is decided (models/)."""
