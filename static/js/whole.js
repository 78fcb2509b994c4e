// Does nothing: the touchscreen paints no page before it was read to here (blocking="render").
