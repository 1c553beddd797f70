"""Values that a template leaves undecided, where they were written, and the operations on them.

A value is *plain*, *unknown* (an intrinsic function, of which only CloudFormation knows what it gives) or
*chosen* (``Fn::If``). A deployment sees plain values only; the author's tools read templates, where any value can
be any of the three. The same code serves both. It is written with the operations of this package and never looks
inside an ``Fn::If`` itself:

- ``each`` and ``each_known`` change a value in every branch, ``concat`` joins texts, ``join`` makes one value of
  two branches, ``to_template`` writes template syntax;
- ``decided`` asks for a value where the code has to know which branch holds. A deployment always knows. A tool
  catches the question (``Undecided``) and looks at both sides: ``every_way`` does that.

Nothing here knows about backups.
"""

from __future__ import annotations

from cfn_backup.symbolic.asking import (
    NeverDecided,
    NotKnown,
    TooManyWays,
    Undecided,
    Way,
    assume,
    assume_all,
    decided,
    every_way,
    known,
    may_be_absent,
    needed,
    present,
)
from cfn_backup.symbolic.paths import Branch, Path
from cfn_backup.symbolic.text import concat
from cfn_backup.symbolic.values import (
    NO_VALUE,
    Bool,
    Choice,
    Condition,
    Int,
    Is,
    Json,
    Str,
    Sym,
    Unknown,
    Unreadable,
    alternatives,
    each,
    each_known,
    filled,
    from_template,
    is_function,
    items,
    join,
    leaves,
    to_template,
)

__all__ = [
    "NO_VALUE",
    "Bool",
    "Branch",
    "Choice",
    "Condition",
    "Int",
    "Is",
    "Json",
    "NeverDecided",
    "NotKnown",
    "Path",
    "Str",
    "Sym",
    "TooManyWays",
    "Undecided",
    "Unknown",
    "Unreadable",
    "Way",
    "alternatives",
    "assume",
    "assume_all",
    "concat",
    "decided",
    "each",
    "each_known",
    "every_way",
    "filled",
    "from_template",
    "is_function",
    "items",
    "join",
    "known",
    "leaves",
    "may_be_absent",
    "needed",
    "present",
    "to_template",
]
