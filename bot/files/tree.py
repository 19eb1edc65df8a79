"""The organisation's tree as an import sees it: what is there, and what the file would add."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from sqlmodel import Session, select

from bot.files.faults import Unclear
from models.branch import Branch, BranchKind, plant

# The names from the top of the tree down.
Path = tuple[str, ...]


@dataclass
class Tree:
    """Nodes by their path; `branches` are those that are no groups."""

    kinds: dict[Path, BranchKind] = field(default_factory=dict)
    nodes: dict[Path, Branch] = field(default_factory=dict)
    paths: dict[int, Path] = field(default_factory=dict)
    _by_name: defaultdict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, db: Session) -> "Tree":
        """The tree as it is."""
        tree = cls()
        # A node's path holds its parent's, so that in this order every parent comes before its children.
        for node in sorted(db.exec(select(Branch)), key=lambda node: node.path.count("/")):
            assert node.id is not None
            path = (*(tree.paths[node.parent_id] if node.parent_id else ()), node.name)
            tree.paths[node.id], tree.nodes[path] = path, node
            tree._add(path, BranchKind(node.kind))
        return tree

    def home_of(self, node_id: int) -> Path:
        """The branch that a node belongs to: itself, or the first branch above a group."""
        path = self.paths[node_id]
        while self.kinds[path] is BranchKind.GROUP and len(path) > 1:
            path = path[:-1]
        return path

    def plan(self, paths: Iterable[Path]) -> None:
        """Takes in the branches that a file names by their whole way, before those it names by their end."""
        for path in dict.fromkeys(paths):
            if len(path) > 1:
                # What is unclear about it, its row says later.
                with suppress(Unclear):
                    self.branch(path)

    def branch(self, path: Path) -> Path:
        """The branch that a file means: from the top, or the only one whose way ends so, or else a new one.

        Raises `Unclear` where several end so, or a group has that name.
        """
        found = self._find(path)
        if found is None:
            found = (*self.branch(path[:-1]), path[-1]) if len(path) > 1 else path
            self._add(found, BranchKind.BRANCH)
        if self.kinds[found] is BranchKind.GROUP:
            raise Unclear("branch_is_group", value=path[-1])
        return found

    def group(self, home: Path, name: str) -> Path:
        """The group of that name in a branch, or a new one. Raises `Unclear` where a branch has that name."""
        path = (*home, name)
        if path not in self.kinds:
            self._add(path, BranchKind.GROUP)
        if self.kinds[path] is BranchKind.BRANCH:
            raise Unclear("group_is_branch", value=name)
        return path

    def grow(self, db: Session, path: Path) -> Branch:
        """The node at a path, made where it isn't there yet, and those above it."""
        if path not in self.nodes:
            parent = self.grow(db, path[:-1]) if len(path) > 1 else None
            self.nodes[path] = plant(db, path[-1], parent, self.kinds[path])
        return self.nodes[path]

    def _add(self, path: Path, kind: BranchKind) -> None:
        self.kinds[path] = kind
        self._by_name[path[-1]].append(path)

    def _find(self, path: Path) -> Path | None:
        if path in self.kinds:
            return path
        ending = [known for known in self._by_name[path[-1]] if known[-len(path) :] == path]
        branches = [known for known in ending if self.kinds[known] is BranchKind.BRANCH]
        if len(branches) > 1:
            raise Unclear("branch_unclear", value="/".join(path), known="、".join("/".join(one) for one in branches))
        return branches[0] if branches else None
