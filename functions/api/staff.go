package api

import (
	"net/http"
	"slices"
	"time"

	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

func (s *Server) staffRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /me", permission.ReadMe, s.readMe,
			httpapi.Doc{Summary: "Read who you are here and what you may do · 我的资料与权限", Answer: Me{}}),
		on("GET /staff", permission.ReadStaff, s.listStaff,
			httpapi.Doc{Summary: "List who works in your branches and in the head office · 员工列表", Query: StaffQuery{},
				Answer: table.Page[staff.Staff]{}}),
		on("POST /staff", permission.ChangeStaff, s.openStaff,
			httpapi.Doc{Summary: "Add a staff member · 新增员工", Body: StaffDetails{}, Answer: staff.Staff{}, Status: created}),
		on("GET /staff/{id}", permission.ReadStaff, s.readStaff,
			httpapi.Doc{Summary: "Read a staff member, as far as your role may · 查看员工", Answer: staff.Staff{}}),
		on("PATCH /staff/{id}", permission.ChangeStaff, s.changeStaff,
			httpapi.Doc{Summary: "Change a staff member by a merge patch (RFC 7396) · 修改员工", Body: StaffDetails{},
				Answer: StaffAfter{}, Changes: true}),
	}
}

// Me is a staff member as he sees himself: his record, and what his roles let him do.
type Me struct {
	staff.Staff
	Actions []permission.Action `json:"actions"`
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
	staff.Staff
	OpenItems *int     `json:"open_items,omitempty" description:"What stands on his desk and needs another owner · 名下未完成事项，须另行安排"`
	Manages   []string `json:"manages,omitempty" description:"Branches for which an owner answers from then on, until they name another manager · 由其负责的网点，离职后由老板代管"`
}

// StaffQuery narrows the list of staff.
type StaffQuery struct {
	Branch string `json:"branch" validate:"max=64"`
	Role   string `json:"role" validate:"omitempty,oneof=owner manager sales service marketing production finance integration"`
}

// Staff is the person as the rules know him, without id and version.
func (d StaffDetails) Staff() staff.Staff {
	p := staff.Staff{Subject: d.Subject, Name: d.Name, Email: d.Email, Phone: d.Phone, Lang: words.Lang(d.Lang),
		Branches: d.Branches, HeadOffice: d.HeadOffice,
		Calendar: d.Calendar, LeavesAt: d.LeavesAt}
	for _, r := range d.Roles {
		p.Roles = append(p.Roles, staff.Role(r))
	}
	for _, a := range d.Absences {
		p.Absences = append(p.Absences, staff.Absence(a))
	}
	return p
}

// detailsOf is a person as his details say him, for a patch to change.
func detailsOf(p staff.Staff) StaffDetails {
	d := StaffDetails{Subject: p.Subject, Name: p.Name, Email: p.Email, Phone: p.Phone, Lang: string(p.Lang),
		Branches: p.Branches, HeadOffice: p.HeadOffice,
		Calendar: p.Calendar, LeavesAt: p.LeavesAt}
	for _, r := range p.Roles {
		d.Roles = append(d.Roles, string(r))
	}
	for _, a := range p.Absences {
		d.Absences = append(d.Absences, StaffAbsence(a))
	}
	return d
}

// shopFor is the set-up as it is now, and the caller as it says him: who lost a role a moment ago changes nothing
// by the roles that the cache still has.
func (s *Server) shopFor(r *http.Request, action permission.Action) (setup.Shop, staff.Actor, error) {
	by := httpapi.Actor(r)
	shop, err := s.Store.ShopNow(r.Context())
	if err != nil {
		return shop, by, err
	}
	me, found := shop.Person(by.ID)
	if !found || !me.Employed(s.Now()) {
		return shop, by, fault.Fail(fault.Forbidden, "您的账号已停用。请联系管理员。",
			"Your account is no longer in use. Ask whoever runs the system.")
	}
	by = staff.ActorOf(me)
	return shop, by, permission.Permit(by, action)
}

// person finds the staff member in the path; one whom the caller may not know of is missing.
func person(r *http.Request, shop setup.Shop, by staff.Actor) (staff.Staff, error) {
	p, found := shop.Person(r.PathValue("id"))
	if !found || !p.SeenBy(by) {
		return staff.Staff{}, fault.Missing("员工", "staff member")
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
		return httpapi.Answer{}, fault.Missing("员工", "staff member")
	}
	var actions []permission.Action
	for _, action := range permission.Actions() {
		if permission.Permit(by, action) == nil {
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
	out := table.Page[staff.Staff]{Items: []staff.Staff{}}
	for _, p := range shop.Staff {
		if p.SeenBy(by) && (in.Branch == "" || p.WorksIn(in.Branch)) && (in.Role == "" || p.Has(staff.Role(in.Role))) {
			out.Items = append(out.Items, p.ShownTo(by, now))
		}
	}
	slices.SortFunc(out.Items, func(a, b staff.Staff) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return httpapi.OK(out), nil
}

func (s *Server) readStaff(r *http.Request) (httpapi.Answer, error) {
	shop, by, err := s.shopFor(r, permission.ReadStaff)
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
	shop, by, err := s.shopFor(r, permission.ChangeStaff)
	if err != nil {
		return httpapi.Answer{}, err
	}
	change, err := setup.ReshapeStaff(staff.Staff{ID: s.Store.NewStaffID()}, in.Staff(), by, shop, s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer { return httpapi.Created("/staff/"+change.Next.ID, result) }
	if err := s.Store.SaveStaff(httpapi.Answering(r, opened), change); err != nil {
		return httpapi.Answer{}, err
	}
	return opened(change.Next), nil
}

func (s *Server) changeStaff(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return httpapi.Answer{}, err
	}
	shop, by, err := s.shopFor(r, permission.ChangeStaff)
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
func (s *Server) writeStaff(r *http.Request, p, next staff.Staff, by staff.Actor,
	shop setup.Shop) (httpapi.Answer, error) {
	change, err := setup.ReshapeStaff(p, next, by, shop, s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	if err := s.Store.SaveStaff(r.Context(), change); err != nil {
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
