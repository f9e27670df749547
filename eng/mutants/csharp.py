"""Statements of C# and what can be broken in them: as much of a parser as mutants.py needs."""
import re

TOKEN = re.compile(r"""
    (?P<space>\s+)
  | (?P<comment>//[^\n]*|/\*.*?\*/|^[ \t]*\#[^\n]*)
  | (?P<char>'(?:\\.[^']*|[^'\\])')
  | (?P<number>(?:0[xXbB][0-9a-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)[a-zA-Z]*)
  | (?P<name>@?[^\W\d]\w*)
  | (?P<op>=>|<=|>=|==|!=|&&|\|\||\?\?=|\?\?|\+=|-=|\*=|/=|<<=|<<|\+\+|--|\.\.|->|::|.)
""", re.X | re.S | re.M)
OPENING, CLOSING = {"(": ")", "[": "]"}, {")", "]"}
SWAPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "+": "-", "-": "+", "*": "/", "/": "*",
         "&&": "||", "||": "&&"}
TYPE_WORDS = {"class", "struct", "record", "interface", "enum", "namespace"}
NO_STATEMENT = {"return", "throw", "break", "continue", "yield", "goto", "using", "var", "const", "base", "fixed",
                "lock", "else", "if", "for", "foreach", "while", "do", "case", "default", "unchecked", "checked"}


class Token:
    def __init__(self, kind, text, start):
        self.kind, self.text, self.start, self.end = kind, text, start, start + len(text)

    def __repr__(self):
        return self.text


def end_of_string(text, start):
    """Behind the string that begins at start, with its prefix; interpolations are part of it."""
    at = start
    while text[at] in "$@":
        at += 1
    prefix = text[start:at]
    quotes = len(text[at:]) - len(text[at:].lstrip('"'))
    if quotes >= 3:
        return text.index('"' * quotes, at + quotes) + quotes
    at += 1
    while True:
        one = text[at]
        if one == "\\" and "@" not in prefix:
            at += 2
        elif one == '"' and text[at:at + 2] == '""' and "@" in prefix:
            at += 2
        elif one == '"':
            return at + 1
        elif one == "{" and "$" in prefix and text[at:at + 2] != "{{":
            at = end_of_hole(text, at)
        elif one in "{}" and "$" in prefix and text[at:at + 2] in ("{{", "}}"):
            at += 2
        else:
            at += 1


def end_of_hole(text, at):
    depth = 0
    while True:
        one = text[at]
        if one == '"' or (one in "$@" and re.match(r'[$@]+"', text[at:])):
            at = end_of_string(text, at)
            continue
        depth += {"{": 1, "}": -1}.get(one, 0)
        at += 1
        if depth == 0:
            return at


def tokens(text):
    at, found = 0, []
    while at < len(text):
        if text[at] == '"' or re.match(r'[$@]+"', text[at:at + 4]):
            end = end_of_string(text, at)
            found.append(Token("string", text[at:end], at))
        else:
            match = TOKEN.match(text, at)
            end = match.end()
            if match.lastgroup not in ("space", "comment"):
                found.append(Token(match.lastgroup, match.group(), at))
        at = end
    return found


def segments(text):
    """Yields (tokens, what ended them, whether they stand in code): pieces between ;, { and } outside of brackets."""
    contexts, part, depth = [], [], 0
    for token in tokens(text):
        one = token.text if token.kind == "op" else None
        if one == "{":
            yield part, one, is_code(contexts)
            contexts.append((depth, "type" if any(t.text in TYPE_WORDS for t in part) and not is_code(contexts) else "code"))
            part, depth = [], 0
        elif one == "}":
            yield part, one, is_code(contexts)
            depth = contexts.pop()[0]
            part = []
        elif one == ";" and depth == 0:
            yield part, one, is_code(contexts)
            part = []
        else:
            depth += 1 if one in OPENING else -1 if one in CLOSING else 0
            part.append(token)


def is_code(contexts):
    return bool(contexts) and contexts[-1][1] == "code"


def is_balanced(part):
    depth = 0
    for token in part:
        if token.kind == "op":
            depth += 1 if token.text in OPENING else -1 if token.text in CLOSING else 0
        if depth < 0:
            return False
    return depth == 0


def at_top(part, words):
    """The place of the first of some words outside of brackets; -1 for none."""
    depth = 0
    for i, token in enumerate(part):
        if token.kind == "op":
            depth += 1 if token.text in OPENING else -1 if token.text in CLOSING else 0
            if depth == 0 and token.text in words:
                return i
    return -1


def expression_of(part, ended, in_code):
    """The tokens of the part's value or condition, and whether it is a condition; None where it has none."""
    first = part[0].text
    if ended == "{" and in_code:
        start = 1 if first in ("if", "while") else 2 if [t.text for t in part[:2]] == ["else", "if"] else None
        if start is not None and part[start].text == "(" and part[-1].text == ")":
            return part[start + 1:-1], True
        if first == "for" and sum(t.text == ";" for t in part) == 2:
            one, two = (i for i, t in enumerate(part) if t.text == ";")
            return part[one + 1:two], True
        return None
    if ended != ";":
        return None
    if first == "return":
        return part[1:], False
    arrow, equals = at_top(part, {"=>"}), at_top(part, {"=", "+=", "-="})
    if arrow >= 0 and (equals < 0 or arrow < equals) and not in_code:
        return part[arrow + 1:], False
    if equals >= 0 and first != "for" and "const" not in [t.text for t in part]:
        return part[equals + 1:], False
    return None


def number_of(token):
    """Another number of the same type; None where that is not simple."""
    if re.fullmatch(r"\d+", token.text):
        return str(int(token.text) + 1)
    match = re.fullmatch(r"(\d+\.\d+)([fF]?)", token.text)
    return None if match is None else f"{2 * float(match.group(1)) or 1.0!r}{match.group(2)}"


def sites(text, expression):
    """Yields (operator, start, end, replacement) for what can be broken within an expression."""
    has_text = any(t.kind in ("string", "char") for t in expression)
    for token in expression:
        if token.kind == "number" and number_of(token):
            yield "change a constant", token.start, token.end, number_of(token)
        if token.kind == "op" and token.text in SWAPS:
            is_binary = text[token.start - 1].isspace() and text[token.end].isspace()
            if is_binary and not (has_text and token.text in "+-"):
                name = ("swap + and −" if token.text in "+-" else "swap × and ÷" if token.text in "*/"
                        else "swap and, or" if token.text in ("&&", "||")
                        else "negate a condition" if token.text in ("==", "!=") else "swap < and ≤")
                yield name, token.start, token.end, SWAPS[token.text]


def is_droppable(part):
    if part[0].text in NO_STATEMENT or part[0].kind != "name" and part[0].text not in ("_", "++", "--"):
        return False
    equals = at_top(part, {"=", "+=", "-=", "*=", "/="})
    head = part if equals < 0 else part[:equals]
    if any(one.kind == two.kind == "name" for one, two in zip(head, head[1:]) if one.text != "await"):
        return False
    if equals < 0:
        return part[-1].text in (")", "++", "--")
    # Types with arguments, arrays, nullable ones: a declaration.
    return not re.search(r"[>\]?]$", "".join(t.text for t in head[:-1]))


def choices(text):
    """Yields a list of mutations for every statement: (operator, start, end, before, after), each with a switch @."""
    for part, ended, in_code in segments(text):
        if not part or part[0].text == "[" or not is_balanced(part):
            continue
        found = []
        words = [t.text for t in part]
        if ended == ";" and "const" in words and part[-1].kind == "number" and number_of(part[-1]):
            number = part[-1]
            const = next(t for t in part if t.text == "const")
            readonly = "" if in_code else "static readonly"
            found.append(("change a constant", const.start, number.end,
                          f"{readonly}{text[const.end:number.start]}(@ ? {number_of(number)} : {number.text})",
                          number.text, number_of(number)))
        value = expression_of(part, ended, in_code)
        if value and value[0] and value[0][0].text not in ("ref", "throw", "stackalloc"):
            expression, is_condition = value
            start, end = expression[0].start, expression[-1].end
            whole = text[start:end]
            if is_condition:
                found.append(("negate a condition", start, end, f"@ != ({whole})", whole, f"!({whole})"))
            for name, one, two, new in sites(text, expression):
                broken = text[start:one] + new + text[two:end]
                found.append((name, start, end, f"(@ ? {broken} : {whole})", whole, broken))
        if ended == ";" and in_code and is_droppable(part):
            start, end = part[0].start, part[-1].end
            found.append(("drop a statement", start, end + 1, f"if (!@) {{ {text[start:end]}; }}", text[start:end] + ";", ""))
        if found:
            yield found
