"""Values and rules. Imports the standard library and pydantic; opens no file, speaks no SQL, knows no Flask."""
