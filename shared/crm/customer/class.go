package customer

import (
	"afterpress/shared/kernel/words"
)

// Class is one value of a closed list, with the words that a person reads.
type Class struct {
	Value string     `json:"value"`
	Words words.Text `json:"words"`
}

// Industries are the lines of business of customers. Publishers, magazines and catalogue makers come first,
// because their work repeats.
var Industries = []Class{
	{"publishing", words.Text{Zh: "出版社", En: "Publisher"}},
	{"magazine", words.Text{Zh: "杂志社", En: "Magazine"}},
	{"catalogue", words.Text{Zh: "目录商", En: "Catalogue maker"}},
	{"advertising", words.Text{Zh: "广告与设计", En: "Advertising and design"}},
	{"manufacturing", words.Text{Zh: "制造业", En: "Manufacturing"}},
	{"electronics", words.Text{Zh: "电子", En: "Electronics"}},
	{"food", words.Text{Zh: "食品饮料", En: "Food and drink"}},
	{"pharma", words.Text{Zh: "医药", En: "Pharmaceuticals"}},
	{"cosmetics", words.Text{Zh: "日化美妆", En: "Cosmetics"}},
	{"retail", words.Text{Zh: "零售", En: "Retail"}},
	{"hospitality", words.Text{Zh: "酒店餐饮", En: "Hotels and restaurants"}},
	{"education", words.Text{Zh: "教育", En: "Education"}},
	{"health", words.Text{Zh: "医疗", En: "Health care"}},
	{"finance", words.Text{Zh: "金融", En: "Finance"}},
	{"government", words.Text{Zh: "政府机关", En: "Government"}},
	{"culture", words.Text{Zh: "文化艺术", En: "Culture and arts"}},
	{"trade", words.Text{Zh: "外贸", En: "Foreign trade"}},
	{"printing", words.Text{Zh: "印刷同行", En: "Another printer"}},
	{"other", words.Text{Zh: "其他", En: "Something else"}},
}

// Periodicals are the rhythms of work that repeats.
var Periodicals = []Class{
	{"weekly", words.Text{Zh: "周刊", En: "Weekly"}},
	{"fortnightly", words.Text{Zh: "双周刊", En: "Every two weeks"}},
	{"monthly", words.Text{Zh: "月刊", En: "Monthly"}},
	{"bimonthly", words.Text{Zh: "双月刊", En: "Every two months"}},
	{"quarterly", words.Text{Zh: "季刊", En: "Quarterly"}},
	{"half-yearly", words.Text{Zh: "半年刊", En: "Twice a year"}},
	{"yearly", words.Text{Zh: "年刊", En: "Yearly"}},
}

// Scopes say what the customer does with the print.
var Scopes = []Class{
	{"consumer", words.Text{Zh: "消费客户", En: "Consumer"}},
	{"b2b", words.Text{Zh: "商用客户：转售或用于自己的产品", En: "Business: resells it or builds it in"}},
	{"channel", words.Text{Zh: "渠道客户", En: "Channel or reseller"}},
	{"internal", words.Text{Zh: "内部客户", En: "Internal customer"}},
}

// ValueOrientations say what the customer pays for.
var ValueOrientations = []Class{
	{"added-value", words.Text{Zh: "重视产品增值", En: "Added value"}},
	{"partnership", words.Text{Zh: "重视战略合作关系", En: "Strategic partnership"}},
	{"product", words.Text{Zh: "重视产品本身", En: "The product itself"}},
}

// PurchasePurposes say what the print is for.
var PurchasePurposes = []Class{
	{"investment", words.Text{Zh: "投资", En: "Investment"}},
	{"collection", words.Text{Zh: "收藏", En: "Collection"}},
	{"practical", words.Text{Zh: "实用", En: "Practical use"}},
	{"promotion", words.Text{Zh: "宣传推广", En: "Promotion"}},
	{"gift", words.Text{Zh: "礼品", En: "Gift"}},
	{"resale", words.Text{Zh: "转售", En: "Resale"}},
}

// Relationships say how close the customer and the shop are.
var Relationships = []Class{
	{"one-off", words.Text{Zh: "一次性往来", En: "One-off"}},
	{"repeat", words.Text{Zh: "回头客", En: "Comes back"}},
	{"contract", words.Text{Zh: "合同客户", En: "Under contract"}},
	{"key-account", words.Text{Zh: "重点客户", En: "Key account"}},
	{"partner", words.Text{Zh: "战略伙伴", En: "Strategic partner"}},
}

// PrefersSMS is the one preferred channel that the system obeys by itself, in Contact.AddressFor.
const PrefersSMS = "sms"

// PreferredChannels are the ways by which a customer may like to be reached. With sms, thanks for an enquiry
// and questions about a job go to the mobile number, even where there is an e-mail address. Letters about
// complaints still go by e-mail first. Any other value tells colleagues what to do, and so do the preferred
// hours.
var PreferredChannels = []Class{
	{"call", words.Text{Zh: "电话", En: "Call"}},
	{PrefersSMS, words.Text{Zh: "短信", En: "SMS"}},
	{"e-mail", words.Text{Zh: "电子邮件", En: "E-mail"}},
	{"wechat", words.Text{Zh: "微信", En: "WeChat"}},
	{"fax", words.Text{Zh: "传真", En: "Fax"}},
	{"visit", words.Text{Zh: "上门拜访", En: "Visit"}},
	{"counter", words.Text{Zh: "到店", En: "At the counter"}},
}

// Classes are the closed lists of a customer's fields, by the JSON name of the field.
var Classes = map[string][]Class{
	"industry":          Industries,
	"periodical":        Periodicals,
	"scope":             Scopes,
	"value_orientation": ValueOrientations,
	"purchase_purpose":  PurchasePurposes,
	"relationship":      Relationships,
	"preferred_channel": PreferredChannels,
}
