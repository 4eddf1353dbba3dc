"""From what channels delivered (landing/) to typed rows without clear personal values (raw/)."""
