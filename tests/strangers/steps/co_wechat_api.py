"""`co-wechat-api` of npm: promises, and an address for each family of the platform's APIs."""

from urllib.parse import urlencode

from bot.emulator import Account
from tests.strangers.step import ALICE, OK, SEND, Meanwhile, Stage, Tour, Visit, refused, step, writes
from tests.strangers.steps import npm
from tests.strangers.steps.things import CHECKED_IN, FOR_ANDROID, MENU, PROGRAM, WORDS

ACCOUNT = Account()
CREDENTIALS = {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret}
SUBSCRIBING = (
    f"https://mp.weixin.qq.com/mp/subscribemsg?action=confirm&appid={ACCOUNT.app_id}&scene=7"
    "&template_id=ONCE&redirect_url=https%3A%2F%2Fstudy.example.org%2F"
)
TAG = "$tag.tag.id"

TOKENS: list[Stage] = [
    # Another process fetches a token, and five minutes later ours has ended.
    Visit("/cgi-bin/token", f"https://api.weixin.qq.com/cgi-bin/token?{urlencode(CREDENTIALS)}", {}),
    Meanwhile("clock", {"advance_seconds": 301}),
    step("user/get", "getFollowers", gives={"total": 3}, after=40001),
    # And after two hours every token has.
    Meanwhile("clock", {"advance_seconds": 7200}),
    step("user/get", "getFollowers", gives={"total": 3}, after=42001),
]
TOUR = Tour(
    "co-wechat-api",
    "WeChatAPIError",
    True,
    [
        step("token", "getAccessToken", gives=npm.TOKEN),
        *npm.MESSAGES,
        step(SEND, "sendMiniProgram", ALICE, PROGRAM),
        step(SEND, "sendCard", ALICE, "CARD"),
        writes(ALICE),
        *npm.MENUS,
        step("menu/addconditional", "addConditionalMenu", FOR_ANDROID, gives={"menuid": str}, keep="custom"),
        step("menu/trymatch", "tryConditionalMenu", ALICE, gives=MENU),
        step("menu/delconditional", "delConditionalMenu", "$custom.menuid"),
        step("menu/delete", "removeMenu"),
        *npm.USERS,
        step("tags/create", "createTags", "第一小组", gives={"tag": {"id": int, "name": "第一小组"}}, keep="tag"),
        refused(45157, "tags/create", "createTags", "第一小组"),
        step("tags/get", "getTags", gives={"tags": list}),
        step("tags/members/batchtagging", "batchTagging", [ALICE], TAG),
        step("user/tag/get", "getUsersFromTag", TAG, "", gives={"count": 1, "data": {"openid": [ALICE]}}),
        step("tags/getidlist", "getIdList", ALICE, gives={"tagid_list": [TAG]}),
        *npm.MASS,
        step("tags/members/batchuntagging", "batchUnTagging", [ALICE], TAG),
        step("tags/update", "updateTag", TAG, "第二小组"),
        step("tags/delete", "deleteTag", TAG),
        *npm.CODES,
        *npm.MEDIA,
        *npm.TEMPLATES,
        step(
            *("message/template/send", "sendTemplate", ALICE, "$template.template_id"),
            *("https://a.example.org", "#000000", CHECKED_IN),
            # Numbers beyond what JavaScript can count to are words here.
            gives={**OK, "msgid": str},
        ),
        refused(47003, "message/template/send", "sendTemplate", ALICE, "$template.template_id", "", "", {}),
        Visit("/mp/subscribemsg", SUBSCRIBING, {"openid": ALICE}),
        step("message/template/subscribe", "sendSubscribe", ALICE, "ONCE", None, None, "7", "今晚", WORDS),
        refused(43101, "message/template/subscribe", "sendSubscribe", ALICE, "ONCE", None, None, "7", "今晚", WORDS),
        *npm.REST,
        *TOKENS,
    ],
)
