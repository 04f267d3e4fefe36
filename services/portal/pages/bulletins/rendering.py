"""Every word of the list of bulletins, in both languages."""

from shared.problems import Said

WORDS: dict[str, Said] = {
    "title": Said("历期通报", "Published bulletins"),
    "note": Said(
        "通报一经发布不再改动；其后的变化由下一期列明。",
        "A published bulletin never changes; what changed since is listed by the next one.",
    ),
    "edition": Said("第{number}版", "edition {number}"),
    "issued": Said("{day}印发", "issued {day}"),
    "open_html": Said("查看 / 打印", "Read or print"),
    "open_xlsx": Said("表格", "Workbook"),
    "open_txt": Said("群消息", "Chat text"),
    "none_yet": Said("还没有发布过通报", "No bulletin has been published yet"),
    "none_yet_next": Said("月份结束后由人社局发布：", "The bureau publishes one when a month is over:"),
    "down_here": Said("通报暂时无法显示", "Bulletins cannot be shown at present"),
}
