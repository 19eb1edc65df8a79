"""wechatpy's client and its web authorisation."""

from tests.strangers.step import (
    ALICE,
    AMR,
    BOB,
    JPG,
    MP4,
    OK,
    PNG,
    SEND,
    Meanwhile,
    Stage,
    Tour,
    Visit,
    refused,
    step,
    writes,
)
from tests.strangers.steps.things import (
    CHECKED_IN,
    FILE,
    FILM,
    FOR_ANDROID,
    INDUSTRY,
    MENU,
    NINE_BYTES_TOO_LONG,
    PROGRAM,
    QUESTION,
    SHOWN_BEFORE,
    SUBJECT,
    SUBMITTED,
    TICKET,
    WORDS,
)
from tests.strangers.steps.wechatpy_newer import NEWER

TOKENS = {"access_token": str, "refresh_token": str, "expires_in": 7200, "openid": ALICE}
BACK = "https://study.example.org/m/"
LINK = {"title": "题", "description": "", "url": "https://a.example.org", "image": "https://a.example.org/p.png"}
# What gives an address calls nothing.
ADDRESS = ""
BRANCH = {"action_name": "QR_STR_SCENE", "expire_seconds": 600, "action_info": {"scene": {"scene_str": "branch_07"}}}

MESSAGES: list[Stage] = [
    step(SEND, "message.send_text", ALICE, "早上好"),
    step(SEND, "message.send_image", ALICE, "EMULATED_IMAGE"),
    step(SEND, "message.send_voice", ALICE, "EMULATED_VOICE"),
    step(SEND, "message.send_video", ALICE, "EMULATED_VIDEO", "题", "述"),
    step(SEND, "message.send_music", ALICE, "http://a", "http://b", "EMULATED_THUMB", "歌"),
    refused(45047, SEND, "message.send_text", ALICE, "第六条"),
    writes(ALICE),
    step(
        *(SEND, "message.send_articles", ALICE),
        [{"title": "题", "description": "", "image": "https://a.example.org/p.png", "url": "https://a.example.org"}],
    ),
    step(SEND, "message.send_msg_menu", ALICE, QUESTION),
    step(SEND, "message.send_mini_program_page", ALICE, PROGRAM),
    step(SEND, "message.send_card", ALICE, "CARD"),
    refused(48008, SEND, "message.send_link", ALICE, LINK),
    refused(40003, SEND, "message.send_text", "oNOBODY", "有人吗"),
    Meanwhile("followers", {"openids": ["oSTRANGER0000000000000000003"]}),
    refused(45015, SEND, "message.send_text", "oSTRANGER0000000000000000003", "没有说过话"),
    writes(ALICE),
]
MENUS: list[Stage] = [
    step("menu/create", "menu.create", MENU),
    refused(40018, "menu/create", "menu.create", NINE_BYTES_TOO_LONG),
    step("menu/get", "menu.get", gives={"menu": MENU}),
    step("menu/addconditional", "menu.add_conditional", FOR_ANDROID, gives={"menuid": str}, keep="custom"),
    step("menu/trymatch", "menu.try_match", ALICE, gives=MENU),
    step("menu/delconditional", "menu.del_conditional", "$custom.menuid"),
    refused(65301, "menu/delconditional", "menu.del_conditional", "$custom.menuid"),
    step("get_current_selfmenu_info", "menu.get_menu_info", gives={"is_menu_open": 1, "selfmenu_info": MENU}),
    step("menu/delete", "menu.delete"),
]
USERS: list[Stage] = [
    step("user/info/updateremark", "user.update_remark", ALICE, "组长"),
    step("user/info", "user.get", ALICE, gives={"subscribe": 1, "openid": ALICE, "remark": "组长"}),
    refused(40003, "user/info", "user.get", "oNOBODY"),
    step("user/info/batchget", "user.get_batch", [ALICE, BOB], gives=[{"openid": ALICE}, {"openid": BOB}]),
    step("user/get", "user.get_followers", gives={"total": 3, "count": 3, "data": {"openid": list}}),
    step(
        *("changeopenid", "user.change_openid", "wxold", [ALICE]),
        gives=[{"ori_openid": ALICE, "new_openid": str}],
    ),
]
TAGS: list[Stage] = [
    step("tags/create", "tag.create", "第一小组", gives={"id": int, "name": "第一小组"}, keep="tag"),
    refused(45157, "tags/create", "tag.create", "第一小组"),
    step("tags/get", "tag.get", gives=list),
    step("tags/members/batchtagging", "tag.tag_user", "$tag.id", [ALICE, BOB]),
    step("user/tag/get", "tag.get_tag_users", "$tag.id", gives={"count": 2, "data": {"openid": [ALICE, BOB]}}),
    step("tags/getidlist", "tag.get_user_tag", ALICE, gives=["$tag.id"]),
    step("tags/members/batchuntagging", "tag.untag_user", "$tag.id", ALICE),
    step("tags/update", "tag.update", "$tag.id", "第二小组"),
    step("tags/delete", "tag.delete", "$tag.id"),
    step("tags/members/batchblacklist", "tag.batch_black_list", [BOB]),
    refused(43019, SEND, "message.send_text", BOB, "拉黑了"),
    step("tags/members/getblacklist", "tag.get_black_list", gives={"total": 1, "data": {"openid": [BOB]}}),
    step("tags/members/batchunblacklist", "tag.batch_unblack_list", [BOB]),
]
MEDIA: list[Stage] = [
    step("media/upload", "media.upload", "image", PNG, gives={"type": "image", "media_id": str}, keep="picture"),
    step("media/upload", "media.upload", "voice", AMR, gives={"type": "voice", "media_id": str}, keep="voice"),
    refused(40005, "media/upload", "media.upload", "video", PNG),
    step("media/get", "media.download", "$picture.media_id", gives=FILE),
    step("media/get/jssdk", "get", "media/get/jssdk", gives=FILE, params={"media_id": "$voice.media_id"}),
    step("media/uploadimg", "media.upload_image", PNG, gives=str),
    step("material/add_material", "material.add", "image", JPG, gives={"media_id": str, "url": str}, keep="own"),
    # It puts the words about a video into the address, where the platform's page has a field of the form.
    refused(47001, "material/add_material", "material.add", "video", MP4, "课", "第一课"),
    step("material/get_material", "material.get", "$own.media_id", gives=FILE),
    step("material/get_materialcount", "material.get_count", gives={"image_count": 1, "video_count": 0}),
    step(
        *("material/batchget_material", "material.batchget", "image"),
        gives={"total_count": 1, "item": [{"media_id": "$own.media_id", "url": str}]},
    ),
    step("material/del_material", "material.delete", "$own.media_id"),
    refused(40007, "material/del_material", "material.delete", "$own.media_id"),
]

TEMPLATES: list[Stage] = [
    step("template/api_set_industry", "template.set_industry", 1, 16),
    refused(43100, "template/api_set_industry", "template.set_industry", 1, 16),
    step("template/get_industry", "template.get_industry", gives=INDUSTRY),
    step("template/api_add_template", "template.get", "43216", gives=str, keep="template"),
    step(
        *("template/get_all_private_template", "template.get_all_private_template"),
        gives={"template_list": [dict, dict]},
    ),
    step(
        *("message/template/send", "message.send_template", ALICE, "$template", CHECKED_IN),
        gives={**OK, "msgid": int},
    ),
    refused(47003, "message/template/send", "message.send_template", ALICE, "$template", SUBJECT),
    step("template/del_private_template", "template.del_private_template", "$template"),
    refused(40037, "message/template/send", "message.send_template", ALICE, "$template", CHECKED_IN),
]
NOTICES: list[Stage] = [
    step("message/subscribe/bizsend", "message.send_subscribe_message", ALICE, "SUBSCRIPTION", SUBJECT),
    refused(43101, "message/subscribe/bizsend", "message.send_subscribe_message", ALICE, "SUBSCRIPTION", SUBJECT),
    step(ADDRESS, "message.get_subscribe_authorize_url", 7, "ONCE", BACK, "abc", gives=str, keep="page"),
    Visit("/mp/subscribemsg", "$page", {"openid": ALICE, "action": "confirm"}, keep="agreed"),
    step(
        *("message/template/subscribe", "message.send_subscribe_template"),
        *("$agreed.openid", "$agreed.template_id", "$agreed.scene", "今晚", WORDS),
    ),
    refused(43101, "message/template/subscribe", "message.send_subscribe_template", ALICE, "ONCE", 7, "今晚", WORDS),
]
ANNA = "anna@branch"
STAFF: list[Stage] = [
    step("/customservice/kfaccount/add", "customservice.add_account", ANNA, "小安", "secret"),
    step("/customservice/kfaccount/update", "customservice.update_account", ANNA, "安", "secret"),
    step("customservice/getkflist", "customservice.get_accounts", gives=[{"kf_account": ANNA, "kf_nick": "安"}]),
    step("customservice/getonlinekflist", "customservice.get_online_accounts", gives=[]),
    refused(65415, "/customservice/kfsession/create", "customservice.create_session", ALICE, ANNA),
    step("/customservice/kfsession/getsession", "customservice.get_session", ALICE, gives={"kf_account": ""}),
    step("/customservice/kfsession/getsessionlist", "customservice.get_session_list", ANNA, gives=[]),
    step("/customservice/kfsession/getwaitcase", "customservice.get_wait_case", gives={"count": 0}),
    step("/customservice/kfaccount/del", "customservice.delete_account", ANNA),
]
MASS: list[Stage] = [
    step("message/mass/preview", "message.send_mass_text", ALICE, "样稿", preview=True, gives=SHOWN_BEFORE),
    step("message/mass/sendall", "message.send_mass_text", None, "大家好", is_to_all=True, gives=SUBMITTED),
    step("message/mass/send", "message.send_mass_text", [ALICE, BOB], "两位好", gives=SUBMITTED, keep="job"),
    refused(45066, "message/mass/send", "message.send_mass_text", [ALICE, BOB], "两位好"),
    step("message/mass/send", "message.send_mass_image", [ALICE, BOB], "EMULATED_IMAGE", gives=SUBMITTED),
    step("message/mass/send", "message.send_mass_voice", [ALICE, BOB], "EMULATED_VOICE", gives=SUBMITTED),
    step(
        *("media/uploadvideo", "media.upload_video", *FILM.values()),
        gives={"type": "video", "media_id": str},
        keep="film",
    ),
    step("message/mass/send", "message.send_mass_video", [ALICE, BOB], "$film.media_id", gives=SUBMITTED),
    step("message/mass/get", "message.get_mass", "$job.msg_id", gives={"msg_status": "SEND_SUCCESS"}),
    step("message/mass/delete", "message.delete_mass", "$job.msg_id"),
]
WEB: list[Stage] = [
    step(ADDRESS, "web.authorize_url", gives=str, keep="page"),
    Visit("/connect/oauth2/authorize", "$page", {"openid": ALICE, "answer": "yes"}, keep="back"),
    step("/sns/oauth2/access_token", "web.fetch_access_token", "$back.code", gives=TOKENS, keep="tokens"),
    step("/sns/auth", "web.check_access_token", gives=True),
    step("/sns/userinfo", "web.get_user_info", gives={"openid": ALICE, "nickname": str}),
    step("/sns/oauth2/refresh_token", "web.refresh_access_token", "$tokens.refresh_token", gives=TOKENS),
    step("ticket/getticket", "jsapi.get_ticket", gives=TICKET),
    step("ticket/getticket", "jsapi.get_ticket", "wx_card", gives=TICKET),
]
TOUR = Tour(
    "wechatpy",
    "WeChatClientException",
    True,
    [
        step("token", "fetch_access_token", gives={"access_token": str, "expires_in": 7200}),
        *MESSAGES,
        *MENUS,
        *USERS,
        *TAGS,
        step("qrcode/create", "qrcode.create", BRANCH, gives={"ticket": str, "expire_seconds": 600}, keep="code"),
        step("showqrcode", "qrcode.show", "$code.ticket", gives=FILE),
        Visit("/q", "$code.url", {}),
        *MEDIA,
        *TEMPLATES,
        *NOTICES,
        *STAFF,
        *MASS,
        *WEB,
        *NEWER,
    ],
)
