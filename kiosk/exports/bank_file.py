"""A bank of questions as a TOML file that people go on writing in: values in, text out, laid out as the shipped ones.

A question may lack what a pack will ask for; then a comment stands in its place.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

# The order of the shipped files; what a question does not say is left out.
_KEYS = (
    "id",
    "kind",
    "topic",
    "audiences",
    "level",
    "local",
    "classic",
    "text",
    "options",
    "key",
    "explanation",
    "source",
    "reasoning",
    "scientists",
)


def write_bank(
    title: Mapping[str, str], questions: Iterable[tuple[Mapping[str, object], Sequence[str]]], lacking: str
) -> str:
    """Return the file. `questions` are values by the names of the pack's models, each with what it still lacks, for
    which stands a comment: `lacking`, with a `%(keys)s`.
    """
    lines = [f"title = {_value(title)}"]
    for question, missing in questions:
        lines += ["", "[[questions]]"]
        lines += [f"{key} = {_value(question[key])}" for key in _KEYS if question.get(key) not in (None, (), [])]
        if missing:
            lines.append(f"# {lacking % {'keys': ', '.join(missing)}}")
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for DEL, which TOML wants written out.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    parts = [_value(one) for one in value]
    if any(isinstance(one, Mapping) for one in value):
        return "[\n" + "".join(f"    {part},\n" for part in parts) + "]"
    return "[" + ", ".join(parts) + "]"
