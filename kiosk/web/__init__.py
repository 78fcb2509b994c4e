"""Everything a browser sees. Views parse, call an action, render; no SQL and no rules here."""
