package backoffice

import (
	"context"
	"slices"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// Me is a staff member as they see themselves: their record, and what their roles let them do.
type Me struct {
	staff.Staff
	Actions []permission.Action `json:"actions"`
}

// StaffDetails is what an owner or a manager says of a staff member.
type StaffDetails struct {
	Subject    string         `json:"subject" validate:"required,max=200,oneline,shown" description:"The account at the identity provider: the token's sub; unique · 登录账号（令牌的 sub），不可重复"`
	Name       string         `json:"name" validate:"required,max=100,oneline,shown"`
	Email      string         `json:"email" validate:"required,max=254,oneline" description:"The work e-mail address · 工作邮箱"`
	Phone      string         `json:"phone,omitempty" validate:"omitempty,max=40,oneline" description:"The mobile by which the branch's chat mentions the colleague · 群机器人提醒用的手机"`
	Lang       string         `json:"lang" validate:"required,lang"`
	Roles      []string       `json:"roles" validate:"required,min=1,max=8,unique,dive,one=role" description:"Owner, manager and finance are an owner's to give · 老板、经理、财务角色只能由老板授予"`
	Branches   []string       `json:"branches" validate:"required,min=1,max=100,unique,dive,required,max=64" description:"Where the colleague works; the first one reads the phone · 所属网点"`
	HeadOffice bool           `json:"head_office,omitempty" description:"Sees every branch; an owner's to give · 可查看所有网点，只能由老板授予"`
	Calendar   string         `json:"calendar,omitempty" validate:"max=64" description:"Absent: the branch's · 不填则用网点日历"`
	Absences   []StaffAbsence `json:"absences,omitempty" validate:"max=100,dive" description:"When the colleague gets no new leads, nor from others a task due before the return; they may not overlap · 缺勤期间不分配新线索，同事也不能给此人在返岗前到期的任务；不可重叠"`
	LeavesAt   *time.Time     `json:"leaves_at,omitempty" description:"From then on the account cannot sign in · 从此时起不能登录"`
}

// StaffAbsence is a time in [from, to) in which a person is away.
type StaffAbsence struct {
	From   time.Time `json:"from" validate:"required"`
	To     time.Time `json:"to" validate:"required"`
	Reason string    `json:"reason" validate:"required,one=absence-reason"`
}

// StaffAfter is a person after a change. Where a day of leaving is set, it says what they leave behind.
type StaffAfter struct {
	staff.Staff
	OpenItems *int     `json:"open_items,omitempty" description:"Open work of the colleague that needs another owner · 名下未完成事项，须另行安排"`
	Manages   []string `json:"manages,omitempty" description:"Branches for which an owner answers from then on, until they name another manager · 由其负责的网点，离职后由老板代管"`
}

// StaffQuery narrows the list of staff.
type StaffQuery struct {
	Branch string `json:"branch" validate:"max=64"`
	Role   string `json:"role" validate:"omitempty,one=role"`
}

// Staff is the person as the rules know them, without id and version.
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

// staffDetails is a person as their details say them, for an edit.
func staffDetails(p staff.Staff) StaffDetails {
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

// personIn finds a staff member. One of whom the caller may not know is missing.
func personIn(shop setup.Shop, by app.Caller, id string) (staff.Staff, error) {
	p, found := shop.Person(id)
	if !found || !p.SeenBy(by.Actor) {
		return staff.Staff{}, app.MissingStaff
	}
	return p, nil
}

// Me reads who the caller is here and what they may do.
func (d Desk) Me(ctx context.Context, by app.Caller) (Me, error) {
	shop, err := d.cached(ctx, by, permission.ReadMe)
	if err != nil {
		return Me{}, err
	}
	me, found := shop.Person(by.ID)
	if !found {
		return Me{}, app.MissingStaff
	}
	var actions []permission.Action
	for _, action := range permission.Actions() {
		if permission.Permit(by.Actor, action) == nil {
			actions = append(actions, action)
		}
	}
	return Me{me, actions}, nil
}

// EndSessions signs the caller out everywhere: each of their sessions in a browser that began before now is over.
func (d Desk) EndSessions(ctx context.Context, by app.Caller) error {
	shop, by, err := d.latest(ctx, by, permission.EndSessions)
	if err != nil {
		return err
	}
	me, found := shop.Person(by.ID)
	if !found {
		return app.MissingStaff
	}
	return d.Store.SaveStaff(ctx, setup.EndSessions(me, by.Actor, d.Now()))
}

// Staff lists who works in the caller's branches and in the head office, those who came first at the head.
func (d Desk) Staff(ctx context.Context, by app.Caller, q StaffQuery) (table.Page[staff.Staff], error) {
	out := table.Page[staff.Staff]{Items: []staff.Staff{}}
	shop, err := d.cached(ctx, by, permission.ReadStaff)
	if err != nil {
		return out, err
	}
	if _, err := app.Branches(by, shop, q.Branch); err != nil {
		return out, err
	}
	now := d.Now()
	for _, p := range shop.Staff {
		if p.SeenBy(by.Actor) && (q.Branch == "" || p.WorksIn(q.Branch)) && (q.Role == "" || p.Has(staff.Role(q.Role))) {
			out.Items = append(out.Items, p.ShownTo(by.Actor, now))
		}
	}
	slices.SortFunc(out.Items, func(a, b staff.Staff) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return out, nil
}

// StaffMember reads one staff member as they are now, as far as the caller may know.
func (d Desk) StaffMember(ctx context.Context, by app.Caller, at app.Record) (staff.Staff, error) {
	shop, by, err := d.latest(ctx, by, permission.ReadStaff)
	if err != nil {
		return staff.Staff{}, err
	}
	p, err := personIn(shop, by, at.ID)
	if err != nil {
		return staff.Staff{}, err
	}
	return p.ShownTo(by.Actor, d.Now()), nil
}

// OpenStaff adds a staff member.
func (d Desk) OpenStaff(ctx context.Context, by app.Caller, in StaffDetails) (staff.Staff, error) {
	shop, by, err := d.latest(ctx, by, permission.ChangeStaff)
	if err != nil {
		return staff.Staff{}, err
	}
	change, err := setup.ReshapeStaff(staff.Staff{ID: d.Store.NewStaffID()}, in.Staff(), by.Actor, shop, d.Now())
	if err != nil {
		return staff.Staff{}, err
	}
	return change.Next, d.Store.SaveStaff(ctx, change)
}

// ChangeStaff changes a staff member.
func (d Desk) ChangeStaff(ctx context.Context, by app.Caller, at app.Record,
	edit app.Edit[StaffDetails]) (StaffAfter, error) {
	shop, by, err := d.latest(ctx, by, permission.ChangeStaff)
	if err != nil {
		return StaffAfter{}, err
	}
	p, err := personIn(shop, by, at.ID)
	if err == nil {
		err = at.Named(p.Version, p.ShownTo(by.Actor, d.Now()))
	}
	if err != nil {
		return StaffAfter{}, err
	}
	in, err := edit(staffDetails(p))
	if err != nil {
		return StaffAfter{}, err
	}
	change, err := setup.ReshapeStaff(p, in.Staff(), by.Actor, shop, d.Now())
	if err != nil {
		return StaffAfter{}, err
	}
	if err := d.Store.SaveStaff(ctx, change); err != nil {
		return StaffAfter{}, err
	}
	return d.staffAfter(ctx, by, shop, change.Next)
}

// staffAfter is what the caller is shown of a changed person, with what they leave behind as it stands now.
func (d Desk) staffAfter(ctx context.Context, by app.Caller, shop setup.Shop, p staff.Staff) (StaffAfter, error) {
	after := StaffAfter{Staff: p.ShownTo(by.Actor, d.Now())}
	if p.LeavesAt == nil {
		return after, nil
	}
	n, err := d.Store.OnDesk(ctx, p.ID)
	after.OpenItems, after.Manages = &n, shop.Manages(p.ID)
	return after, err
}
