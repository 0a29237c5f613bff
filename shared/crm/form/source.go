package form

import (
	"fmt"
	"slices"
	"strings"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// Source is a way by which leads and customers come to the shop. Records keep its id.
type Source struct {
	ID    string     `json:"id" validate:"required,min=2,max=40,slug" pattern:"^[a-z][a-z0-9-]*$"`
	Name  words.Text `json:"name" description:"As colleagues read it · 同事看到的名称"`
	Forms bool       `json:"forms,omitempty" description:"A form of the shop may have it · 可作为表单的来源"`
	Desk  bool       `json:"desk,omitempty" description:"Colleagues choose it for a lead that they enter · 员工录入线索时可选"`
}

// Sources are those that the shop knows, in the order in which colleagues read them. A customer may have any of them.
// An empty list is the standard one.
type Sources []Source

// mostSources is the most that a shop may name. A person chooses from the list.
const mostSources = 50

// StandardSources is what a shop starts with. What staff enter did not come by a form.
func StandardSources() Sources {
	return Sources{
		{ID: SourceWeb, Name: words.Text{Zh: "网站表单", En: "Form on the website"}, Forms: true},
		{ID: SourceWalkIn, Name: words.Text{Zh: "到店", En: "Walk-in"}, Desk: true},
		{ID: SourcePhone, Name: words.Text{Zh: "电话", En: "Phone"}, Desk: true},
		{ID: SourceMail, Name: words.Text{Zh: "电子邮件", En: "E-mail"}, Desk: true},
		{ID: "wechat", Name: words.Text{Zh: "微信", En: "WeChat"}, Forms: true, Desk: true},
		{ID: "wecom", Name: words.Text{Zh: "企业微信", En: "WeCom"}, Forms: true, Desk: true},
		{ID: "alibaba-1688", Name: words.Text{Zh: "1688", En: "1688.com"}, Forms: true, Desk: true},
		{ID: "referral", Name: words.Text{Zh: "客户介绍", En: "Referral"}, Forms: true, Desk: true},
		{ID: "advertisement", Name: words.Text{Zh: "广告", En: "Advertisement"}, Forms: true, Desk: true},
		{ID: SourceExhibition, Name: words.Text{Zh: "展会", En: "Exhibition"}, Forms: true, Desk: true},
		{ID: SourceSurvey, Name: words.Text{Zh: "问卷", En: "Survey"}, Forms: true, Desk: true},
		{ID: SourceFax, Name: words.Text{Zh: "传真", En: "Fax"}, Desk: true},
		{ID: "other", Name: words.Text{Zh: "其他", En: "Other"}, Desk: true},
	}
}

// all are the sources that the shop knows.
func (s Sources) all() Sources {
	if len(s) == 0 {
		return StandardSources()
	}
	return s
}

// Check adds to f what is wrong with the list: an id that stands twice, or too many of them.
func (s Sources) Check(f *fault.List) {
	if len(s) > mostSources {
		f.Add("/sources", fmt.Sprintf("最多 %d 个来源。", mostSources), fmt.Sprintf("Name %d sources at most.", mostSources))
	}
	for i, source := range s {
		if slices.ContainsFunc(s[:i], func(other Source) bool { return other.ID == source.ID }) {
			f.Add(fmt.Sprintf("/sources/%d/id", i), "此编号已在上面使用。请另填一个。", "This id stands above already. Enter another one.")
		}
	}
}

// OfForm adds to f that a form may not have the source.
func (s Sources) OfForm(f *fault.List, id string) {
	s.among(f, id, func(known Source) bool { return known.Forms })
}

// OfDesk adds to f that colleagues may not choose the source for a lead.
func (s Sources) OfDesk(f *fault.List, id string) {
	s.among(f, id, func(known Source) bool { return known.Desk })
}

// OfCustomer adds to f that the shop does not know the source.
func (s Sources) OfCustomer(f *fault.List, id string) {
	s.among(f, id, func(Source) bool { return true })
}

// among adds a fault to f unless one of the sources that are right has the id. It names those.
func (s Sources) among(f *fault.List, id string, right func(Source) bool) {
	known := lo.FilterMap(s.all(), func(one Source, _ int) (string, bool) { return one.ID, right(one) })
	if slices.Contains(known, id) {
		return
	}
	list := strings.Join(known, ", ")
	f.Add("/source", "请填写以下来源之一："+list+"。老板可在规则的 sources 中增加。",
		"Enter one of these: "+list+". An owner adds others to the sources of the policy.")
}
