package link

import (
	"fmt"
	"time"

	"afterpress/shared/crm/proof"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// visitorWords is what the pages for people say who complain without a link.
type visitorWords struct {
	Title, Intro     string
	Reach, ReachHint string
	Job, JobHint     string
	Ask              string // the button
	Daily            string

	CodeTitle, CodeIntro string
	Code, CodeHint       string
	Enter                string // the button
	CodeDaily            string
	Again                string
	Gone                 page.Notice
}

// codeMinutes is how long a code may be entered.
const codeMinutes = int(proof.Life / time.Minute)

var visitorWordsZh = visitorWords{
	Title: "提交投诉",
	Intro: "很抱歉产品没有让您满意。请先填写您在我们这里留过的手机号或邮箱，我们会发一个验证码，确认是您本人。" +
		"如果您有我们发来的投诉链接，直接打开链接即可。",
	Reach: "手机号或邮箱", ReachHint: "您在我们这里留过的，例如 138 0013 8000 或 name@example.com。",
	Job: "订单号", JobHint: "见送货单或发票。",
	Ask:   "获取验证码",
	Daily: fmt.Sprintf("同一手机号或邮箱每天最多发送 %d 次验证码。手边没有留过的手机或邮箱时，请致电我们，我们为您登记。", proof.MostADay),

	CodeTitle: "输入验证码",
	CodeIntro: fmt.Sprintf("如果我们这里有您填写的手机号或邮箱，验证码已经发出，%d 分钟内有效。邮件可能要等几分钟，也请看看垃圾邮件。", codeMinutes),
	Code:      "验证码", CodeHint: "六位数字。申请过几次的，请填最新收到的一条。",
	Enter:     "继续",
	CodeDaily: fmt.Sprintf("每个验证码最多输入 %d 次，每天最多发送 %d 次。收不到时请致电我们，我们为您登记。", proof.MostTries, proof.MostADay),
	Again:     "没有收到？重新获取",
	Gone:      page.Note("页面已失效", "地址可能不完整。请从首页打开“提交投诉”，重新获取验证码，或致电我们。"),
}

var visitorWordsEn = visitorWords{
	Title: "Make a complaint",
	Intro: "We are sorry that something is not right. First enter the mobile number or the e-mail address that we have of " +
		"you. We will send a code there, to make sure that it is you. If you have a link from us for complaints, just open it.",
	Reach: "Mobile number or e-mail", ReachHint: "One that you have given us, such as 138 0013 8000 or name@example.com.",
	Job: "Order number", JobHint: "You find it on the delivery note or the invoice.",
	Ask: "Send me a code",
	Daily: fmt.Sprintf("At most %d codes a day go to one number or address. If you can no longer read them there, call us, "+
		"and we will record your complaint.", proof.MostADay),

	CodeTitle: "Enter the code",
	CodeIntro: fmt.Sprintf("If we have the number or address that you entered, a code is on its way. It is valid for %d "+
		"minutes. An e-mail can take a few minutes; look among unwanted mail as well.", codeMinutes),
	Code: "Code", CodeHint: "Six digits. If you asked more than once, enter the newest one.",
	Enter: "Continue",
	CodeDaily: fmt.Sprintf("Each code can be entered %d times, and at most %d are sent a day. If none arrives, call us, and we "+
		"will record your complaint.", proof.MostTries, proof.MostADay),
	Again: "No code? Ask for another one",
	Gone: page.Note("This page does not work", "The address may be incomplete. Open “Make a complaint” on our front page and "+
		"ask for another code, or call us."),
}

func visitorWordsIn(lang words.Lang) *visitorWords {
	if lang == words.Zh {
		return &visitorWordsZh
	}
	return &visitorWordsEn
}
