"""What looks like a person's name where no space and no mark tells it from other words."""

# The commonest surnames. Whoever has another one is named behind a space.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛"
    "伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍覃霍翁隋甘景薄单包"
    "司柏宁柯阮桂闵"
)
_OF_TWO = "欧阳|司马|司徒|上官|诸葛|皇甫|尉迟|令狐|公孙|慕容|宇文|东方|夏侯|端木|南宫"

_FAMILY = rf"(?:{_OF_TWO}|[{_SURNAMES}])"
PERSON = rf"(?:{_FAMILY}[\u4e00-\u9fff]{{1,2}}?|[A-Za-z][A-Za-z.]{{1,19}})"
# The longest that a name can be, where what comes behind it is known.
PERSON_LONG = rf"(?:[小老]?{_FAMILY}[\u4e00-\u9fff]{{1,2}}|[小老]{_FAMILY}|[A-Za-z][A-Za-z.]{{1,19}})"
