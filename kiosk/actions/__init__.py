"""One function per thing a person does; the web and the commands call these. No Flask, no SQL."""
