"""What the operator means by the name of a branch, a group or a person."""

from sqlmodel import Session, select

from bot.audience import Places
from bot.commands.errors import CommandError
from bot.files.tree import Path, Tree
from bot.texts import Texts
from models.branch import Branch, subtree
from models.member import Member


def find_node(db: Session, name: str) -> Branch:
    """The branch or group of that name, or at the end of that way: 「第二小组」, 「机关党委/第一支部」.

    Without a name the whole tree, where it has one top. Raises `CommandError` for none, or several.
    """
    tree = Tree.read(db)
    wanted: Path = tuple(part.strip() for part in name.split("/")) if name else ()
    found = [path for path in tree.nodes if (path[-len(wanted) :] == wanted if wanted else len(path) == 1)]
    exact = [path for path in found if path == wanted]
    if len(exact or found) == 1:
        return tree.nodes[(exact or found)[0]]
    known = "、".join("/".join(path) for path in sorted(found or tree.nodes)[:20])
    if not known:
        raise CommandError("roster_empty")
    raise CommandError("place_unclear" if found else "place_unknown", name=name, known=known)


def all_places(db: Session, words: str, texts: Texts) -> Places:
    """The tree below the one top; where there are several, below that which the first of the words lies in.

    Raises `CommandError` for none, or several.
    """
    tops = [path for path in Tree.read(db).nodes if len(path) == 1]
    node = find_node(db, words.split()[0] if len(tops) > 1 and words.strip() else "")
    return Places(subtree(db, f"/{node.path.split('/')[1]}/"), texts)


def find_member(db: Session, wanted: str) -> Member:
    """The person of that name; with their group or branch behind it where several have it: 「林小满 第二小组」.

    Raises `CommandError` for none, or several.
    """
    name, _, place = wanted.strip().partition(" ")
    tree = Tree.read(db)
    found = [
        member
        for member in db.exec(select(Member).where(Member.name == name)).all()
        if not place or place.strip() in tree.paths[member.branch_id]
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise CommandError("member_unknown", name=wanted)
    known = "、".join(f"{name} {tree.paths[member.branch_id][-1]}" for member in found)
    raise CommandError("member_unclear", name=name, known=known)
