"""Every word of the pages of imports, in both languages."""

from shared.problems import Said

LABELS: dict[str, Said] = {
    "kind": Said("文件内容", "What the file is"),
    "programme": Said("人才计划", "Programme"),
    "mode": Said("有误的行怎么办", "Rows with mistakes"),
    "hidden_rows": Said("隐藏或筛掉的行", "Hidden or filtered rows"),
    "file": Said("文件", "File"),
}

STATES: dict[str, Said] = {
    "import_queued": Said("排队中", "Waiting"),
    "import_reading": Said("正在核对", "Being checked"),
    "import_previewed": Said("待提交", "Ready to commit"),
    "import_committing": Said("正在导入", "Being entered"),
    "import_committed": Said("已导入", "Entered"),
    "import_approving": Said("正在确认", "Being confirmed"),
    "import_failed": Said("未能导入", "Failed"),
    "import_cancelled": Said("已取消", "Cancelled"),
    "import_undoing": Said("正在撤回", "Being undone"),
    "import_undone": Said("已撤回", "Undone"),
}

FAULTS: dict[str, Said] = {
    "no_programme": Said("请选择人才计划", "Choose a programme"),
    "no_file": Said("请选择要导入的文件", "Choose a file"),
    "empty_file": Said(
        "这个文件是空的（0字节）。请打开原表确认有内容，保存后重新选择。",
        "This file is empty (0 bytes). Open it, check that it has rows, save it and choose it again.",
    ),
    "wrong_kind": Said(
        "不能读取这种文件。请把表格另存为 .xlsx（也可用 .xls、.ods、.csv）后再选择。",
        "Files of this kind cannot be read. Save the sheet as .xlsx (.xls, .ods and .csv do as well), then choose it.",
    ),
    "wps_file": Said(
        "这是 WPS 专用格式（.et）。请在 WPS 中“另存为”.xlsx 后再选择。",
        "This is WPS's own format (.et). In WPS save it as .xlsx, then choose that file.",
    ),
    "packed_file": Said(
        "这是压缩包。请先解压，再选择里面的表格；多个表格请逐个导入。",
        "This is an archive. Unpack it and choose the sheet in it; several sheets are imported one by one.",
    ),
    "large_file": Said(
        "文件超过64 MB，没有上传。请拆成几个文件分别导入；图片和多余的工作表可以删去。",
        "The file is larger than 64 MB and was not uploaded. Split it and import the parts; pictures and other sheets"
        " can be deleted.",
    ),
}

COLUMNS: dict[str, Said] = {
    "columns": Said("认列名", "Which column is what"),
    "columns_note": Said(
        "下面的列没有认出来。选好对应的内容，文件会重新读取；本单位同一计划以后的文件都照此认列。",
        "These columns are not known. Say what they are and the file is read again; it is remembered for later files.",
    ),
    "columns_leave": Said("先不选", "Leave it"),
    "columns_past": Said("不用这一列", "Not used"),
    "columns_do": Said("记住并重新读取", "Remember it and read again"),
    "remembered": Said("本单位自用列名", "Your own names of columns"),
    "remove": Said("删除", "Remove"),
}

RESULTS: dict[str, Said] = {
    "came_open": Said("未办", "not yet"),
    "came_accepted": Said("可办理或已办理", "can be done, or done"),
    "came_awaiting": Said("待第二人", "waits for a second officer"),
    "came_unchanged": Said("未变", "unchanged"),
    "came_duplicate": Said("重复", "duplicate"),
    "came_rejected": Said("有误", "with mistakes"),
}

LISTS: dict[str, Said] = {
    "brings_registrations": Said("登记名单：每行登记一人（单位、岗位）", "Registrations: each row registers somebody"),
    "brings_transitions": Said(
        "办理清单：每行对一条已有登记办理一事（认定、退出、撤销等）",
        "Decisions: each row acts on a registration there is (recognise, leave, revoke, and so on)",
    ),
    "list_programme": Said(
        "登记名单必选；办理清单的人才计划可写在表内。",
        "Needed for registrations; a list of decisions may name it in its rows.",
    ),
    "list_template": Said("办理清单", "List of decisions"),
    "list_of": Said("办理清单", "Decisions"),
    "acts": Said("办理事项", "Actions"),
    "column_action": Said("事项", "Action"),
    "action_none": Said("未写明", "not given"),
    "rows_awaiting": Said("待第二人", "For a second officer"),
    "commit_list": Said("提交，办理 {number} 行", "Commit and act on {number} {number:row/rows}"),
    "approve": Said("确认，办理 {number} 行", "Confirm and act on {number} {number:row/rows}"),
    "approve_note": Said(
        "{who} 提出，{number} 行须由另一名经办人确认；确认前请核对事项和登记。",
        "Requested by {who}; {number} {number:row needs/rows need} another officer. Check the actions and the"
        " registrations first.",
    ),
    "approve_own": Said(
        "{number} 行待另一名经办人确认：在本页确认，或由其导入同一清单。",
        "{number} {number:row waits/rows wait} for another officer, who confirms here or imports the same list.",
    ),
    "fallen_line": Said("回落 {percents} 节点", "falls back below {percents}"),
    "undo_list": Said(
        "将撤回“{file}”办理的事项，登记恢复原状，完成数和节点随之更正；两人办理的事项不能随清单撤回。",
        "What “{file}” did is put back, and totals and milestones with it; what two officers decided is not.",
    ),
}

WORDS: dict[str, Said] = {
    **STATES,
    **RESULTS,
    **COLUMNS,
    **LISTS,
    **FAULTS,
    **{f"label_{name}": said for name, said in LABELS.items()},
    "title": Said("批量导入", "Imports"),
    "note": Said(
        "上传表格，先看会产生什么影响，再决定是否提交；提交后还可以撤回。",
        "Upload a sheet, see what it would do, then commit it. What was committed can be undone.",
    ),
    "upload": Said("上传文件", "Upload a file"),
    "none_yet": Said("还没有导入过文件", "Nothing has been imported yet"),
    "none_yet_next": Said(
        "下载填报模板，填好后上传。上传后只是预览，不会直接登记。",
        "Download a template, fill it in and upload it. It is only looked at first; nothing is entered by uploading.",
    ),
    "none_yet_reader": Said("有单位导入后会列在这里。", "They are listed here once somebody imports a file."),
    "older": Said("更早的导入", "Older imports"),
    "column_file": Said("文件", "File"),
    "column_rows": Said("行数", "Rows"),
    "column_result": Said("结果", "Result"),
    "column_when": Said("上传", "Uploaded"),
    "column_state": Said("状态", "State"),
    "new_title": Said("上传文件", "Upload a file"),
    "choose": Said("请选择", "Choose"),
    "mode_accept_good": Said("跳过有误的行，其余照常登记", "Leave them out and enter all others"),
    "mode_all_or_nothing": Said("有一行有误就都不登记（不超过10,000行）", "Enter nothing at all (up to 10,000 rows)"),
    "hidden_": Said("如果有，停下来问我", "Stop and tell me if there are any"),
    "hidden_include": Said("一并导入", "Import them too"),
    "hidden_skip": Said("跳过", "Leave them out"),
    "file_help": Said(
        ".xlsx、.xls、.ods 或 .csv，不超过64 MB；证件号码列请设为文本格式。",
        ".xlsx, .xls, .ods or .csv, up to 64 MB; numbers of documents must be text cells.",
    ),
    "drop": Said("也可以把文件拖到这里。", "Or drop it here."),
    "sending": Said("正在上传 {percent}%", "Uploading: {percent}%"),
    "sent": Said("已上传，正在核对", "Uploaded, and being checked"),
    "stop_sending": Said("停止上传", "Stop"),
    "sending_stopped": Said("已停止上传，什么也没有登记。", "Stopped; nothing was entered."),
    "sending_failed": Said(
        "上传中断。文件仍选着，请再次上传；即使刚才已收到，也不会重复。",
        "The upload broke off. The file is still chosen: send it again, nothing is entered twice.",
    ),
    "send": Said("上传并核对", "Upload and check"),
    "send_note": Said(
        "上传后先核对和预览，不会直接登记。",
        "It is checked and shown first; nothing is entered by uploading.",
    ),
    "templates": Said("下载填报模板", "Download a template"),
    "may_not": Said("您可以查看导入，不能上传。", "You may look at imports, but not upload."),
    "progress_line": Said("{read} / {total} 行", "{read} of {total} {total:row/rows}"),
    "progress_unknown": Said("已读 {read} 行", "{read} {read:row/rows} read"),
    "progress_rate": Said("每秒约 {rate} 行，还需约 {left}", "about {rate} rows a second, about {left} left"),
    "seconds": Said("{number}秒", "{number} s"),
    "minutes": Said("{number}分钟", "{number} min"),
    "leave": Said(
        "可以离开本页，办理不会中断；回来时在“批量导入”中查看。",
        "You may leave this page; the work goes on. Find it again under “Imports”.",
    ),
    "rows_accepted": Said("可登记", "Can be entered"),
    "rows_entered": Said("已登记", "Entered"),
    "rows_unchanged": Said("未变", "Unchanged"),
    "rows_duplicate": Said("重复", "Duplicates"),
    "rows_rejected": Said("有误", "With mistakes"),
    "rows_undone": Said("已撤回", "Undone"),
    "rows_kept": Said("未撤回", "Not undone"),
    "result_line": Said("登记 {accepted}，有误 {rejected}", "{accepted} entered, {rejected} wrong"),
    "preview_line": Said("可登记 {accepted}，有误 {rejected}", "{accepted} can be entered, {rejected} wrong"),
    "effect": Said("对目标任务的影响", "What it does to targets"),
    "effect_after": Said("带来的变化", "What it did to targets"),
    "effect_none": Said("不改变任何目标任务的完成数。", "It changes no target."),
    "effect_unknown": Said(
        "目标服务没有应答，影响暂时不能显示；不妨碍提交。",
        "The quota service does not answer, so the effect is not shown; it can be committed all the same.",
    ),
    "effect_note": Said(
        "按最多计算：其中有人已经计入的，实际增加会少一些。",
        "At the most: where some of them count already, it will be less.",
    ),
    "whole_city": Said("全市", "The whole city"),
    "total_line": Said("累计 {before} → {after}", "total {before} → {after}"),
    "percent_line": Said("完成率 {before}% → {after}%", "completion {before}% → {after}%"),
    "milestones_line": Said("达成 {percents} 节点", "reaches the milestone of {percents}"),
    "no_milestone": Said("不触及节点", "no milestone"),
    "commit": Said("提交，登记 {number} 行", "Commit and enter {number} {number:row/rows}"),
    "commit_none": Said(
        "没有可以登记的行。请下载标注了问题的原表，改正后重新上传。",
        "No row can be entered. Download the marked sheet, correct it and upload it again.",
    ),
    "not_own": Said("由 {who} 上传，只有本人可以提交。", "Uploaded by {who}, who alone may commit it."),
    "cancel": Said("取消这次导入", "Cancel this import"),
    "undo": Said("撤回这次导入…", "Undo this import…"),
    "undo_title": Said("撤回这次导入？", "Undo this import?"),
    "undo_what": Said(
        "将撤回由“{file}”登记的 {number} 行，视同从未登记；完成数和节点随之更正，并通知原先收到提醒的人。",
        "All rows entered from “{file}” ({number}) will be withdrawn as if they had never been there; totals and"
        " milestones are put right, and whoever had an alert is informed.",
    ),
    "undo_kept": Said(
        "其后已另有办理的登记（如已认定、已更正）不会撤回，会逐行列出原因。",
        "Registrations on which somebody has acted since stay, and are listed with the reason.",
    ),
    "undo_do": Said("确认撤回", "Undo it"),
    "back": Said("不撤回，返回", "Keep it and go back"),
    "problems": Said("问题", "Problems"),
    "problems_first": Said(
        "前{number}条；全部问题标注在原表里", "The first {number}; the marked sheet has all of them"
    ),
    "column_row": Said("行", "Row"),
    "column_column": Said("列", "Column"),
    "column_problem": Said("问题和改法", "What is wrong, and what to do"),
    "report": Said("下载标注了问题的原表（.xlsx）", "Download your sheet with the problems marked (.xlsx)"),
    "again": Said("改好后重新上传", "Upload the corrected sheet"),
    "notes": Said("说明", "Notes"),
    "failed": Said("未能导入", "It was not imported"),
    "about": Said("{who}，{when}", "{who}, {when}"),
    "all_imports": Said("全部导入", "All imports"),
}
