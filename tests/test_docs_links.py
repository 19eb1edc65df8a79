"""Every link in the documents leads somewhere: files exist, and so do the headings that an anchor names."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_HTML_LINK = re.compile(r"""<(?:a|img)\b[^>]*?\b(?:href|src)=["']([^"']+)["']""", re.IGNORECASE)
_HTML_NAME = re.compile(r"""<\w+\b[^>]*?\b(?:id|name)=["']([^"']+)["']""", re.IGNORECASE)


def documents(root: Path) -> list[Path]:
    return sorted({*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("deploy/**/*.md")})


def tokens(document: Path) -> Iterator[Token]:
    for token in _MARKDOWN.parse(document.read_text(encoding="utf-8")):
        yield token
        yield from token.children or []


def links(document: Path) -> Iterator[str]:
    for token in tokens(document):
        if token.type in ("link_open", "image"):
            yield str(token.attrs.get("href") or token.attrs.get("src"))
        elif token.type in ("html_block", "html_inline"):
            yield from _HTML_LINK.findall(token.content)


def anchors(document: Path) -> set[str]:
    """The names that headings get on the usual hosts, and those given in HTML."""
    names: list[str] = []
    parsed = list(tokens(document))
    for opening, inline in pairwise(parsed):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children or [])
            slug = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
            names.append(f"{slug}-{names.count(slug)}" if slug in names else slug)
        elif opening.type in ("html_block", "html_inline"):
            names += _HTML_NAME.findall(opening.content)
    return set(names)


def dead_links(root: Path) -> list[str]:
    dead = []
    for document in documents(root):
        for link in links(document):
            address = urlsplit(link)
            if address.scheme or address.netloc:
                continue
            target = document.parent / unquote(address.path) if address.path else document
            found = target.exists() and target.resolve().is_relative_to(root.resolve())
            if found and address.fragment and target.suffix == ".md":
                found = unquote(address.fragment) in anchors(target)
            if not found:
                dead.append(f"{document.relative_to(root)}: {link}")
    return dead


def test_no_link_in_the_documents_is_dead() -> None:
    assert dead_links(ROOT) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "运行.md").write_text("# 反向代理 `nginx`\n\n[回去](../README.md#使用)\n", encoding="utf-8")
    (tmp_path / "README.md").write_text(
        "# 使用\n\n[好](docs/%E8%BF%90%E8%A1%8C.md#反向代理-nginx) ![无图](no.png) [外](https://example.com/x)\n\n"
        '<img src="gone.svg">\n\n| 表 |\n|---|\n| [无此节](docs/运行.md#没有) |\n\n'
        "[参考][ref]\n\n[ref]: ../outside.md\n",
        encoding="utf-8",
    )
    assert dead_links(tmp_path) == [
        "README.md: no.png",
        "README.md: gone.svg",
        "README.md: docs/%E8%BF%90%E8%A1%8C.md#%E6%B2%A1%E6%9C%89",
        "README.md: ../outside.md",
    ]
