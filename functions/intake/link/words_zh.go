package link

import (
	"fmt"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/page"
)

var wordsZh = wording{
	Confirm:    page.Note("确认订阅", "您在我们的表单中同意了以下内容，确认后才会生效。如果不是您本人填写，关闭本页即可。"),
	ConfirmYes: "是的，我同意",
	Confirmed:  page.Note("订阅已确认", "我们会通过电子邮件向您发送优惠与新品信息。您可以随时退订。"),
	Kept:       page.Note("您已选择不接收", "您在这封邮件之后作出了不接收的选择，我们以此为准。如改变主意，请通过下面的链接重新选择。"),
	Lapsed:     page.Note("链接已失效", "链接可能不完整，或已超过 30 天。如需订阅，请在表单中重新勾选。"),
	Manage:     "选择接收哪些信息",
	Choices:    page.Note("您接收的信息", "请勾选希望接收的信息；未勾选的，我们不会发送。保存后立即生效。"),
	ChooseFrom: "我愿意接收的信息",
	Choice: map[string]string{
		"marketing/email": "我愿意通过电子邮件接收优惠与新品信息。",
		"marketing/sms":   "我愿意通过短信接收优惠与新品信息。",
		"survey/email":    "我愿意通过电子邮件接收满意度调查。",
		"survey/sms":      "我愿意通过短信接收满意度调查。",
		"referral/email":  "我愿意通过电子邮件接收推荐好友的邀请。",
		"referral/sms":    "我愿意通过短信接收推荐好友的邀请。",
	},
	SentTo: "发送到",
	StopAll: page.Note("全部停止",
		"此后我们不再通过邮件或短信向您发送优惠、资讯、满意度调查和推荐邀请。"),
	StopOver:     "您仍可停止接收经此渠道发送的优惠、资讯、满意度调查和推荐邀请。",
	StopThese:    "停止发送",
	SaveChoices:  "保存选择",
	AlwaysSent:   page.Note("不能在此关闭的信息", "与您本人的询价和订单有关的通知，例如受理回执。这些由您发起，我们需要答复您。"),
	Stopped:      page.Note("已停止", "我们不再经此渠道向您发送优惠、资讯、满意度调查和推荐邀请。"),
	ChoicesSaved: page.Note("已保存", "以下是当前的选择，您可以随时在这里更改。"),
	ChoicesStale: page.Note("请再看一下", "打开本页之后，您的选择在别处有过更改，因此没有新增勾选。以下是当前的选择。"),
	NoChoices:    page.Note("链接无效", "链接可能不完整。请从我们最近的信息中重新打开，信息里也有我们的电话。"),
	Over: map[caselink.Over]page.Notice{
		caselink.OverLeft:  notTheirsZh,
		caselink.OverMoved: notTheirsZh,
		caselink.OverAddress: page.Note("此链接已停用",
			"它发往的电话或邮箱已不在我们的记录中。请从我们发到您现用电话或邮箱的最新消息里打开链接；如果没有收到，请打电话给我们。"),
		caselink.OverEnded: page.Note("我们已停用此链接",
			"此前发给您的链接都已停用。请使用最新收到的链接；如果没有，请打电话给我们，我们会发给您。"),
		caselink.OverTime: page.Note("此链接已过期",
			fmt.Sprintf("链接在事情办结 %d 天后失效。如仍有问题，请打电话给我们。", keptDays)),
	},
}

var notTheirsZh = page.Note("此链接已停用",
	"它是为一位联系人生成的，现已不再由其使用。如果这件事现在由您负责，请打电话给我们，我们会为您生成新的链接。")
