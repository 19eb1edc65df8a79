"""What a follower does, as the fields of a push: messages and events by the platform's names.

Source: 「接收普通消息」 and 「接收事件推送」.
"""

import re
from typing import Any

from bot.emulator.followers import Follower, Trigger
from bot.emulator.platform import Platform

MESSAGES = ("text", "image", "voice", "video", "shortvideo", "location", "link", "miniprogrampage")

# As the platform spells them: the case varies.
EVENTS = (
    "subscribe", "unsubscribe", "SCAN", "LOCATION", "CLICK", "VIEW", "view_miniprogram", "scancode_push",
    "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select", "TEMPLATESENDJOBFINISH",
    "MASSSENDJOBFINISH", "PUBLISHJOBFINISH", "subscribe_msg_popup_event", "subscribe_msg_change_event",
    "subscribe_msg_sent_event", "user_info_modified", "user_authorization_revoke", "user_authorization_cancellation",
    "qualification_verify_success", "qualification_verify_fail", "naming_verify_success", "naming_verify_fail",
    "annual_renew", "verify_expired", "kf_create_session", "kf_close_session", "kf_switch_session",
)  # fmt: skip

# Events of somebody who has the chat open: only there can the platform show that the account failed.
CHAT_EVENTS = frozenset(
    {"subscribe", "scan", "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album",
     "pic_weixin", "location_select"}
)  # fmt: skip

TRIGGERS = {
    "subscribe": Trigger.SUBSCRIBE,
    "scan": Trigger.SCAN,
    "click": Trigger.MENU,
    "scancode_push": Trigger.MENU,
    "scancode_waitmsg": Trigger.MENU,
}

# Events in which a follower says yes or no to subscription notices → where the answers are.
SUBSCRIPTION_ANSWERS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
}

NAMES = (
    "ToUserName", "FromUserName", "CreateTime", "MsgId", "MsgDataId", "Idx", "Content", "bizmsgmenuid", "PicUrl",
    "MediaId", "MediaId16K", "Format", "Recognition", "ThumbMediaId", "Location_X", "Location_Y", "Scale", "Label",
    "Title", "Description", "Url", "AppId", "PagePath", "ThumbUrl", "Event", "EventKey", "Ticket", "Latitude",
    "Longitude", "Precision", "MenuId", "ScanCodeInfo", "SendPicsInfo", "SendLocationInfo", "MsgID", "Status",
)  # fmt: skip

_CANONICAL = {name.lower().replace("_", ""): name for name in NAMES if name != "MsgID"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")

# What a message of that type always has, for callers that only name the type.
DEFAULTS: dict[str, dict[str, Any]] = {
    "image": {"PicUrl": "http://127.0.0.1/emulated.jpg", "MediaId": "EMULATED_IMAGE"},
    "voice": {"MediaId": "EMULATED_VOICE", "Format": "amr", "MediaId16K": "EMULATED_VOICE_16K"},
    "video": {"MediaId": "EMULATED_VIDEO", "ThumbMediaId": "EMULATED_THUMB"},
    "shortvideo": {"MediaId": "EMULATED_VIDEO", "ThumbMediaId": "EMULATED_THUMB"},
    "location": {"Location_X": 39.908823, "Location_Y": 116.39747, "Scale": 15, "Label": "北京市东城区"},
    "link": {"Title": "链接", "Description": "", "Url": "http://127.0.0.1/"},
    "miniprogrampage": {"Title": "小程序", "AppId": "", "PagePath": "", "ThumbUrl": "", "ThumbMediaId": ""},
}

# What a chat shows of a message that is not text.
SHOWN = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "shortvideo": "[视频]",
    "location": "[位置]",
    "link": "[链接]",
    "miniprogrampage": "[小程序]",
}


class BadMessage(ValueError):
    """The order for a message cannot be carried out; the sentence names the field."""


class Push:
    """One push: `fields` are the same in every attempt. `event` is lower-case, "" for a message."""

    __slots__ = ("answered", "event", "fields", "kind", "openid", "replay_key")

    def __init__(self, openid: str, kind: str, fields: dict[str, Any], replay_key: str) -> None:
        self.openid = openid
        self.kind = kind
        self.fields = fields
        self.event = str(fields.get("Event", "")).lower() if kind == "event" else ""
        # Names a push that the caller repeats by hand, "" for one of its own.
        self.replay_key = replay_key
        self.answered = False

    @property
    def in_chat(self) -> bool:
        return not self.event or self.event in CHAT_EVENTS


def compose(platform: Platform, openid: str, type: str, given: dict[str, Any], now: float) -> Push:
    """The push of a message or event of `type`; `given` are its fields by the platform's names, in any case.

    Raises BadMessage for what no XML could carry or what the type cannot do without.
    """
    named = {_name(key): _checked(value, key) for key, value in given.items()}
    kind = _kind(type, named)
    if kind == "text" and not isinstance(named.get("Content"), str):
        raise BadMessage("`content` must be a text")
    repeated = {key: named[key] for key in ("MsgId", "CreateTime", "Event", "EventKey") if key in named}
    fields: dict[str, Any] = {
        "ToUserName": platform.account.original_id,
        "FromUserName": openid,
        "CreateTime": int(now),
        "MsgType": kind,
        **DEFAULTS.get(kind, {}),
    }
    if kind != "event":
        fields["MsgId"] = platform.next_msg_id()
    elif "EventKey" not in named and named["Event"].lower() in ("subscribe", "unsubscribe", *TRIGGERS):
        fields["EventKey"] = ""
    fields.update(named)
    for number in ("CreateTime", "MsgId"):
        if number in fields and (not isinstance(fields[number], int) or isinstance(fields[number], bool)):
            raise BadMessage(f"`{number}` must be a whole number")
    by_hand = "MsgId" in repeated or "CreateTime" in repeated
    return Push(openid, kind, fields, f"{openid} {sorted(repeated.items())}" if by_hand else "")


def happen(platform: Platform, push: Push, now: float) -> Follower:
    """Let the platform take note of what the follower did: state, window, and the bubble in the chat."""
    follower = platform.followers.get(push.openid)
    if push.event == "subscribe" or follower is None:
        follower = platform.follow(push.openid, now)
    if push.event == "subscribe":
        key = str(push.fields.get("EventKey", ""))
        follower.scene = key.removeprefix("qrscene_") if key.startswith("qrscene_") else None
    if push.event == "unsubscribe":
        platform.change_state(follower, "unfollowed", now)
    if follower.following:
        trigger = _trigger(push)
        if trigger is not None:
            follower.open_window(trigger, now, platform.settings.window_rule)
            follower.talked_at = now
        for template, status in _answers(push):
            follower.answered(template, accepted=status == "accept")
    if not push.event:
        content = push.fields.get("Content") if push.kind == "text" else SHOWN.get(push.kind, f"[{push.kind}]")
        extra = None if push.kind == "text" else {k: v for k, v in push.fields.items() if k not in _ENVELOPE}
        platform.show(follower, "member", push.kind, str(content), now, extra)
    platform.dirty = True
    return follower


def _answers(push: Push) -> list[tuple[str, str]]:
    """What a follower chose about subscription notices: template and `accept` or `reject`."""
    name = SUBSCRIPTION_ANSWERS.get(push.event, "")
    nested = push.fields.get(name)
    given = nested.get("List") if isinstance(nested, dict) else None
    items = given if isinstance(given, list) else [given]
    return [
        (str(item.get("TemplateId", "")), str(item.get("SubscribeStatusString", "")))
        for item in items
        if isinstance(item, dict)
    ]


_ENVELOPE = frozenset({"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId"})


def _trigger(push: Push) -> tuple[int, int] | None:
    if push.event:
        return TRIGGERS.get(push.event)
    # A tap on an option of a msgmenu comes as a text, but counts as a menu click.
    return Trigger.MENU if "bizmsgmenuid" in push.fields else Trigger.MESSAGE


def _kind(type: str, named: dict[str, Any]) -> str:
    """MsgType; an event may be ordered by its own name too."""
    if type == "event":
        if not isinstance(named.get("Event"), str) or not named["Event"]:
            raise BadMessage("`Event` must name the event")
        named["Event"] = _SPELLING.get(named["Event"].lower(), named["Event"])
        return "event"
    if type in MESSAGES or type.lower() not in _SPELLING:
        return type
    named.setdefault("Event", _SPELLING[type.lower()])
    return "event"


_SPELLING = {event.lower(): event for event in EVENTS}


def _name(key: str) -> str:
    if not _NAME.match(key):
        raise BadMessage(f"`{key}` cannot be the name of a field")
    return key if key in NAMES else _CANONICAL.get(key.lower().replace("_", ""), key)


def _checked(value: Any, key: str) -> Any:
    """Refuse what could not be written as XML, at any depth."""
    if isinstance(value, dict):
        for inner in value:
            if not _NAME.match(inner):
                raise BadMessage(f"`{inner}` in `{key}` cannot be the name of a field")
        return {inner: _checked(item, key) for inner, item in value.items()}
    if isinstance(value, list):
        return [_checked(item, key) for item in value]
    if value is None or isinstance(value, bool):
        raise BadMessage(f"`{key}` must be a text, a number, an object or a list")
    return value
