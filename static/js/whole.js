// Does nothing. It is run once a page was read to its end, and the touchscreen paints no page before (blocking="render").
