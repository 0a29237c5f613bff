package form

import (
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/words"
)

// wording is everything that the pages of forms say by themselves; what a form says stands in its definition.
type wording struct {
	Send      string
	Submit    string // where the form asks questions of the shop's own: it may be no enquiry
	Thanks    string
	Urgent    string
	Another   string
	Anew      string // the same of a form with questions of the shop's own
	Unsent    string // the embedded form reached nobody
	Elsewhere string // leads from a website that may not show the form to our own page
	Files     string // leads from the embedded form's thanks to the page on which files are handed in

	Complain string // leads from the thanks to the page for complaints

	// of the front page
	Front, NoForms, Open      string
	ChoicesTitle, ChoicesText string
	ComplainTitle, ComplainText,
	ComplainOpen string
	DocsTitle, DocsOpen string
}

var wordsZh = wording{
	Send: "发送询价", Submit: "提交",
	Thanks:    "谢谢您",
	Urgent:    "急件请直接致电：",
	Another:   "再发一份询价",
	Anew:      "再填一份",
	Unsent:    "没有发送成功。请检查网络后再试，您填写的内容还在这里。",
	Elsewhere: "请到我们的页面填写表单",
	Files:     "上传您的文件",
	Complain:  "收到的产品有问题？告诉我们",
	Front:     "欢迎", NoForms: "目前没有开放的表单。", Open: "用中文填写",
	ChoicesTitle: "您想收到什么", ChoicesText: "我们发给您的邮件末尾有一个链接，打开后可以选择接收哪些内容，也可以退订。",
	ComplainTitle: "产品有问题？", ComplainText: "请告诉我们您看到的情况，会有同事查看并答复您。", ComplainOpen: "提交投诉",
	DocsTitle: "系统对接", DocsOpen: "查看接口说明",
}

var wordsEn = wording{
	Send: "Send enquiry", Submit: "Send",
	Thanks:    "Thank you",
	Urgent:    "Urgent? Call us: ",
	Another:   "Send another enquiry",
	Anew:      "Fill it in again",
	Unsent:    "It could not be sent. Check your connection and try again; what you entered is still here.",
	Elsewhere: "Fill in the form on our own page",
	Files:     "Hand in your files",
	Complain:  "Something wrong with what we delivered? Tell us",
	Front:     "Welcome", NoForms: "No form is open at the moment.", Open: "Fill in the form in English",
	ChoicesTitle: "What you hear from us",
	ChoicesText: "Our e-mails end with a link. It opens a page on which you choose what we send you, " +
		"or unsubscribe.",
	ComplainTitle: "Something is not right?",
	ComplainText:  "Tell us what you see; a colleague will look at it and reply.", ComplainOpen: "Make a complaint",
	DocsTitle: "For integrators", DocsOpen: "Read the API description",
}

func wordsIn(lang words.Lang) *wording {
	if lang == words.Zh {
		return &wordsZh
	}
	return &wordsEn
}

// button is what the form's button says.
func (w *wording) button(f form.Form) string {
	if len(f.Questions) > 0 {
		return w.Submit
	}
	return w.Send
}

// again is the way back to the form.
func (w *wording) again(f form.Form) string {
	if len(f.Questions) > 0 {
		return w.Anew
	}
	return w.Another
}
