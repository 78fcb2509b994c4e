"""A bank of questions as a TOML file that people go on writing in: values in, text out, laid out as the shipped ones.

A question may lack what a pack will ask for; then a comment stands in its place.
"""

import json
from collections.abc import Iterable, Mapping

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


def write_bank(title: Mapping[str, str], questions: Iterable[Mapping[str, object]], lacking: str) -> str:
    """Return the file. `questions` hold values by the names of the pack's models; `lacking` is the comment, with a
    `%(keys)s`, for a question without an explanation, or without both a source and a reasoning.
    """
    lines = [f"title = {_value(title)}"]
    for question in questions:
        lines += ["", "[[questions]]"]
        lines += [f"{key} = {_value(question[key])}" for key in _KEYS if question.get(key) not in (None, (), [])]
        missing = [] if question.get("explanation") else ["explanation"]
        missing += [] if question.get("source") or question.get("reasoning") else ["source / reasoning"]
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
