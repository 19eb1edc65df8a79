"""What the clients send: the same things to each."""

BUTTON = {"type": "click", "name": "打卡", "key": "CHECKIN"}
MENU = {"button": [BUTTON]}
FOR_ANDROID = {**MENU, "matchrule": {"client_platform_type": "2"}}
NINE_BYTES_TOO_LONG = {"button": [{**BUTTON, "name": "一二三四五六七八九"}]}

ARTICLE = {"title": "题", "description": "述", "url": "https://a.example.org", "picurl": "https://a.example.org/p.png"}
DRAFT = {"title": "第三章", "content": "<p>正文</p>", "thumb_media_id": "EMULATED_THUMB"}
PROGRAM = {"title": "课", "appid": "wx1", "pagepath": "p", "thumb_media_id": "EMULATED_THUMB"}
MUSIC = {"title": "歌", "musicurl": "http://a", "hqmusicurl": "http://b", "thumb_media_id": "EMULATED_THUMB"}
QUESTION = {"head_content": "好吗", "list": [{"id": "1", "content": "好"}], "tail_content": ""}
FILM = {"media_id": "EMULATED_VIDEO", "title": "课", "description": "第一课"}

# Of a template that was made by hand, and of one from the library.
SUBJECT = {"thing1": {"value": "第三章"}}
CHECKED_IN = {
    **SUBJECT,
    "time2": {"value": "20:00"},
    "phrase3": {"value": "已打卡"},
    "number4": {"value": "3"},
}
# Of a one-time subscription.
WORDS = {"content": {"value": "今晚八点读第三章"}}

TEACHING = {"first_class": "教育", "second_class": "培训"}
COMPUTING = {"first_class": "IT科技", "second_class": "互联网|电子商务"}
INDUSTRY = {"primary_industry": COMPUTING, "secondary_industry": TEACHING}

SUBMITTED = {"errcode": 0, "errmsg": "send job submission success", "msg_id": int}
SHOWN_BEFORE = {"errcode": 0, "errmsg": "preview success", "msg_id": int}
TICKET = {"errcode": 0, "ticket": str, "expires_in": int}
FILE = {"bytes": int}
