"""The steps that `wechat-api` and its younger sister have in common."""

from tests.strangers.step import ALICE, BOB, JPG, MP4, OK, PNG, SEND, Meanwhile, Stage, refused, step, writes
from tests.strangers.steps.things import (
    ARTICLE,
    FILE,
    FILM,
    INDUSTRY,
    MENU,
    MUSIC,
    NINE_BYTES_TOO_LONG,
    SHOWN_BEFORE,
    SUBMITTED,
)

MESSAGES: list[Stage] = [
    step(SEND, "sendText", ALICE, "早上好"),
    step(SEND, "sendImage", ALICE, "EMULATED_IMAGE"),
    step(SEND, "sendVoice", ALICE, "EMULATED_VOICE"),
    step(SEND, "sendVideo", ALICE, "EMULATED_VIDEO", "EMULATED_THUMB"),
    step(SEND, "sendMusic", ALICE, MUSIC),
    refused(45047, SEND, "sendText", ALICE, "第六条"),
    writes(ALICE),
    step(SEND, "sendNews", ALICE, [ARTICLE]),
    refused(45008, SEND, "sendNews", ALICE, [ARTICLE, ARTICLE]),
    refused(40007, SEND, "sendMpNews", ALICE, "NO_DRAFT"),
    refused(40003, SEND, "sendText", "oNOBODY", "有人吗"),
    Meanwhile("followers", {"openids": ["oSTRANGER0000000000000000003"]}),
    refused(45015, SEND, "sendText", "oSTRANGER0000000000000000003", "没有说过话"),
]
MENUS: list[Stage] = [
    refused(46003, "menu/get", "getMenu"),
    step("menu/create", "createMenu", MENU),
    refused(40018, "menu/create", "createMenu", NINE_BYTES_TOO_LONG),
    step("menu/get", "getMenu", gives={"menu": MENU}),
    step("get_current_selfmenu_info", "getMenuConfig", gives={"is_menu_open": 1, "selfmenu_info": MENU}),
]
USERS: list[Stage] = [
    step("user/info/updateremark", "updateRemark", ALICE, "组长"),
    step("user/info", "getUser", ALICE, gives={"subscribe": 1, "openid": ALICE, "remark": "组长"}),
    refused(40003, "user/info", "getUser", "oNOBODY"),
    step(
        *("user/info/batchget", "batchGetUsers", [ALICE, BOB]),
        gives={"user_info_list": [{"openid": ALICE}, {"openid": BOB}]},
    ),
    step("user/get", "getFollowers", gives={"total": 3, "count": 3, "data": {"openid": list}}),
    step("user/get", "getFollowers", ALICE, gives={"total": 3, "count": 2, "next_openid": str}),
]
CODES: list[Stage] = [
    step("qrcode/create", "createTmpQRCode", 7, 600, gives={"ticket": str, "expire_seconds": 600, "url": str}),
    step("qrcode/create", "createTmpQRCode", "branch_07", 600, gives={"ticket": str, "expire_seconds": 600}),
    step("qrcode/create", "createLimitQRCode", 7, gives={"ticket": str, "url": str}),
    step("qrcode/create", "createLimitQRCode", "branch_07", gives={"ticket": str, "url": str}, keep="code"),
    refused(40053, "qrcode/create", "createLimitQRCode", 100_001),
    step("showqrcode", "showQRCodeURL", "$code.ticket", gives=FILE),
]
MEDIA: list[Stage] = [
    step("media/upload", "uploadMedia", PNG, "image", gives={"type": "image", "media_id": str}, keep="picture"),
    refused(40005, "media/upload", "uploadMedia", PNG, "video"),
    step("media/get", "getMedia", "$picture.media_id", gives=FILE),
    refused(40007, "media/get", "getMedia", "NOTHING"),
    step("media/uploadimg", "uploadImage", PNG, gives={"url": str}),
    step("material/add_material", "uploadMaterial", JPG, "image", gives={"media_id": str, "url": str}, keep="own"),
    step(
        *("material/add_material", "uploadVideoMaterial", MP4, {"title": "课", "introduction": "第一课"}),
        gives={"media_id": str},
    ),
    step("material/get_material", "getMaterial", "$own.media_id", gives=FILE),
    step("material/get_materialcount", "getMaterialCount", gives={"image_count": 1, "video_count": 1}),
    step(
        *("material/batchget_material", "getMaterials", "image", 0, 20),
        gives={"total_count": 1, "item_count": 1, "item": [{"media_id": "$own.media_id", "url": str}]},
    ),
    step("material/del_material", "removeMaterial", "$own.media_id"),
    refused(40007, "material/del_material", "removeMaterial", "$own.media_id"),
]
TEMPLATES: list[Stage] = [
    step("template/api_set_industry", "setIndustry", {"industry_id1": "1", "industry_id2": "16"}),
    step("template/get_industry", "getIndustry", gives=INDUSTRY),
    step("template/api_add_template", "addTemplate", "43216", gives={**OK, "template_id": str}, keep="template"),
    step("template/get_all_private_template", "getAllPrivateTemplate", gives={"template_list": [dict, dict]}),
    step("template/del_private_template", "delPrivateTemplate", "OLD_TEMPLATE"),
    refused(40037, "template/del_private_template", "delPrivateTemplate", "OLD_TEMPLATE"),
]
MASS: list[Stage] = [
    step("message/mass/preview", "previewText", ALICE, "样稿", gives=SHOWN_BEFORE),
    step("message/mass/preview", "previewImage", ALICE, "EMULATED_IMAGE", gives=SHOWN_BEFORE),
    step("message/mass/preview", "previewVoice", ALICE, "EMULATED_VOICE", gives=SHOWN_BEFORE),
    step("message/mass/sendall", "massSendText", "大家好", True, gives=SUBMITTED),
    step("message/mass/sendall", "massSendText", "组员好", "$tag.tag.id", gives=SUBMITTED),
    step("message/mass/send", "massSendText", "两位好", [ALICE, BOB], gives=SUBMITTED, keep="job"),
    refused(45066, "message/mass/send", "massSendText", "两位好", [ALICE, BOB]),
    step("message/mass/send", "massSendImage", "EMULATED_IMAGE", [ALICE, BOB], gives=SUBMITTED),
    step("message/mass/send", "massSendVoice", "EMULATED_VOICE", [ALICE, BOB], gives=SUBMITTED),
    step("media/uploadvideo", "uploadMPVideo", FILM, gives={"type": "video", "media_id": str}, keep="film"),
    step("message/mass/send", "massSendVideo", "$film.media_id", [ALICE, BOB], gives=SUBMITTED),
    refused(40130, "message/mass/send", "massSendText", "一位好", [ALICE]),
    step(
        *("message/mass/get", "getMassMessageStatus", "$job.msg_id"),
        gives={"msg_id": "$job.msg_id", "msg_status": "SEND_SUCCESS"},
    ),
    step("message/mass/delete", "deleteMass", "$job.msg_id"),
]
REST: list[Stage] = [
    step("ticket/getticket", "getTicket", gives={"ticket": str}),
    step("ticket/getticket", "getTicket", "wx_card", gives={"ticket": str}),
    step("getcallbackip", "getIp", gives={"ip_list": ["127.0.0.1"]}),
]
TOKEN = {"accessToken": str, "expireTime": int}
