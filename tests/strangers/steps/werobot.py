"""WeRoBot's client: what it raises has the errcode only in its words."""

from tests.strangers.step import ALICE, AMR, BOB, JPG, MP4, OK, PNG, SEND, Meanwhile, Stage, Tour, refused, step, writes
from tests.strangers.steps.things import (
    ARTICLE,
    BUTTON,
    FILE,
    MENU,
    NINE_BYTES_TOO_LONG,
    PROGRAM,
    SHOWN_BEFORE,
    SUBJECT,
    SUBMITTED,
)

TAG = "$tag.tag.id"
LASTING = {"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 7}}}

MESSAGES: list[Stage] = [
    step(SEND, "send_text_message", ALICE, "早上好"),
    step(SEND, "send_image_message", ALICE, "EMULATED_IMAGE"),
    step(SEND, "send_voice_message", ALICE, "EMULATED_VOICE"),
    step(SEND, "send_video_message", ALICE, "EMULATED_VIDEO", "题", "述"),
    step(SEND, "send_music_message", ALICE, "http://a", "http://b", "EMULATED_THUMB", "歌"),
    refused(45047, SEND, "send_text_message", ALICE, "第六条"),
    writes(ALICE),
    step(SEND, "send_article_message", ALICE, [ARTICLE]),
    step(SEND, "send_miniprogrampage_message", ALICE, *PROGRAM.values()),
    step(SEND, "send_text_message", ALICE, "客服说", "test1@test"),
    refused(40007, SEND, "send_news_message", ALICE, "NO_DRAFT"),
    refused(40003, SEND, "send_text_message", "oNOBODY", "有人吗"),
    Meanwhile("followers", {"openids": ["oSTRANGER0000000000000000003"]}),
    refused(45015, SEND, "send_text_message", "oSTRANGER0000000000000000003", "没有说过话"),
]
MENUS: list[Stage] = [
    refused(46003, "menu/get", "get_menu"),
    step("menu/create", "create_menu", MENU),
    refused(40018, "menu/create", "create_menu", NINE_BYTES_TOO_LONG),
    step("menu/get", "get_menu", gives={"menu": MENU}),
    step(
        *("menu/addconditional", "create_custom_menu", [BUTTON], {"client_platform_type": "2"}),
        gives={"menuid": str},
        keep="custom",
    ),
    step("menu/trymatch", "match_custom_menu", ALICE, gives=MENU),
    step("menu/delconditional", "delete_custom_menu", "$custom.menuid"),
    step("get_current_selfmenu_info", "get_custom_menu_config", gives={"is_menu_open": 1, "selfmenu_info": MENU}),
    step("menu/delete", "delete_menu"),
]
MEDIA: list[Stage] = [
    step("media/upload", "upload_media", "image", PNG, gives={"type": "image", "media_id": str}, keep="picture"),
    step("media/upload", "upload_media", "voice", AMR, gives={"type": "voice", "media_id": str}),
    refused(40005, "media/upload", "upload_media", "video", PNG),
    step("media/get", "download_media", "$picture.media_id", gives=FILE),
    step("media/uploadimg", "upload_news_picture", PNG, gives={"url": str}),
    step(
        *("material/add_material", "upload_permanent_media", "image", JPG),
        gives={"media_id": str, "url": str},
        keep="own",
    ),
    step("material/add_material", "upload_permanent_video", "课", "第一课", MP4, gives=FILE),
    step("material/get_material", "download_permanent_media", "$own.media_id", gives=FILE),
    step("material/get_materialcount", "get_media_count", gives={"image_count": 1, "video_count": 1}),
    step(
        *("material/batchget_material", "get_media_list", "image", 0, 20),
        gives={"total_count": 1, "item_count": 1, "item": [{"media_id": "$own.media_id", "url": str}]},
    ),
    step("material/del_material", "delete_permanent_media", "$own.media_id"),
    refused(40007, "material/del_material", "delete_permanent_media", "$own.media_id"),
]
USERS: list[Stage] = [
    step("user/info/updateremark", "remark_user", ALICE, "组长"),
    step("user/info", "get_user_info", ALICE, gives={"subscribe": 1, "openid": ALICE, "remark": "组长"}),
    refused(40003, "user/info", "get_user_info", "oNOBODY"),
    step(
        *("user/info/batchget", "get_users_info", [ALICE, BOB]),
        gives={"user_info_list": [{"openid": ALICE}, {"openid": BOB}]},
    ),
    step("user/get", "get_followers", gives={"total": 3, "count": 3, "data": {"openid": list}}),
    step("tags/create", "create_tag", "第一小组", gives={"tag": {"id": int, "name": "第一小组"}}, keep="tag"),
    refused(45157, "tags/create", "create_tag", "第一小组"),
    step("tags/get", "get_tags", gives={"tags": list}),
    step("tags/members/batchtagging", "tag_users", TAG, [ALICE]),
    step("user/tag/get", "get_users_by_tag", TAG, gives={"count": 1, "data": {"openid": [ALICE]}}),
    step("tags/getidlist", "get_tags_by_user", ALICE, gives={"tagid_list": [TAG]}),
]
MASS: list[Stage] = [
    step("message/mass/sendall", "send_mass_msg", "text", "大家好", gives=SUBMITTED),
    step("message/mass/sendall", "send_mass_msg", "text", "组员好", TAG, gives=SUBMITTED),
    step("message/mass/send", "send_mass_msg", "text", "两位好", [ALICE, BOB], gives=SUBMITTED, keep="job"),
    refused(45066, "message/mass/send", "send_mass_msg", "text", "两位好", [ALICE, BOB]),
    step(
        *("message/mass/get", "get_mass_msg_status", "$job.msg_id"),
        gives={"msg_id": "$job.msg_id", "msg_status": "SEND_SUCCESS"},
    ),
    step("message/mass/preview", "send_mass_preview_to_user", "text", "样稿", ALICE, gives=SHOWN_BEFORE),
    step("message/mass/speed/set", "set_mass_msg_speed", 2),
    step("message/mass/speed/get", "get_mass_msg_speed", gives={"speed": 2, "realspeed": 45}),
    step("message/mass/delete", "delete_mass_msg", "$job.msg_id"),
]
TOUR = Tour(
    "werobot",
    "ClientException",
    False,
    [
        step("token", "grant_token", gives={"access_token": str, "expires_in": 7200}),
        *MESSAGES,
        *MENUS,
        *MEDIA,
        *USERS,
        *MASS,
        step("tags/members/batchuntagging", "untag_users", TAG, [ALICE]),
        step("tags/update", "update_tag", TAG, "第二小组"),
        step("tags/delete", "delete_tag", TAG),
        step("qrcode/create", "create_qrcode", LASTING, gives={"ticket": str, "url": str}, keep="code"),
        step("showqrcode", "show_qrcode", "$code.ticket", gives=FILE),
        step(
            *("message/template/send", "send_template_message", ALICE, "OLD_TEMPLATE", SUBJECT),
            gives={**OK, "msgid": int},
        ),
        refused(40037, "message/template/send", "send_template_message", ALICE, "NO_TEMPLATE", SUBJECT),
        step("getcallbackip", "get_ip_list", gives={"ip_list": ["127.0.0.1"]}),
    ],
)
