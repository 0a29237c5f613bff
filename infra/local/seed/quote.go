package seed

import (
	"time"

	"afterpress/shared/crm"
)

// quote is the form by which a visitor asks for a quotation.
func quote(now time.Time) crm.Form {
	none := crm.Text{}
	return crm.Form{
		ID: Quote, Version: 1, CreatedAt: now, UpdatedAt: now, Branch: Shanghai, Region: "CN", Source: crm.SourceWeb, Policy: new(crm.TrialFormPolicy()),
		Title: crm.Text{Zh: "询价", En: "Ask for a quotation"},
		Intro: crm.Text{
			Zh: "告诉我们您想印什么，营业时间内 30 分钟之内会有同事与您联系。",
			En: "Tell us what you would like printed. During opening hours a colleague gets in touch within 30 minutes.",
		},
		Thanks: crm.Text{
			Zh: "我们已收到您的询价，会尽快与您联系。",
			En: "We have your enquiry and will be in touch soon.",
		},
		Consent: crm.Text{
			Zh: "我同意澜印印刷通过电子邮件向我发送优惠与新品信息。我可以随时退订。",
			En: "I agree that Lanyin Print may send me offers and news by e-mail. I can unsubscribe at any time.",
		},
		Fields: []crm.FormField{
			{Name: crm.FieldPerson, Label: crm.Text{Zh: "姓名", En: "Your name"}, Hint: none, Required: true},
			{Name: crm.FieldCompany, Label: crm.Text{Zh: "公司", En: "Company"}, Hint: none},
			{Name: crm.FieldPhone, Label: crm.Text{Zh: "电话", En: "Phone"}, Hint: crm.Text{Zh: "电话与电子邮箱至少填写一项。", En: "A phone number or an e-mail address is needed."}},
			{Name: crm.FieldEmail, Label: crm.Text{Zh: "电子邮箱", En: "E-mail"}, Hint: none},
			{Name: crm.FieldProduct, Label: crm.Text{Zh: "产品", En: "Product"}, Required: true, Options: []crm.Option{
				{Value: "catalogue", Label: crm.Text{Zh: "画册、目录", En: "Catalogue or brochure"}},
				{Value: "book", Label: crm.Text{Zh: "书刊", En: "Book or magazine"}},
				{Value: "packaging", Label: crm.Text{Zh: "包装盒", En: "Packaging"}},
				{Value: "cards", Label: crm.Text{Zh: "名片、卡片", En: "Business cards"}},
				{Value: "poster", Label: crm.Text{Zh: "海报、展板", En: "Poster or display board"}},
				{Value: "label", Label: crm.Text{Zh: "标签、不干胶", En: "Labels"}},
				{Value: "other", Label: crm.Text{Zh: "其他", En: "Something else"}},
			}},
			{Name: crm.FieldQuantity, Label: crm.Text{Zh: "数量", En: "Quantity"}, Hint: crm.Text{Zh: "单位：件。", En: "In pieces."}},
			{Name: crm.FieldNeededBy, Label: crm.Text{Zh: "需要日期", En: "Needed by"}, Hint: none},
			{Name: crm.FieldMessage, Label: crm.Text{Zh: "具体要求", En: "What should it be like?"}, Hint: crm.Text{Zh: "尺寸、纸张、页数、工艺，想到什么写什么。", En: "Size, paper, pages, finishing: whatever comes to mind."}},
			{Name: crm.FieldArtwork, Label: crm.Text{Zh: "文件", En: "Files"}, Hint: none},
			{Name: crm.FieldHeard, Label: crm.Text{Zh: "您从哪里知道我们", En: "How did you hear of us?"}, Options: []crm.Option{
				{Value: "referral", Label: crm.Text{Zh: "朋友或同行介绍", En: "Somebody recommended you"}},
				{Value: "search", Label: crm.Text{Zh: "网络搜索", En: "Search engine"}},
				{Value: "exhibition", Label: crm.Text{Zh: "展会", En: "Exhibition"}},
				{Value: "walk-by", Label: crm.Text{Zh: "路过门店", En: "Passed the shop"}},
				{Value: "other", Label: crm.Text{Zh: "其他", En: "Something else"}},
			}},
			{Name: crm.FieldConsent, Label: crm.Text{Zh: "资讯与优惠", En: "News and offers"}, Hint: none},
		},
	}
}
