"""Other packages are used by their public interfaces alone, and stay as they are: read from every module's source."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kpireport"
MODULES = sorted(PACKAGE.rglob("*.py"))
OWNERS = ("self", "cls")
# Documented in spite of its underscore: of a named tuple, whose other names are those of its fields.
NAMED_TUPLE = frozenset({"_replace", "_asdict", "_make", "_fields", "_field_defaults"})
# A worker that must not clean up after its parent ends so; the documentation of os has no other way. The folder for
# temporary files is named so by the documentation of tempfile; WeasyPrint takes no other word.
ALLOWED = {
    ("batch/executors.py", "os._exit"), ("render/pango.py", "tempfile.tempdir ="),
    ("core/fingerprint.py", "hasattr(value, '_asdict')"),  # documented: the fields of a named tuple
}  # fmt: skip


def private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def ours(module: str | None) -> bool:
    return (module or "").partition(".")[0] == "kpireport"


class Reader(ast.NodeVisitor):
    """Collects what a module does to others.

    own: underscored names that the module itself gives to what it defines; they are its own wherever they stand.
    foreign: names that stand for another package, or for what was imported from one. modules: names of modules.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.own: set[str] = set()
        self.foreign: set[str] = set()
        self.modules: set[str] = set()
        self.faults: list[tuple[int, str]] = []
        for node in ast.walk(tree):
            self._declare(node)
        self.visit(tree)

    def _declare(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                bound = {(alias.asname or alias.name.partition(".")[0]): alias.name for alias in names}
                self.modules |= set(bound)
                self.foreign |= {name for name, module in bound.items() if not ours(module)}
            case ast.ImportFrom(module=module, names=names):
                bound_names = {alias.asname or alias.name for alias in names}
                # Whether a name is that of a module shows in its case: classes and constants have capitals.
                self.modules |= {name for name in bound_names if name.islower()}
                self.foreign |= set() if ours(module) else bound_names
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self.own.add(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=attr, ctx=ast.Store()) if owner in OWNERS:
                self.own.add(attr)
            case ast.AnnAssign(target=ast.Name(id=name)):  # a field of a class
                self.own.add(name)

    def fault(self, node: ast.AST, text: str) -> None:
        self.faults.append((node.lineno, text))  # type: ignore[attr-defined]

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if any(map(private, alias.name.split("."))):
                self.fault(node, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            name = f"{node.module}.{alias.name}"
            if any(map(private, name.split("."))) and node.module != "__future__":
                self.fault(node, name)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if private(node.attr) and node.attr not in NAMED_TUPLE and not self._is_own(node):
            self.fault(node, ast.unparse(node))
        if not isinstance(node.ctx, ast.Load) and self._is_module(node.value):
            self.fault(node, f"{ast.unparse(node)} =")
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load) and self._names_modules(node.value):
            self.fault(node, f"{ast.unparse(node)} =")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called, arguments = ast.unparse(node.func), node.args
        if isinstance(node.func, ast.Attribute) and self._names_modules(node.func.value):
            if node.func.attr in ("setdefault", "update", "pop", "clear", "popitem", "__setitem__"):
                self.fault(node, ast.unparse(node))
        elif called in ("setattr", "delattr") and arguments and self._is_module(arguments[0]):
            self.fault(node, ast.unparse(node))
        elif called in ("getattr", "setattr", "delattr", "hasattr") and len(arguments) > 1:
            match arguments[1]:
                case ast.Constant(value=str(name)) if private(name):
                    self.fault(node, ast.unparse(node))
        self.generic_visit(node)

    def _is_own(self, node: ast.Attribute) -> bool:
        """Return whether an underscored name was given by the module itself.

        A method of our own class may read a field of another of that class; a class that inherits from elsewhere
        may not read through self what it has not set: that would be the other package's.
        """
        root = node.value
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and root.id in self.foreign:
            return False
        return node.attr in self.own

    def _is_module(self, node: ast.AST) -> bool:
        """Return whether an expression stands for a module, or for a class or function of another package."""
        match node:
            case ast.Name(id=name):
                return name in self.modules | self.foreign
            case ast.Attribute(value=value):
                return self._is_module(value) and not isinstance(value, ast.Call)
            case ast.Call(func=func):
                return ast.unparse(func) in ("importlib.import_module", "import_module", "__import__")
            case _:
                return self._names_modules(getattr(node, "value", node)) if isinstance(node, ast.Subscript) else False

    def _names_modules(self, node: ast.AST) -> bool:
        return ast.unparse(node) in ("sys.modules", "modules") and bool(self.foreign & {"sys", "modules"})


def faults(source: str) -> list[str]:
    return [text for _, text in sorted(Reader(ast.parse(source)).faults)]


def test_each_module_uses_public_interfaces_alone() -> None:
    assert len(MODULES) > 100
    wrong = {
        (path.relative_to(PACKAGE).as_posix(), text) for path in MODULES for text in faults(path.read_text("utf-8"))
    }
    assert wrong == ALLOWED


@pytest.mark.parametrize(
    ("source", "told"),
    [
        pytest.param("import a\na._b()", ["a._b"], id="a name of a module"),
        pytest.param("import a.c\na.c._b.d", ["a.c._b"], id="a name of a module's module"),
        pytest.param("from a import b\nb.c._d", ["b.c._d"], id="a name of a class"),
        pytest.param("from a import b\nb.c()._d", ["b.c()._d"], id="a name of what a call returns"),
        pytest.param("from a import B\nx = B()\nx._d = 3", ["x._d"], id="a name of an object, set"),
        pytest.param("from a import B\nclass C(B):\n def f(self): self._d()", ["self._d"], id="an inherited name"),
        pytest.param("from a import _b", ["a._b"], id="an import"),
        pytest.param("import a._b.c", ["a._b.c"], id="an import of a module"),
        pytest.param("from kpireport.a import _b", ["kpireport.a._b"], id="an import of another room"),
        pytest.param("import a\ndef _b(): pass\na._b()", ["a._b"], id="a name that is also our own"),
        pytest.param("import a\ngetattr(a, '_b')", ["getattr(a, '_b')"], id="a name that is spelt out"),
        pytest.param("import sys\nsys.modules['a'] = 3", ["sys.modules['a'] ="], id="a module put in a place"),
        pytest.param("import sys\ndel sys.modules['a']", ["sys.modules['a'] ="], id="a module taken away"),
        pytest.param("from sys import modules\nmodules['a'] = 3", ["modules['a'] ="], id="by another name"),
        pytest.param(
            "import sys\nsys.modules.setdefault('a', 3)", ["sys.modules.setdefault('a', 3)"], id="if it is not there"
        ),
        pytest.param("import sys\nsys.modules['a'].b = 3", ["sys.modules['a'].b ="], id="in a module by its name"),
        pytest.param("import a\na.b = 3", ["a.b ="], id="a function replaced"),
        pytest.param("import a.c\na.c.b += 3", ["a.c.b ="], id="a value changed"),
        pytest.param("from a import C\nC.b = 3", ["C.b ="], id="a method replaced"),
        pytest.param("from a import c\nc.D.b = 3", ["c.D.b ="], id="a method of a module's class"),
        pytest.param("from kpireport.a import c\nc.b = 3", ["c.b ="], id="in a module of our own"),
        pytest.param("import a\nfor a.b in c: pass", ["a.b ="], id="by a loop"),
        pytest.param("import a\nsetattr(a, 'b', 3)", ["setattr(a, 'b', 3)"], id="with setattr"),
        pytest.param("def f():\n import a\n a.b = 3", ["a.b ="], id="inside a function"),
        pytest.param("import a\na.b()\na.__version__\na.b.c", [], id="what is public"),
        pytest.param("from a import b\nx = b()\nx.c = 3", [], id="an attribute of an object"),
        pytest.param("from typing import NamedTuple\nclass A(NamedTuple): b: int\nA(1)._replace(b=2)", [], id="tuples"),
        pytest.param("class A:\n def __init__(self): self._b = 1\n def f(self, x: 'A'): x._b", [], id="our own class"),
        pytest.param("import sys\nsys.modules.get('a')\n'a' in sys.modules", [], id="what is loaded"),
        pytest.param("from __future__ import annotations", [], id="the future"),
    ],
)
def test_a_fault_would_be_seen(source: str, told: list[str]) -> None:
    assert faults(source) == told
