"""What shells run to complete. bash takes a colon for the end of a word; ours stand within words (module:function)."""

from __future__ import annotations

import os
from typing import ClassVar

import click
from click.shell_completion import BashComplete, add_completion_class, shell_complete, split_arg_string

SCRIPT = """\
%(complete_func)s() {
    local IFS=$'\\n' line="${COMP_LINE:0:COMP_POINT}" response completion type value colon=""
    local word="${line##*[[:space:]]}"
    if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
        colon="${word%%"${word##*:}"}"
    fi
    response=$(env COMP_WORDS="$line" %(complete_var)s=bash_complete $1)
    for completion in $response; do
        IFS=',' read -r type value <<< "$completion"
        if [[ $type == 'dir' ]]; then
            COMPREPLY=()
            compopt -o dirnames
        elif [[ $type == 'file' ]]; then
            COMPREPLY=()
            compopt -o default
        elif [[ $type == 'plain' ]]; then
            if [[ $value == *[.:] ]]; then compopt -o nospace; fi
            COMPREPLY+=("$(printf '%%q' "${value#"$colon"}")")
        fi
    done
    return 0
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """Completes the last word of the line, colons and all."""

    source_template: ClassVar[str] = SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the arguments before the word that is begun, and that word."""
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)
        begun = "" if line[-1:].isspace() else words.pop()
        return words[1:], begun


def complete(command: click.Command, variable: str, instruction: str) -> int:
    """Answer a shell that asks for its script or for completions, and return the exit code."""
    add_completion_class(Bash)
    return shell_complete(command, {}, "wfperf", variable, instruction)
