package intake

import (
	"fmt"

	"afterpress/shared/kernel/words"
)

var wordsZh = wording{
	OtherLang: words.En, OtherName: "English",
	Optional: "选填", Choose: "请选择", Send: "发送询价", Trap: "此项请留空",
	FaultTitle: func(n int) string { return fmt.Sprintf("有 %d 处需要修改", n) },
	FaultMark:  "有误：", Says: "：",
	Call:       "电话",
	Thanks:     "谢谢您",
	Reference:  "受理编号",
	Urgent:     "急件请直接致电：",
	Another:    "再发一份询价",
	Missing:    notice{"没有找到这个页面", "链接可能不完整，或者表单已经停用。请核对网址，或从我们的网站重新进入。"},
	Unreadable: notice{"无法读取您的提交", "请返回表单页面重新提交。如果内容很长，请缩短后再试。"},
	Busy:       notice{"系统暂时繁忙", "请过一两分钟再试。"},
	Broken:     notice{"我们这边出了问题", "您填写的内容没有问题，请过几分钟再试。"},
	Flooded:    notice{"您的网络提交得过于频繁", "这次没有提交成功。请一小时后再试，急事请直接致电。"},
	Confirm:    notice{"确认订阅", "您在我们的表单中同意了以下内容，确认后才会生效。如果不是您本人填写，关闭本页即可。"},
	ConfirmYes: "是的，我同意",
	Confirmed:  notice{"订阅已确认", "我们会通过电子邮件向您发送优惠与新品信息。您可以随时退订。"},
	Kept:       notice{"您已选择不接收", "您在这封邮件之后作出了不接收的选择，我们以此为准。如改变主意，请从下面的链接重新选择。"},
	Lapsed:     notice{"链接已失效", "链接可能不完整，或已超过 30 天。如需订阅，请在表单中重新勾选。"},
	Manage:     "选择接收哪些信息",
	Choices:    notice{"您接收的信息", "请勾选希望接收的信息；未勾选的，我们不会发送。保存后立即生效。"},
	ChooseFrom: "我愿意接收的信息",
	Choice: map[string]string{
		"marketing/email": "我愿意通过电子邮件接收优惠与新品信息。",
		"marketing/sms":   "我愿意通过短信接收优惠与新品信息。",
		"survey/email":    "我愿意通过电子邮件接收满意度调查。",
		"survey/sms":      "我愿意通过短信接收满意度调查。",
		"referral/email":  "我愿意通过电子邮件接收推荐好友的邀请。",
		"referral/sms":    "我愿意通过短信接收推荐好友的邀请。",
	},
	SaveChoices:  "保存选择",
	AlwaysSent:   notice{"不能在此关闭的信息", "与您本人的询价和订单有关的通知，例如受理回执。这些由您发起，我们需要答复您。"},
	ChoicesSaved: notice{"已保存", "以下是当前的选择，您可以随时在这里更改。"},
	ChoicesStale: notice{"请再看一下", "打开本页之后，您的选择在别处有过更改，因此没有新增勾选。以下是当前的选择。"},
	NoChoices:    notice{"链接无效", "链接可能不完整。请从我们最近的信息中重新打开，信息里也有我们的电话。"},
	SendAgain:    "再次发送询价", StillThere: "您填写的内容还在这个页面里，不用重新填写。",
	Unsent:      "没有发送成功。请检查网络后再试，您填写的内容还在这里。",
	Elsewhere:   "请到我们的页面填写表单",
	RequestName: "请求编号",

	ArtworkTitle: "您的文件",
	ArtworkHint: func(most int, size, kinds string) string {
		return fmt.Sprintf("最多 %d 个文件，每个不超过 %s：%s。", most, size, kinds)
	},
	ArtworkLater: "请先发送询价，在下一页即可添加文件。",
	ArtworkName:  "文件名称", ArtworkAdd: "添加一个文件", ArtworkFile: "选择文件", ArtworkUpload: "上传文件",
	ArtworkSent:   notice{"文件已传到", "还有一步：检查并附上文件。"},
	ArtworkAttach: "附上文件",
	ArtworkUnsent: "文件还没有传到。请重新选择。",
	ArtworkOver:   "上传时间已过。请返回文件列表重新添加。",
	ArtworkAll:    "全部文件", ArtworkKept: "已收到",
	ArtworkFull: "这里不能再上传文件。其余文件请在我们与您联系时发给同事。",
	ArtworkGone: notice{"链接已失效", "询价之后 24 小时内、投诉处理期间可以添加文件。请在我们与您联系时把文件发给同事，或致电我们。"},
	ArtworkScript: scriptPhrase{
		Choose: "选择文件", Chosen: "发送询价后上传。", Remove: "移除 {name}", Sending: "正在上传 {name}：{percent}%", Checking: "正在检查 {name}",
		Kept: "{name}：已收到", Received: "已收到", Failed: "{name} 没有传成功。请检查网络后重试。", Retry: "重新上传 {name}",
		TooLarge: "{name} 太大。", TooMany: "{name} 未加入：文件数量已满。", Unsent: "询价没有发送成功。请检查网络后重试。",
	},

	Case: caseWordsZh,
}
