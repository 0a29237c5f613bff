package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/form"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

func (s *Server) formRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /forms", permission.ReadForms, s.listForms,
			httpapi.Doc{Summary: "List the public forms · 表单列表", Answer: table.Page[Form]{}}),
		on("POST /forms", permission.OpenForm, s.openForm,
			httpapi.Doc{Summary: "Make a public form · 新建表单", Body: OpenForm{}, Answer: Form{}, Status: created}),
		on("GET /forms/{id}/definition", permission.ReadForms, s.readForm,
			httpapi.Doc{Summary: "Read a form's definition · 查看表单定义", Answer: Form{}}),
		on("PATCH /forms/{id}/definition", permission.ChangeForm, s.changeForm,
			httpapi.Doc{Summary: "Change a form by a merge patch (RFC 7396) · 修改表单", Body: FormDefinition{}, Answer: Form{},
				Changes: true}),
		on("DELETE /forms/{id}/definition", permission.CloseForm, s.closeForm,
			httpapi.Doc{Summary: "Take a form out of use; its submissions stay · 停用表单", Status: http.StatusNoContent,
				Changes: true}),
	}
}

// FormDefinition is what an owner or marketing says of a public form.
type FormDefinition struct {
	Branch    string      `json:"branch" validate:"required,max=64"`
	Region    string      `json:"region" validate:"required,region" description:"Reads phone numbers without a country code, ISO 3166 · 识别不带国家代码的电话"`
	Source    string      `json:"source" validate:"required,oneof=web-form exhibition survey"`
	Owner     string      `json:"owner,omitempty" validate:"omitempty,id=stf" description:"Gets its enquiries first; absent: rotation · 优先接收人，不填则轮值"`
	Title     words.Text  `json:"title"`
	Intro     *words.Text `json:"intro,omitempty" validate:"omitempty"`
	Thanks    words.Text  `json:"thanks"`
	Consent   *words.Text `json:"consent,omitempty" validate:"omitempty" description:"The very words beside the box · 勾选框旁的同意文字"`
	Fields    []FormField `json:"fields" validate:"required,min=1,max=11,unique=Name,dive"`
	Origins   []string    `json:"origins,omitempty" validate:"max=20,unique,dive,max=200" description:"Websites that may embed it, such as https://shop.example · 可嵌入的网站"`
	Redirects []string    `json:"redirects,omitempty" validate:"max=20,unique,dive,max=500" description:"Addresses that a visitor may be sent on to · 提交后可跳转的网址"`
	Limits    *FormLimits `json:"limits,omitempty" validate:"omitempty" description:"Absent: the standard policy · 不填则为标准限额"`
}

// FormField is one field of a form.
type FormField struct {
	Name     string       `json:"name" validate:"required,oneof=name company phone email product quantity needed_by message heard_from marketing_consent artwork"`
	Label    words.Text   `json:"label"`
	Hint     *words.Text  `json:"hint,omitempty" validate:"omitempty"`
	Required bool         `json:"required,omitempty"`
	Options  []FormOption `json:"options,omitempty" validate:"max=30,unique=Value,dive"`
	Artwork  *FormArtwork `json:"artwork,omitempty" validate:"omitempty" description:"Of the field artwork; absent: 5 files of 100 MB of print data · 文件字段的限制"`
}

// FormArtwork says which files a form takes.
type FormArtwork struct {
	Most  int      `json:"most" validate:"min=1,max=10"`
	Bytes int64    `json:"max_bytes" validate:"min=1,max=209715200" description:"Of each · 每个文件的字节数"`
	Kinds []string `json:"kinds" validate:"required,min=1,unique,dive,oneof=pdf ai eps tiff jpeg png zip"`
}

// FormOption is one choice of a field.
type FormOption struct {
	Value string     `json:"value" validate:"required,max=100,oneline"`
	Label words.Text `json:"label"`
}

// FormLimits says how much may come through a form before it is quarantined.
type FormLimits struct {
	MinFill int64 `json:"min_fill_s" validate:"min=0,max=600"`
	Window  int64 `json:"window_s" validate:"min=60,max=86400"`
	Address int64 `json:"per_address" validate:"min=1,max=1000000000"`
	Refuse  int64 `json:"refuse_per_address" validate:"min=1,max=2000000000"`
	Person  int64 `json:"per_person" validate:"min=1,max=1000000000"`
	Form    int64 `json:"per_form" validate:"min=1,max=1000000000"`
}

// OpenForm is a new form under an id that stands in its address.
type OpenForm struct {
	ID string `json:"id" validate:"required,min=2,max=40,slug" pattern:"^[a-z][a-z0-9-]*$" description:"Stands in the form's address: letters a to z, digits, hyphens · 出现在网址中：小写字母、数字、连字符"`
	FormDefinition
}

func (d FormDefinition) form() form.Form {
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
	if l := d.Limits; l != nil {
		f.Policy = &form.Policy{Name: "own", MinFill: l.MinFill, Window: l.Window, Address: l.Address, Refuse: l.Refuse,
			Person: l.Person, Form: l.Form}
	}
	return f
}

// definitionOf is a form as its definition says it, for a patch to change.
func definitionOf(f form.Form) FormDefinition {
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
	if p := f.Policy; p != nil {
		d.Limits = &FormLimits{MinFill: p.MinFill, Window: p.Window, Address: p.Address, Refuse: p.Refuse, Person: p.Person,
			Form: p.Form}
	}
	return d
}

// Form is a form as the API shows it. Whatever of it a definition has may be sent back as it is.
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
	return Form{f.ID, f.Version, f.CreatedAt, f.UpdatedAt, definitionOf(f)}
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

// checkedForm refuses a definition that the shop cannot use, and a branch that the caller does not see.
func (s *Server) checkedForm(r *http.Request, f form.Form) error {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return err
	}
	faults := f.Check(shop.Roster)
	if _, found := shop.Branch(f.Branch); !found || !httpapi.Actor(r).Sees(f.Branch) {
		faults = append(faults, fault.Field{Pointer: "/branch",
			Text: words.Text{Zh: "请填写您所在的一个网点。", En: "Enter one of your branches."}})
	}
	if len(faults) > 0 {
		return fault.Faulty(faults...)
	}
	return nil
}

// formRecord reads the form in the path; one that is closed or of a branch that the caller does not see is missing.
func (s *Server) formRecord(r *http.Request) (form.Form, error) {
	missing := fault.Missing("表单", "form")
	id, err := recordID(r, missing)
	if err != nil {
		return form.Form{}, err
	}
	f, err := s.Store.FormRecord(r.Context(), id)
	if err == nil && (f.Closed || !httpapi.Actor(r).Sees(f.Branch)) {
		return form.Form{}, missing
	}
	return f, err
}

// formToChange is formRecord in the version that the caller has seen; he must name one.
func (s *Server) formToChange(r *http.Request) (form.Form, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return form.Form{}, err
	}
	f, err := s.formRecord(r)
	if err != nil {
		return f, err
	}
	return f, current(r, f.Version, shownForm(f))
}

func (s *Server) listForms(r *http.Request) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	out := table.Page[Form]{Items: []Form{}}
	for _, f := range shop.Forms {
		if !f.Closed && httpapi.Actor(r).Sees(f.Branch) {
			out.Items = append(out.Items, shownForm(f))
		}
	}
	return httpapi.OK(out), nil
}

func (s *Server) readForm(r *http.Request) (httpapi.Answer, error) {
	f, err := s.formRecord(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(shownForm(f)), nil
}

func (s *Server) openForm(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OpenForm](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	next := in.form()
	if err := s.checkedForm(r, next); err != nil {
		return httpapi.Answer{}, err
	}
	next, event := form.Form{ID: in.ID}.Reshape(next, httpapi.Actor(r), s.Now())
	opened := func(result any) httpapi.Answer {
		return httpapi.Created("/forms/"+in.ID+"/definition", shownForm(result.(form.Form)))
	}
	if err := s.Store.SaveForm(httpapi.Answering(r, opened), next, event); err != nil {
		return httpapi.Answer{}, err
	}
	return opened(next), nil
}

func (s *Server) changeForm(r *http.Request) (httpapi.Answer, error) {
	f, err := s.formToChange(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	definition, err := httpapi.Patch(r, definitionOf(f))
	if err != nil {
		return httpapi.Answer{}, err
	}
	next := definition.form()
	if err := s.checkedForm(r, next); err != nil {
		return httpapi.Answer{}, err
	}
	next, event := f.Reshape(next, httpapi.Actor(r), s.Now())
	if err := s.Store.SaveForm(r.Context(), next, event); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(shownForm(next)), nil
}

// closeForm takes a form out of use. Its record stays, since submissions name it.
func (s *Server) closeForm(r *http.Request) (httpapi.Answer, error) {
	f, err := s.formToChange(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	next := f
	next.Closed = true
	next, event := f.Reshape(next, httpapi.Actor(r), s.Now())
	if err := s.Store.SaveForm(r.Context(), next, event); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.NoContent(), nil
}
