"""Location paths and predicates (XPath 1.0, 2.1 and 2.4; axes as in the ODK XForms Specification).

Groups and sections have no nodes here, so a step that names one is passed over: `/data/staffing/chair_post` finds
`chair_post`. Above the outermost row stands the form itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from surveys.expressions.code import Code, Run, Scope, as_boolean, as_nodes
from surveys.expressions.conversion import to_boolean
from surveys.expressions.errors import ExpressionError
from surveys.expressions.tree import Call, Filter, NumberLiteral, Path, Step, Tree, unwrap
from surveys.expressions.values import Context, Item, Node, Nodes, NodeSet

if TYPE_CHECKING:
    from surveys.expressions.compiler import Compiler

Move = Callable[[Context, Nodes, Item | None], Nodes]


class Form:
    """The form itself, seen as a node: the parent of every row and of every cell that is in no row."""

    __slots__ = ("_context",)
    value = ""
    position = 1

    def __init__(self, context: Context) -> None:
        self._context = context

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Form)

    __hash__ = None  # type: ignore[assignment]

    def children(self, name: str) -> Sequence[Node]:
        """The nodes of the question called `name`."""
        return self._context.nodes(name, ())

    def parent(self) -> Node | None:
        """None: nothing stands above the form."""
        return None


def compile_filter(compiler: Compiler, tree: Filter, scope: Scope) -> Code:
    """`base[predicate]…`."""
    base = compiler.compile(tree.base, scope)
    if base.kind not in ("nodes", "any"):
        raise ExpressionError("方括号只能跟在题目或路径后面", tree.offset)
    start = as_nodes(base)
    keep = _predicates(compiler, tree.predicates, Scope(True, base.subject, base.owners))
    return Code(lambda context, item: keep(context, start(context, item), item), "nodes", base.subject, base.owners)


def compile_path(compiler: Compiler, tree: Path, scope: Scope) -> Code:
    """A location path, from the form, the node at hand, the expression's own row or the nodes of `base`."""
    if tree.absolute:
        return _absolute(compiler, tree)
    if tree.base is not None:
        inner = unwrap(tree.base)
        if isinstance(inner, Call) and inner.name == "current" and not inner.arguments:
            return _from_start(compiler, tree, Scope(), from_current=True)
        base = compiler.compile(tree.base, scope)
        if base.kind not in ("nodes", "any"):
            raise ExpressionError("/ 只能跟在题目或路径后面；除法请写 div", tree.offset)
        return _walk(compiler, as_nodes(base), tree.steps, base)
    return _from_start(compiler, tree, scope, from_current=False)


def _from_start(compiler: Compiler, tree: Path, scope: Scope, *, from_current: bool) -> Code:
    first, steps = tree.steps[0], tree.steps
    findings = compiler.findings
    while first.kind == "self" and not first.predicates and len(steps) > 1:
        steps = steps[1:]
        if steps[0].kind == "child" and not (scope.inside or from_current):
            findings.reads_current = True
            return _walk(compiler, _current, steps, Code(_current, "nodes", (".", ())))
        first = steps[0]
    if first.kind == "self":
        if not scope.inside:
            findings.reads_current = True
            start = Code(_current, "nodes", (".", ()))
        else:
            start = Code(_at_hand, "nodes", scope.subject, scope.owners)
        return _walk(compiler, start.run, steps, start) if first.predicates or len(steps) > 1 else start
    if first.kind == "child" and scope.inside:
        return _walk(compiler, _at_hand, steps, Code(_at_hand, "nodes", None, scope.owners))
    if first.kind == "child" and not from_current:
        findings.row_fields.add(first.name)
        return _walk(compiler, _own_row, steps, Code(_own_row, "nodes"), named=False)
    if scope.inside:
        return _upward(compiler, _at_hand, steps, tree.offset)
    if first.kind == "parent" and not first.predicates:
        steps = steps[1:]
    return _upward(compiler, _own_row_or_form, steps, tree.offset)


def _upward(compiler: Compiler, start: Run, steps: Sequence[Step], offset: int) -> Code:
    """A path that leaves the node at hand: what it comes down to is a reference like `${name}`."""
    climbs = next((index for index, step in enumerate(steps) if step.kind == "child"), len(steps))
    if climbs == len(steps):
        return _walk(compiler, start, steps, Code(start, "nodes"))
    owner = compiler.findings.refer(_landmark(steps[climbs:]).name, (), offset)
    return _walk(compiler, start, steps, Code(start, "nodes", None, (owner,)))


def _landmark(steps: Sequence[Step]) -> Step:
    """The step that names a question: the first with a predicate (a roster), else the last."""
    named = [step for step in steps if step.kind == "child"]
    return next((step for step in named if step.predicates), named[-1])


def _absolute(compiler: Compiler, tree: Path) -> Code:
    steps: list[Step] = []
    for step in tree.steps:
        if step.kind == "parent" and steps:
            steps.pop()
        elif step.kind == "child":
            steps.append(step)
    if len(steps) > 1:
        del steps[0]  # the root element, whatever the form calls it
    if not steps:
        raise ExpressionError("路径里没有题目名", tree.offset)
    landmark = _landmark(steps)
    place = steps.index(landmark)
    name = landmark.name
    owner = compiler.findings.refer(name, (), tree.offset)
    outer = steps[place - 1].name if place else None

    def start(context: Context, item: Item | None) -> Nodes:
        found = context.nodes(name, ())
        return found if found or outer is None else context.nodes(outer, (name,))

    base = Code(start, "nodes", (name, ()), (owner,))
    if landmark.predicates:
        keep = _predicates(compiler, landmark.predicates, Scope(True, base.subject, base.owners))
        base = Code(lambda context, item: keep(context, start(context, item), item), "nodes", base.subject, base.owners)
    rest = steps[place + 1 :]
    return _walk(compiler, base.run, rest, base) if rest else base


def _walk(compiler: Compiler, start: Run, steps: Sequence[Step], base: Code, *, named: bool = True) -> Code:
    moves: list[Move] = []
    subject = base.subject
    for place, step in enumerate(steps):
        if step.kind == "child":
            for fields in base.owners:
                fields.add(step.name)
            subject = (step.name, ()) if named else None
            moves.append(_child(step.name, passable=place + 1 < len(steps) and not step.predicates))
        elif step.kind == "parent":
            subject = None
            moves.append(_parents)
        if step.predicates:
            moves.append(_predicates(compiler, step.predicates, Scope(True, subject, base.owners)))

    if len(moves) == 1:
        only = moves[0]
        return Code(lambda context, item: only(context, start(context, item), item), "nodes", subject, base.owners)

    def run(context: Context, item: Item | None) -> Nodes:
        nodes: Nodes = start(context, item)
        for move in moves:
            nodes = move(context, nodes, item)
        return nodes

    return Code(run, "nodes", subject, base.owners)


def _child(name: str, *, passable: bool) -> Move:
    def move(context: Context, nodes: Nodes, item: Item | None) -> Nodes:
        found = [child for node in nodes for child in node.children(name)]
        return nodes if passable and not found else found

    return move


def _parents(context: Context, nodes: Nodes, item: Item | None) -> Nodes:
    found: list[Node] = []
    for node in nodes:
        # Above the form are only groups, which are passed over.
        parent: Node = node.parent() or Form(context)
        if parent not in found:
            found.append(parent)
    return found


def _predicates(compiler: Compiler, predicates: Sequence[Tree], scope: Scope) -> Move:
    tests = [_predicate(compiler, predicate, scope) for predicate in predicates]

    def keep(context: Context, nodes: Nodes, item: Item | None) -> Nodes:
        for test in tests:
            nodes = [node for place, node in enumerate(nodes, 1) if test(context, Item(node, place))]
        return NodeSet(nodes)

    def pick(context: Context, nodes: Nodes, item: Item | None) -> Nodes:
        # A place such as [1] picks a node for its value; it does not ask whether there is one.
        return list(keep(context, nodes, item))

    return pick if isinstance(unwrap(predicates[-1]), NumberLiteral) else keep


def _predicate(compiler: Compiler, predicate: Tree, scope: Scope) -> Callable[[Context, Item], bool]:
    code = compiler.compile(predicate, scope)
    run = code.run
    if code.kind == "number":
        return lambda context, item: bool(run(context, item) == item.position)
    if code.kind != "any":
        return as_boolean(code)

    def test(context: Context, item: Item) -> bool:
        value = run(context, item)
        return value == item.position if type(value) is float else to_boolean(value)

    return test


def _current(context: Context, item: Item | None) -> Nodes:
    return context.current()


def _at_hand(context: Context, item: Item | None) -> Nodes:
    return (item.node,) if item else ()


def _own_row(context: Context, item: Item | None) -> Nodes:
    here = context.here()
    return (here,) if here is not None else ()


def _own_row_or_form(context: Context, item: Item | None) -> Nodes:
    here = context.here()
    return (here if here is not None else Form(context),)
