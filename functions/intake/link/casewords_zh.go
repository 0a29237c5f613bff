package link

import (
	"fmt"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/page"
)

var caseWordsZh = caseWords{
	Gone: page.Note("链接无效", "链接可能不完整，或对应的内容已不存在。请从我们最近的信息中重新打开，信息里也有我们的电话。"),

	New:      "请告诉我们哪里有问题",
	Known:    "您已就此订单联系过我们",
	Another:  "是另外的问题吗？",
	NewIntro: "很抱歉产品没有让您满意。请写下您看到的情况，会有同事查看并答复您。",
	Full:     page.Note("今天不能再提交了", "您今天已登记五起投诉，已达本页上限。如还有问题请致电我们，我们为您登记。"),
	What:     "哪里有问题？", WhatHint: "点开分类，勾选所有符合的情况，最多十项。",
	NoDefect: "请至少勾选一项，最多十项。都不符合时请勾选“其他问题”。",
	Groups: map[string]string{defect.Colour: "颜色", defect.Press: "印刷与纸张", defect.Content: "文字、图片与条码",
		defect.Finishing: "裁切、折页、装订与后加工", defect.Delivery: "数量、交货及其他"},
	Defects: map[defect.Kind]string{
		defect.WrongContent: "文字或图片印错", defect.MissingElement: "有内容没印上", defect.LegalMark: "法定标识有误",
		defect.Barcode: "条码或二维码扫不出", defect.LowResolution: "图片模糊不清",
		defect.ColourDeviation: "颜色与约定不符", defect.ColourVariation: "同一批颜色深浅不一", defect.SpotColour: "品牌色或专色不准",
		defect.Metamerism: "换个光线颜色就变了", defect.DotGain: "图片偏暗、发闷",
		defect.Misregister: "套色没对准，有重影边", defect.Backup: "正反面对不齐", defect.Skew: "图文印歪",
		defect.Hickey: "有墨点、斑点", defect.Scratch: "有划痕、擦痕", defect.SetOff: "背面粘脏", defect.Ghosting: "有淡淡的影子",
		defect.Scumming: "画面发脏、糊成一片", defect.Streaks: "有深浅不一的墨杠", defect.Slur: "线条重影、发虚", defect.Picking: "纸面掉粉、起毛",
		defect.Mottle: "大面积颜色发花", defect.Banding: "色块或渐变有条纹", defect.InkRub: "掉色、掉墨", defect.Odour: "有异味",
		defect.WrongStock: "纸张或材料用错", defect.LightStock: "纸张偏薄、偏轻", defect.MixedLot: "不同版本或批次混在一起", defect.Wrinkle: "纸张起皱",
		"trim-size": "裁切尺寸不对", "trim-skew": "裁歪", "fold-error": "折线位置不对", "die-cut-offset": "模切位置不对",
		"crease-crack":      "折线处爆裂",
		"lamination-bubble": "覆膜起泡", "foil-offset": "烫金或局部上光偏位", "glue-failure": "开胶", "loose-page": "掉页",
		"missing-page": "缺页、重页或倒页", "spine-shift": "书脊文字偏移", "cover-white": "封面露白边", "warp-curl": "翘曲、卷边",
		"short-count": "数量不足", "over-count": "数量多出", "transit-damage": "运输途中损坏", "packing": "包装不当", "late-delivery": "交货延误",
		"other": "其他问题",
	},
	Fields: map[string]fieldWords{
		"words": {"具体情况", "大约多少件有问题、在什么位置、怎样发现的。"}, "job": {"订单号", "见送货单或发票。"},
		"affected": {"有问题的数量", "填写数字；还不清楚可以留空。"}, "delivered": {"收到的数量", "填写数字。"},
		"wanted": {"您希望怎样处理", ""}, "needed_by": {"您何时需要合格品", "使用当天的日期。"},
	},
	Wanted: map[remedy.Kind]string{
		remedy.FullReprint: "全部重印", remedy.PartReprint: "重印有问题的部分", remedy.MakeUp: "补足数量", remedy.Rework: "挑拣或返修",
		remedy.CreditNote: "开具红字凭证抵扣", remedy.PriceCut: "降价留用", remedy.Refund: "退款", remedy.Gift: "赠送小礼品",
		remedy.Apology: "说明原因并道歉",
	},
	PhotoHint: "照片可在下一页添加。",
	Open:      "提交投诉",

	Title: "您的投诉", Job: "订单", Stage: "处理进度",
	Stands: map[string]page.Notice{
		standsOpened:           page.Note("已收到您的投诉", "下面是处理进度。照片有助于判断，可在本页下方添加。"),
		standsMessage:          page.Note("留言已发送", "留言显示在下方，负责的同事已收到。"),
		standsMissing:          page.Note("没有发送", "请先填写留言，再发送。"),
		standsChanged:          page.Note("请再看一下", "打开本页之后情况有了变化，因此没有执行任何操作。以下是当前的进度。"),
		complaint.SayAgree:     page.Note("您已接受方案", "我们马上处理，完成后告知您。"),
		complaint.SayDecline:   page.Note("您没有接受方案", "请在下面写明怎样处理才合适，我们会另找办法。"),
		complaint.SaySettled:   page.Note("谢谢您", "很高兴问题已经解决。我们会查清原因，避免再次发生。"),
		complaint.SayUnsettled: page.Note("我们会重新处理", "请在下面写明还有什么问题，附上照片更好。"),
		complaint.SayReopen:    page.Note("投诉已重新打开", "请在下面写明问题，会有同事查看。"),
		complaint.SayWithdraw:  page.Note("投诉已撤回", "我们不再处理此事。"),
	},
	Owner:   func(name string) string { return "由" + name + "负责处理。" },
	Promise: "我们将在此时间之前答复您：", PromiseLate: "我们答应在此时间之前答复您，但没有做到，非常抱歉。急事请致电：",
	AnswerBy: "请在此时间之前答复：", GoodsBy: "送达时间：",
	Waits: map[string]string{complaint.PauseCustomer: "我们在等您的答复。", complaint.PauseSample: "我们在等您寄回的样品。"},
	Asked: "需要您提供",
	Offer: "我们的方案", Agreed: "已确认的方案", Worth: "折合价值", Pays: "您承担的部分", By: "送达时间",
	OfferQuestion: "您接受这个方案吗？", OfferHint: "如想调整，请先在下面给我们留言，再作答复。",
	SettledQuestion: "问题解决了吗？", SettledHint: "如果还有问题，我们会重新处理。",
	ReopenQuestion: "还有问题吗？您可以重新打开这起投诉。",
	Say: map[string]string{complaint.SayAgree: "接受方案", complaint.SayDecline: "不接受方案", complaint.SaySettled: "是的，已解决",
		complaint.SayUnsettled: "没有，还有问题",
		complaint.SayReopen:    "重新打开投诉", complaint.SayWithdraw: "撤回投诉"},
	Joined: "此事与您就同一订单提出的另一起投诉一并处理。", JoinedLink: "查看那起投诉",
	JoinedTold: "贵公司的同事也就同一订单联系了我们，两件事一并处理。想了解进展，请打电话给我们。",
	Again:      "登记新的投诉",
	Said:       "往来留言", You: "您", Older: "更早的留言未在此显示，如需要请联系我们。",
	Affected: "有问题的数量",
	Flooded: func(phone string) string {
		return "您最近的留言较多，这一条没有送出。请致电我们：" + phone
	},
	Pieces:       func(n int64) string { return page.Grouped(n) + " 件" },
	MessageLabel: "给我们留言", MessageHint: "负责的同事会看到，并在这里和邮件中答复您。", MessageSend: "发送留言",
	Photos: "照片与文件",
	Ask: map[string]askWords{
		complaint.SayAgree:    {"确认接受这个方案吗？", "确认后我们就开始处理，方案不能再在这里更改。", "是的，接受", "先不接受"},
		complaint.SayWithdraw: {"要撤回这起投诉吗？", "撤回后我们不再处理。之后几周内，您可以在这里重新打开。", "是的，撤回", "不，继续处理"},
		complaint.SayReopen:   {"要重新打开这起投诉吗？", "打开后会有同事从头查看并处理。", "是的，重新打开", "不，保持现状"},
	},
	WhyLabel: "还有什么问题？", WhyHint: "写一句话就可以，之后还能添加照片。",
	History: "处理经过", Comma: "、",
	Zone: func(branch string) string { return fmt.Sprintf("以上时间为%s当地时间。", branch) },

	HoldTitle: "关于您订单的一个问题", HoldAsk: "生产正在等您的答复。您希望怎样处理？",
	HoldWords: "还有什么要说明？", HoldHint: "会随您点的选项一起发出。选项都不合适时，请写在这里并单独发送。", HoldSend: "只发送文字说明",
	HoldWithdrawn: page.Note("这个问题已经解决", "我们已找到办法，不需要您再答复。"),
	HoldAnswer:    "答复", ByYou: "您作出的答复", ByShop: "由我们的同事代为登记",
	Answered:       page.Note("谢谢您", "生产部门已收到您的答复。如有误请立即致电我们。"),
	AnsweredBefore: page.Note("请再看一下", "在您答复之前，这个问题已有答复或已撤回，因此没有改动。如以下内容有误，请立即致电我们。"),
	Photo:          "照片",
}
