"""What no sentence of ours and no text of an admin's should do: beg or press for a reply. Pure.

A reply opens the platform's window, so that whoever writes texts is tempted to ask for one. People answer because they
have something to say; what is theirs to decide isn't asked for, threatened with or explained by our needs.
"""

import re

_REPLY = "回(?:复|个|一下|一句|条|话|信|应)"
_BEGGING = re.compile(
    "|".join(
        (
            f"求(?:您|你|大家|各位)?{_REPLY}",
            f"(?:务必|千万|一定要?|必须|记得|别忘了?|不要忘记?)(?:要|给我们|给我)?{_REPLY}",
            # 「不回复就…」, and the same said the other way round.
            f"[不没未](?:及时)?{_REPLY}(?:的话)?[，,]?(?:我们)?(?:就|则|将|会|视为|以后)",
            f"{_REPLY}(?:之后|以后|后)?[，,]?才(?:能|会|可以)",
            f"随便(?:{_REPLY}|[发说写](?:个|一|点|句|条))",
            "[，,；;]否则(?:就|将|会)?(?:再也)?(?:收不到|发不了|不能再|无法再|不再)",
            "(?:保持|维持|延长|打开|刷新|激活)(?:会话|聊天|消息|互动)?窗口",
            "(?:来|请)?互动一下",
        )
    )
)


def begging(text: str) -> str | None:
    """The words with which a text begs or presses for a reply; None for one that keeps its manners."""
    found = _BEGGING.search("".join(text.split()))
    return found.group() if found else None
