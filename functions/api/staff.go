package api

import (
	"net/http"
	"slices"
	"time"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
	"afterpress/shared/store/table"
)

func (s *Server) staffRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /me", crm.ReadMe, s.readMe, httpapi.Doc{Summary: "Read who you are here and what you may do · 我的资料与权限", Answer: Me{}}),
		on("GET /staff", crm.ReadStaff, s.listStaff, httpapi.Doc{Summary: "List who works in your branches and in the head office · 员工列表", Query: StaffQuery{}, Answer: table.Page[crm.Staff]{}}),
		on("POST /staff", crm.ChangeStaff, s.openStaff, httpapi.Doc{Summary: "Add a staff member · 新增员工", Body: StaffDetails{}, Answer: crm.Staff{}, Status: created}),
		on("GET /staff/{id}", crm.ReadStaff, s.readStaff, httpapi.Doc{Summary: "Read a staff member, as far as your role may · 查看员工", Answer: crm.Staff{}}),
		on("PATCH /staff/{id}", crm.ChangeStaff, s.changeStaff, httpapi.Doc{Summary: "Change a staff member by a merge patch (RFC 7396) · 修改员工", Body: StaffDetails{}, Answer: StaffAfter{}, Changes: true}),
	}
}

// Me is a staff member as he sees himself: his record, and what his roles let him do.
type Me struct {
	crm.Staff
	Actions []crm.Action `json:"actions"`
}

// StaffDetails is what an owner or a manager says of a staff member.
type StaffDetails struct {
	Subject    string         `json:"subject" validate:"required,max=200,oneline,shown" description:"Who the identity provider says he is: the token's sub; unique · 登录账号（令牌的 sub），不可重复"`
	Name       string         `json:"name" validate:"required,max=100,oneline,shown"`
	Email      string         `json:"email" validate:"required,max=254,oneline" description:"Where he is written to · 工作邮箱"`
	Phone      string         `json:"phone,omitempty" validate:"omitempty,max=40,oneline" description:"The mobile by which the branch's chat calls him · 群机器人提醒用的手机"`
	Lang       string         `json:"lang" validate:"required,lang"`
	Roles      []string       `json:"roles" validate:"required,min=1,max=8,unique,dive,oneof=owner manager sales service marketing production finance integration" description:"Owner, manager and finance are an owner's to give · 老板、经理、财务角色只能由老板授予"`
	Branches   []string       `json:"branches" validate:"required,min=1,max=100,unique,dive,required,max=64" description:"Where he works; the first one reads his phone · 所属网点"`
	HeadOffice bool           `json:"head_office,omitempty" description:"Sees every branch; an owner's to give · 可查看所有网点，只能由老板授予"`
	Calendar   string         `json:"calendar,omitempty" validate:"max=64" description:"Absent: the branch's · 不填则用网点日历"`
	Absences   []StaffAbsence `json:"absences,omitempty" validate:"max=100,dive" description:"When he gets no new leads, and from colleagues no task that is due before he is back; they may not overlap · 缺勤期间不分配新线索，同事也不能给他在返岗前到期的任务；不可重叠"`
	LeavesAt   *time.Time     `json:"leaves_at,omitempty" description:"From then on he may not sign in · 从此时起不能登录"`
}

// StaffAbsence is a time in [from, to) in which somebody is away.
type StaffAbsence struct {
	From   time.Time `json:"from" validate:"required"`
	To     time.Time `json:"to" validate:"required"`
	Reason string    `json:"reason" validate:"required,oneof=leave sick parental training business-trip other"`
}

// StaffAfter is a person after a change. Where a day of leaving is set, it says what he leaves behind.
type StaffAfter struct {
	crm.Staff
	OpenItems *int     `json:"open_items,omitempty" description:"What stands on his desk and needs another owner · 名下未完成事项，须另行安排"`
	Manages   []string `json:"manages,omitempty" description:"Branches for which an owner answers from then on, until they name another manager · 由其负责的网点，离职后由老板代管"`
}

// StaffQuery narrows the list of staff.
type StaffQuery struct {
	Branch string `json:"branch" validate:"max=64"`
	Role   string `json:"role" validate:"omitempty,oneof=owner manager sales service marketing production finance integration"`
}

// Staff is the person as the rules know him, without id and version.
func (d StaffDetails) Staff() crm.Staff {
	p := crm.Staff{Subject: d.Subject, Name: d.Name, Email: d.Email, Phone: d.Phone, Lang: crm.Lang(d.Lang), Branches: d.Branches, HeadOffice: d.HeadOffice,
		Calendar: d.Calendar, LeavesAt: d.LeavesAt}
	for _, r := range d.Roles {
		p.Roles = append(p.Roles, crm.Role(r))
	}
	for _, a := range d.Absences {
		p.Absences = append(p.Absences, crm.Absence(a))
	}
	return p
}

// detailsOf is a person as his details say him, for a patch to change.
func detailsOf(p crm.Staff) StaffDetails {
	d := StaffDetails{Subject: p.Subject, Name: p.Name, Email: p.Email, Phone: p.Phone, Lang: string(p.Lang), Branches: p.Branches, HeadOffice: p.HeadOffice,
		Calendar: p.Calendar, LeavesAt: p.LeavesAt}
	for _, r := range p.Roles {
		d.Roles = append(d.Roles, string(r))
	}
	for _, a := range p.Absences {
		d.Absences = append(d.Absences, StaffAbsence(a))
	}
	return d
}

// shopFor is the set-up as it is now, and the caller as it says him: who lost a role a moment ago changes nothing by the roles that the cache still has.
func (s *Server) shopFor(r *http.Request, action crm.Action) (crm.Shop, crm.Actor, error) {
	by := httpapi.Actor(r)
	shop, err := s.Store.ShopNow(r.Context())
	if err != nil {
		return shop, by, err
	}
	me, found := shop.Person(by.ID)
	if !found || !me.Employed(s.Now()) {
		return shop, by, crm.Fail(crm.Forbidden, "您的账号已停用。请联系管理员。", "Your account is no longer in use. Ask whoever runs the system.")
	}
	by = crm.ActorOf(me)
	return shop, by, crm.Permit(by, action)
}

// person finds the staff member in the path; one whom the caller may not know of is missing.
func person(r *http.Request, shop crm.Shop, by crm.Actor) (crm.Staff, error) {
	p, found := shop.Person(r.PathValue("id"))
	if !found || !p.SeenBy(by) {
		return crm.Staff{}, crm.Missing("员工", "staff member")
	}
	return p, nil
}

func (s *Server) readMe(r *http.Request) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	by := httpapi.Actor(r)
	me, found := shop.Person(by.ID)
	if !found {
		return httpapi.Answer{}, crm.Missing("员工", "staff member")
	}
	var actions []crm.Action
	for _, action := range crm.PermissionActions() {
		if crm.Permit(by, action) == nil {
			actions = append(actions, action)
		}
	}
	return httpapi.OK(Me{me, actions}), nil
}

func (s *Server) listStaff(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[StaffQuery](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	by, now := httpapi.Actor(r), s.Now()
	if _, err := branches(by, shop, in.Branch); err != nil {
		return httpapi.Answer{}, err
	}
	out := table.Page[crm.Staff]{Items: []crm.Staff{}}
	for _, p := range shop.Staff {
		if p.SeenBy(by) && (in.Branch == "" || p.WorksIn(in.Branch)) && (in.Role == "" || p.Has(crm.Role(in.Role))) {
			out.Items = append(out.Items, p.ShownTo(by, now))
		}
	}
	slices.SortFunc(out.Items, func(a, b crm.Staff) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return httpapi.OK(out), nil
}

func (s *Server) readStaff(r *http.Request) (httpapi.Answer, error) {
	shop, by, err := s.shopFor(r, crm.ReadStaff)
	if err != nil {
		return httpapi.Answer{}, err
	}
	p, err := person(r, shop, by)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(p.ShownTo(by, s.Now())), nil
}

func (s *Server) openStaff(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[StaffDetails](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, by, err := s.shopFor(r, crm.ChangeStaff)
	if err != nil {
		return httpapi.Answer{}, err
	}
	change, err := crm.Staff{ID: s.Store.NewStaffID()}.Reshape(in.Staff(), by, shop, s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer { return httpapi.Created("/staff/"+change.Next.ID, result) }
	if err := s.Store.PutStaff(httpapi.Answering(r, opened), change); err != nil {
		return httpapi.Answer{}, err
	}
	return opened(change.Next), nil
}

func (s *Server) changeStaff(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return httpapi.Answer{}, err
	}
	shop, by, err := s.shopFor(r, crm.ChangeStaff)
	if err != nil {
		return httpapi.Answer{}, err
	}
	p, err := person(r, shop, by)
	if err != nil {
		return httpapi.Answer{}, err
	}
	if err := current(r, p.Version, p.ShownTo(by, s.Now())); err != nil {
		return httpapi.Answer{}, err
	}
	in, err := httpapi.Patch(r, detailsOf(p))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.writeStaff(r, p, in.Staff(), by, shop)
}

// writeStaff writes a change and says what the person leaves behind.
func (s *Server) writeStaff(r *http.Request, p, next crm.Staff, by crm.Actor, shop crm.Shop) (httpapi.Answer, error) {
	change, err := p.Reshape(next, by, shop, s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	if err := s.Store.PutStaff(r.Context(), change); err != nil {
		return httpapi.Answer{}, err
	}
	after := StaffAfter{Staff: change.Next.ShownTo(by, s.Now())}
	if change.Next.LeavesAt != nil {
		n, err := s.Store.OnDesk(r.Context(), p.ID)
		if err != nil {
			return httpapi.Answer{}, err
		}
		after.OpenItems, after.Manages = &n, shop.Manages(p.ID)
	}
	return httpapi.OK(after), nil
}
