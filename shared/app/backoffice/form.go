package backoffice

import (
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// FormDefinition is what an owner or marketing says of a public form.
type FormDefinition struct {
	Branch    string      `json:"branch" validate:"required,max=64"`
	Region    string      `json:"region" validate:"required,region" description:"Reads phone numbers without a country code, ISO 3166 · 识别不带国家代码的电话"`
	Source    string      `json:"source" validate:"required,max=40,slug" description:"Of the policy's sources · 规则中的来源"`
	Owner     string      `json:"owner,omitempty" validate:"omitempty,id=stf" description:"Gets its enquiries first; absent: rotation · 优先接收人，不填则轮值"`
	Title     words.Text  `json:"title"`
	Intro     *words.Text `json:"intro,omitempty" validate:"omitempty" description:"{answer_in}: when · {answer_in}：多久答复"`
	Thanks    words.Text  `json:"thanks" description:"After the enquiry; {answer_in} as in intro · 提交之后；{answer_in} 同上"`
	Consent   *words.Text `json:"consent,omitempty" validate:"omitempty" description:"The very words beside the box · 勾选框旁的同意文字"`
	Fields    []FormField `json:"fields" validate:"required,min=1,max=11,unique=Name,dive"`
	Origins   []string    `json:"origins,omitempty" validate:"max=20,unique,dive,max=200" description:"Websites that may embed it, such as https://shop.example · 可嵌入的网站"`
	Redirects []string    `json:"redirects,omitempty" validate:"max=20,unique,dive,max=500" description:"Addresses that a visitor may be sent on to · 提交后可跳转的网址"`
	Limits    *FormLimits `json:"limits,omitempty" validate:"omitempty" description:"Absent: the standard policy · 不填则为标准限额"`

	Questions []FormQuestion `json:"questions,omitempty" validate:"max=20,unique=ID,dive"` // the shop's own
	Draw      *FormDraw      `json:"draw,omitempty" validate:"omitempty"`
}

// FormDraw is a prize draw among those who send the form.
type FormDraw struct {
	ClosesAt time.Time  `json:"closes_at" validate:"required" description:"Then nobody enters · 截止"`
	Winners  int64      `json:"winners" validate:"min=1,max=20"`
	Prize    words.Text `json:"prize"`
}

// FormField is one field of a form.
type FormField struct {
	Name     string       `json:"name" validate:"required,one=form-field"`
	Label    words.Text   `json:"label"`
	Hint     *words.Text  `json:"hint,omitempty" validate:"omitempty"`
	Required bool         `json:"required,omitempty"`
	Options  []FormOption `json:"options,omitempty" validate:"max=30,unique=Value,dive"`
	Artwork  *FormArtwork `json:"artwork,omitempty" validate:"omitempty" description:"Of the field artwork; absent: 5 files of 100 MB of print data · 文件字段的限制"`
}

// FormQuestion is a question of the shop's own.
type FormQuestion struct {
	ID       string       `json:"id" validate:"required,min=2,max=40,slug" pattern:"^[a-z][a-z0-9-]*$"`
	Kind     string       `json:"kind" validate:"required,one=question-kind"`
	Label    words.Text   `json:"label"`
	Hint     *words.Text  `json:"hint,omitempty" validate:"omitempty"`
	Required bool         `json:"required,omitempty"`
	Options  []FormOption `json:"options,omitempty" validate:"max=30,unique=Value,dive" description:"Of a choice · 选择题的选项"`
	Min      int64        `json:"min,omitempty" validate:"min=0,max=1000000000" description:"Of a number and a scale"`
	Max      int64        `json:"max,omitempty" validate:"min=0,max=1000000000" description:"0: no end · 0：不限"`
}

// FormArtwork says which files a form takes.
type FormArtwork struct {
	Most  int      `json:"most" validate:"min=1,max=10"`
	Bytes int64    `json:"max_bytes" validate:"min=1,max=209715200" description:"Of each · 每个文件的字节数"`
	Kinds []string `json:"kinds" validate:"required,min=1,unique,dive,one=artwork-kind"`
}

// FormOption is one choice of a field.
type FormOption struct {
	Value string     `json:"value" validate:"required,max=100,oneline"`
	Label words.Text `json:"label"`
}

// FormLimits says how much may come through a form before it is quarantined.
type FormLimits struct {
	MinFill int64 `json:"min_fill_s" validate:"min=0,max=600" description:"0: for programs, no stamp is asked · 0：不查页面签名"`
	Window  int64 `json:"window_s" validate:"min=60,max=86400"`
	Address int64 `json:"per_address" validate:"min=1,max=1000000000"`
	Refuse  int64 `json:"refuse_per_address" validate:"min=1,max=2000000000"`
	Person  int64 `json:"per_person" validate:"min=1,max=1000000000"`
	Form    int64 `json:"per_form" validate:"min=1,max=1000000000"`
	Upload  int64 `json:"upload_bytes_per_address,omitempty" validate:"min=0" description:"A day; 0: 5 GB · 每天"`
}

// OpenForm is a new form under an id that stands in its address.
type OpenForm struct {
	ID string `json:"id" validate:"required,min=2,max=40,slug" pattern:"^[a-z][a-z0-9-]*$" description:"Stands in the form's address: letters a to z, digits, hyphens · 出现在网址中：小写字母、数字、连字符"`
	FormDefinition
}

// Form is the form as the rules know it, without id and version.
func (d FormDefinition) Form() form.Form {
	f := form.Form{Branch: d.Branch, Region: d.Region, Source: d.Source, Owner: d.Owner, Title: d.Title,
		Intro: textOf(d.Intro), Thanks: d.Thanks,
		Consent: textOf(d.Consent), Origins: d.Origins, Redirects: d.Redirects}
	for _, in := range d.Fields {
		field := form.Field{Name: form.FieldName(in.Name), Label: in.Label, Hint: textOf(in.Hint), Required: in.Required}
		for _, o := range in.Options {
			field.Options = append(field.Options, form.Option{Value: o.Value, Label: o.Label})
		}
		if in.Artwork != nil {
			field.Artwork = &artwork.Policy{Most: in.Artwork.Most, Bytes: in.Artwork.Bytes}
			for _, k := range in.Artwork.Kinds {
				field.Artwork.Kinds = append(field.Artwork.Kinds, artwork.Kind(k))
			}
		}
		f.Fields = append(f.Fields, field)
	}
	for _, in := range d.Questions {
		q := form.Question{ID: in.ID, Kind: in.Kind, Label: in.Label, Hint: textOf(in.Hint), Required: in.Required,
			Min: in.Min, Max: in.Max}
		for _, o := range in.Options {
			q.Options = append(q.Options, form.Option{Value: o.Value, Label: o.Label})
		}
		f.Questions = append(f.Questions, q)
	}
	if in := d.Draw; in != nil {
		f.Draw = &draw.Settings{ClosesAt: in.ClosesAt.UTC().Truncate(time.Second), Winners: int(in.Winners), Prize: in.Prize}
	}
	if l := d.Limits; l != nil {
		f.Policy = &form.Policy{Name: "own", MinFill: l.MinFill, Window: l.Window, Address: l.Address, Refuse: l.Refuse,
			Person: l.Person, Form: l.Form, Upload: l.Upload}
	}
	return f
}

// formDefinition is a form as its definition says it, for an edit.
func formDefinition(f form.Form) FormDefinition {
	d := FormDefinition{Branch: f.Branch, Region: f.Region, Source: f.Source, Owner: f.Owner, Title: f.Title,
		Intro: wordsOf(f.Intro), Thanks: f.Thanks,
		Consent: wordsOf(f.Consent), Origins: f.Origins, Redirects: f.Redirects}
	for _, field := range f.Fields {
		out := FormField{Name: string(field.Name), Label: field.Label, Hint: wordsOf(field.Hint), Required: field.Required}
		for _, o := range field.Options {
			out.Options = append(out.Options, FormOption{Value: o.Value, Label: o.Label})
		}
		if field.Artwork != nil {
			out.Artwork = &FormArtwork{Most: field.Artwork.Most, Bytes: field.Artwork.Bytes}
			for _, k := range field.Artwork.Kinds {
				out.Artwork.Kinds = append(out.Artwork.Kinds, string(k))
			}
		}
		d.Fields = append(d.Fields, out)
	}
	for _, q := range f.Questions {
		out := FormQuestion{ID: q.ID, Kind: q.Kind, Label: q.Label, Hint: wordsOf(q.Hint), Required: q.Required,
			Min: q.Min, Max: q.Max}
		for _, o := range q.Options {
			out.Options = append(out.Options, FormOption{Value: o.Value, Label: o.Label})
		}
		d.Questions = append(d.Questions, out)
	}
	if s := f.Draw; s != nil {
		d.Draw = &FormDraw{ClosesAt: s.ClosesAt, Winners: int64(s.Winners), Prize: s.Prize}
	}
	if p := f.Policy; p != nil {
		d.Limits = &FormLimits{MinFill: p.MinFill, Window: p.Window, Address: p.Address, Refuse: p.Refuse, Person: p.Person,
			Form: p.Form, Upload: p.Upload}
	}
	return d
}

// Form is a form as the API shows it. What a definition has of it may be sent back as it is.
type Form struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	FormDefinition
}

// ETagVersion is the version that an If-Match names.
func (f Form) ETagVersion() int64 { return f.Version }

func shownForm(f form.Form) Form {
	return Form{f.ID, f.Version, f.CreatedAt, f.UpdatedAt, formDefinition(f)}
}

func textOf(t *words.Text) words.Text {
	if t == nil {
		return words.Text{}
	}
	return *t
}

func wordsOf(t words.Text) *words.Text {
	if t == (words.Text{}) {
		return nil
	}
	return &t
}

// form reads a form as it is now. One that is closed, or of a branch that the caller does not see, is missing.
func (d Desk) form(ctx context.Context, by app.Caller, action permission.Action, at app.Record) (form.Form, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return form.Form{}, err
	}
	f, err := d.Store.FormRecord(ctx, at.ID)
	if err == nil && (f.Closed || !by.Sees(f.Branch)) {
		return form.Form{}, fault.Missing("表单", "form")
	}
	return f, err
}

// formToChange is form in the version that the caller has to name.
func (d Desk) formToChange(ctx context.Context, by app.Caller, action permission.Action,
	at app.Record) (form.Form, error) {
	f, err := d.form(ctx, by, action, at)
	if err != nil {
		return f, err
	}
	return f, at.Named(f.Version, shownForm(f))
}

// saveForm writes what becomes of a form, where the shop can use it.
func (d Desk) saveForm(ctx context.Context, by app.Caller, f, next form.Form) (Form, error) {
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Form{}, err
	}
	next, event, err := setup.ReshapeForm(f, next, by.Actor, shop, d.Now())
	if err != nil {
		return Form{}, err
	}
	return shownForm(next), d.Store.SaveForm(app.Showing(ctx, shownForm), next, event)
}

// Forms lists the public forms of the caller's branches that are in use.
func (d Desk) Forms(ctx context.Context, by app.Caller) (table.Page[Form], error) {
	out := table.Page[Form]{Items: []Form{}}
	shop, err := d.cached(ctx, by, permission.ReadForms)
	if err != nil {
		return out, err
	}
	for _, f := range shop.Forms {
		if !f.Closed && by.Sees(f.Branch) {
			out.Items = append(out.Items, shownForm(f))
		}
	}
	return out, nil
}

// Form reads one form as it is now.
func (d Desk) Form(ctx context.Context, by app.Caller, at app.Record) (Form, error) {
	f, err := d.form(ctx, by, permission.ReadForms, at)
	if err != nil {
		return Form{}, err
	}
	return shownForm(f), nil
}

// OpenForm makes a public form.
func (d Desk) OpenForm(ctx context.Context, by app.Caller, in OpenForm) (Form, error) {
	if err := permission.Permit(by.Actor, permission.OpenForm); err != nil {
		return Form{}, err
	}
	return d.saveForm(ctx, by, form.Form{ID: in.ID}, in.Form())
}

// ChangeForm changes a form.
func (d Desk) ChangeForm(ctx context.Context, by app.Caller, at app.Record,
	edit app.Edit[FormDefinition]) (Form, error) {
	f, err := d.formToChange(ctx, by, permission.ChangeForm, at)
	if err != nil {
		return Form{}, err
	}
	in, err := edit(formDefinition(f))
	if err != nil {
		return Form{}, err
	}
	return d.saveForm(ctx, by, f, in.Form())
}

// CloseForm takes a form out of use. Its record stays, since submissions name it.
func (d Desk) CloseForm(ctx context.Context, by app.Caller, at app.Record) error {
	f, err := d.formToChange(ctx, by, permission.CloseForm, at)
	if err != nil {
		return err
	}
	next := f
	next.Closed = true
	_, err = d.saveForm(ctx, by, f, next)
	return err
}
