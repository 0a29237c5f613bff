package file

import (
	"fmt"

	"afterpress/shared/page"
)

var wordsZh = wording{
	Title: "您的文件",
	Hint: func(most int, size, kinds string) string {
		return fmt.Sprintf("最多 %d 个文件，每个不超过 %s：%s。", most, size, kinds)
	},
	Later: "请先发送询价，在下一页即可添加文件。",
	Name:  "文件名称", Add: "添加一个文件", File: "选择文件", Upload: "上传文件",
	Sent:   page.Note("文件已上传", "还有一步：检查并附上文件。"),
	Attach: "附上文件",
	Unsent: "文件还没有上传成功。请重新选择。",
	Over:   "上传时间已过。请返回文件列表重新添加。",
	All:    "全部文件", Kept: "已收到", Scanning: "已收到，正在查毒",
	Remove: func(name string) string { return "移除 " + name },
	Full:   "这里不能再上传文件。其余文件请在我们与您联系时发给同事。",
	Gone:   page.Note("链接已失效", "询价之后 24 小时内、投诉处理期间可以添加文件。请在我们与您联系时把文件发给同事，或致电我们。"),
	Script: scriptPhrase{
		Choose: "选择文件", Chosen: "发送询价后上传。", Remove: "移除 {name}", Sending: "正在上传 {name}：{percent}%", Checking: "正在检查 {name}",
		Kept: "{name}：已收到", Received: "已收到", Failed: "{name} 没有上传成功。请检查网络后重试。", Retry: "重新上传 {name}",
		WrongKind: "{name} 未加入：格式不是 {kinds}。请另存为其中一种格式后重新选择。",
		TooLarge:  "{name} 太大。", TooMany: "{name} 未加入：文件数量已满。", Unsent: "询价没有发送成功。请检查网络后重试。",
	},
	Back: "返回",
}
