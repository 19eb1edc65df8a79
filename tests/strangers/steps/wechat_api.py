"""`wechat-api` of npm: callbacks, and the platform's address in one field."""

from bot.emulator import Account
from tests.strangers.step import ALICE, OK, SEND, Tour, refused, step
from tests.strangers.steps import npm
from tests.strangers.steps.things import CHECKED_IN, FOR_ANDROID, MENU

TAG = "$tag.tag.id"

TOUR = Tour(
    "wechat-api",
    "WeChatAPIError",
    True,
    [
        step("token", "getAccessToken", gives=npm.TOKEN),
        *npm.MESSAGES,
        step(SEND, "sendTextFromCs", ALICE, "test1@test", "客服说"),
        *npm.MENUS,
        step("menu/addconditional", "createCustomMenu", FOR_ANDROID, gives={"menuid": str}, keep="custom"),
        step("menu/trymatch", "testCustomMenu", ALICE, gives=MENU),
        step("menu/delconditional", "removeCustomMenu", "$custom.menuid"),
        step("menu/delete", "removeMenu"),
        *npm.USERS,
        step("tags/create", "createTag", "第一小组", gives={"tag": {"id": int, "name": "第一小组"}}, keep="tag"),
        refused(45157, "tags/create", "createTag", "第一小组"),
        step("tags/get", "getTags", gives={"tags": list}),
        step("tags/members/batchtagging", "membersBatchtagging", TAG, [ALICE]),
        step("user/tag/get", "getTagUsers", TAG, "", gives={"count": 1, "data": {"openid": [ALICE]}}),
        step("tags/getidlist", "getUserTags", ALICE, gives={"tagid_list": [TAG]}),
        *npm.MASS,
        step("tags/members/batchuntagging", "membersBatchuntagging", TAG, [ALICE]),
        step("tags/update", "editTag", TAG, "第二小组"),
        step("tags/delete", "deleteTag", TAG),
        *npm.CODES,
        *npm.MEDIA,
        *npm.TEMPLATES,
        step(
            *("message/template/send", "sendTemplate", ALICE, "$template.template_id"),
            *("https://a.example.org", CHECKED_IN),
            gives={**OK, "msgid": int},
        ),
        refused(47003, "message/template/send", "sendTemplate", ALICE, "$template.template_id", "", {}),
        *npm.REST,
        step("clear_quota", "clearQuota", Account().app_id),
        refused(40013, "clear_quota", "clearQuota", "wxother"),
    ],
)
