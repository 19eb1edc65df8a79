"""The tours: a table of steps per client. What a client has for APIs that the platform gave up is left out."""

from tests.strangers.steps import co_wechat_api, wechat_api, wechatpy, werobot

TOURS = [wechatpy.TOUR, werobot.TOUR, wechat_api.TOUR, co_wechat_api.TOUR]
