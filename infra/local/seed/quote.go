package seed

import (
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/words"
)

// quote is the form by which a visitor asks for a quotation.
func quote(now time.Time) form.Form {
	none := words.Text{}
	return form.Form{
		ID: Quote, Version: 1, CreatedAt: now, UpdatedAt: now, Branch: Shanghai, Region: "CN", Source: form.SourceWeb,
		Policy: new(form.TrialPolicy()),
		Title:  words.Text{Zh: "询价", En: "Ask for a quotation"},
		Intro: words.Text{
			Zh: "告诉我们您想印什么，我们的同事会在{answer_in}与您联系。",
			En: "Tell us what you would like printed. A colleague gets in touch {answer_in}.",
		},
		Thanks: words.Text{
			Zh: "我们已收到您的询价，会尽快与您联系。",
			En: "We have your enquiry and will be in touch soon.",
		},
		Consent: words.Text{
			Zh: "我同意澜印印刷通过电子邮件向我发送优惠与新品信息。我可以随时退订。",
			En: "I agree that Lanyin Print may send me offers and news by e-mail. I can unsubscribe at any time.",
		},
		Fields: []form.Field{
			{Name: form.FieldPerson, Label: words.Text{Zh: "姓名", En: "Your name"}, Hint: none, Required: true},
			{Name: form.FieldCompany, Label: words.Text{Zh: "公司", En: "Company"}, Hint: none},
			{Name: form.FieldPhone, Label: words.Text{Zh: "电话", En: "Phone"},
				Hint: words.Text{Zh: "电话与电子邮箱至少填写一项。", En: "A phone number or an e-mail address is needed."}},
			{Name: form.FieldEmail, Label: words.Text{Zh: "电子邮箱", En: "E-mail"}, Hint: none},
			{Name: form.FieldProduct, Label: words.Text{Zh: "产品", En: "Product"}, Required: true, Options: []form.Option{
				{Value: "catalogue", Label: words.Text{Zh: "画册、目录", En: "Catalogue or brochure"}},
				{Value: "book", Label: words.Text{Zh: "书刊", En: "Book or magazine"}},
				{Value: "packaging", Label: words.Text{Zh: "包装盒", En: "Packaging"}},
				{Value: "cards", Label: words.Text{Zh: "名片、卡片", En: "Business cards"}},
				{Value: "poster", Label: words.Text{Zh: "海报、展板", En: "Poster or display board"}},
				{Value: "label", Label: words.Text{Zh: "标签、不干胶", En: "Labels"}},
				{Value: "other", Label: words.Text{Zh: "其他", En: "Something else"}},
			}},
			{Name: form.FieldQuantity, Label: words.Text{Zh: "数量", En: "Quantity"},
				Hint: words.Text{Zh: "单位：件。", En: "In pieces."}},
			{Name: form.FieldNeededBy, Label: words.Text{Zh: "需要日期", En: "Needed by"}, Hint: none},
			{Name: form.FieldMessage, Label: words.Text{Zh: "具体要求", En: "What should it be like?"},
				Hint: words.Text{Zh: "尺寸、纸张、页数、工艺，想到什么写什么。", En: "Size, paper, pages, finishing: whatever comes to mind."}},
			{Name: form.FieldArtwork, Label: words.Text{Zh: "文件", En: "Files"}, Hint: none},
			{Name: form.FieldHeard, Label: words.Text{Zh: "您从哪里知道我们", En: "How did you hear of us?"}, Options: []form.Option{
				{Value: "referral", Label: words.Text{Zh: "朋友或同行介绍", En: "Somebody recommended you"}},
				{Value: "search", Label: words.Text{Zh: "网络搜索", En: "Search engine"}},
				{Value: "exhibition", Label: words.Text{Zh: "展会", En: "Exhibition"}},
				{Value: "walk-by", Label: words.Text{Zh: "路过门店", En: "Passed the shop"}},
				{Value: "other", Label: words.Text{Zh: "其他", En: "Something else"}},
			}},
			{Name: form.FieldConsent, Label: words.Text{Zh: "资讯与优惠", En: "News and offers"}, Hint: none},
		},
	}
}
