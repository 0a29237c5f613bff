package api

import (
	"net/http"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

func (s *Server) branchRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /branches", permission.ReadBranches, s.listBranches,
			httpapi.Doc{Summary: "List the branches of the shop · 网点列表", Answer: table.Page[firm.Branch]{}}),
		on("POST /branches", permission.ChangeBranches, s.openBranch,
			httpapi.Doc{Summary: "Add a branch · 新增网点", Body: OpenBranch{}, Answer: firm.Branch{}, Status: created}),
		on("GET /branches/{id}", permission.ReadBranches, s.readBranch,
			httpapi.Doc{Summary: "Read a branch · 查看网点", Answer: firm.Branch{}}),
		on("PATCH /branches/{id}", permission.ChangeBranches, s.changeBranch,
			httpapi.Doc{Summary: "Change a branch by a merge patch (RFC 7396); another calendar or policy moves the deadlines of its open records · 修改网点，更换日历或规则会重算未结记录的期限", Body: BranchDetails{}, Answer: firm.Branch{}, Changes: true}),
	}
}

// BranchDetails is what an owner says of a branch.
type BranchDetails struct {
	Name     words.Text   `json:"name"`
	Phone    string       `json:"phone" validate:"required,max=40,oneline" description:"With its country code, which reads the numbers that come without one · 带国家代码，用于识别不带国家代码的号码"`
	Calendar string       `json:"calendar" validate:"required,max=64" description:"By which its deadlines count · 期限按此日历计算"`
	Policy   string       `json:"policy" validate:"required,max=64" description:"By which its records are followed up · 记录按此规则跟进"`
	Manager  string       `json:"manager" validate:"required,id=stf" description:"Gets what nobody else can take · 无人可接时由其负责"`
	Robot    *BranchRobot `json:"robot,omitempty" validate:"omitempty" description:"Posts into the branch's group chat · 群机器人"`
}

// BranchRobot is the robot of a branch's group chat.
type BranchRobot struct {
	Kind string `json:"kind" validate:"required,oneof=wecom dingtalk feishu"`
	Name string `json:"name" validate:"required,max=64,oneline" description:"Under which the settings keep its address · 在设置中的名称"`
}

// OpenBranch is a new branch under an id that records name.
type OpenBranch struct {
	ID string `json:"id" validate:"required,min=2,max=40,slug" pattern:"^[a-z][a-z0-9-]*$" description:"Small letters, digits, hyphens · 小写字母、数字、连字符"`
	BranchDetails
}

// Branch is the branch as the rules know it, without id and version.
func (d BranchDetails) Branch() firm.Branch {
	b := firm.Branch{Name: d.Name, Phone: d.Phone, Calendar: d.Calendar, Policy: d.Policy, Manager: d.Manager}
	if d.Robot != nil {
		b.Robot = &firm.Robot{Kind: d.Robot.Kind, Name: d.Robot.Name}
	}
	return b
}

// branchDetails is a branch as its details say it, for a patch to change.
func branchDetails(b firm.Branch) BranchDetails {
	d := BranchDetails{Name: b.Name, Phone: b.Phone, Calendar: b.Calendar, Policy: b.Policy, Manager: b.Manager}
	if b.Robot != nil {
		d.Robot = &BranchRobot{Kind: b.Robot.Kind, Name: b.Robot.Name}
	}
	return d
}

func branchOf(r *http.Request, shop setup.Shop) (firm.Branch, error) {
	b, found := shop.Branch(r.PathValue("id"))
	if !found {
		return b, fault.Missing("网点", "branch")
	}
	return b, nil
}

func (s *Server) listBranches(r *http.Request) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(table.Page[firm.Branch]{Items: shop.Branches}), nil
}

func (s *Server) readBranch(r *http.Request) (httpapi.Answer, error) {
	shop, _, err := s.shopFor(r, permission.ReadBranches)
	if err != nil {
		return httpapi.Answer{}, err
	}
	b, err := branchOf(r, shop)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(b), nil
}

func (s *Server) openBranch(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OpenBranch](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, by, err := s.shopFor(r, permission.ChangeBranches)
	if err != nil {
		return httpapi.Answer{}, err
	}
	next, event, err := setup.ReshapeBranch(firm.Branch{ID: in.ID}, in.Branch(), by, shop, s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer { return httpapi.Created("/branches/"+in.ID, result) }
	if err := s.Store.SaveBranch(httpapi.Answering(r, opened), next, event); err != nil {
		return httpapi.Answer{}, err
	}
	return opened(next), nil
}

func (s *Server) changeBranch(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return httpapi.Answer{}, err
	}
	shop, by, err := s.shopFor(r, permission.ChangeBranches)
	if err != nil {
		return httpapi.Answer{}, err
	}
	b, err := branchOf(r, shop)
	if err == nil {
		err = current(r, b.Version, b)
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	in, err := httpapi.Patch(r, branchDetails(b))
	if err != nil {
		return httpapi.Answer{}, err
	}
	next, event, err := setup.ReshapeBranch(b, in.Branch(), by, shop, s.Now())
	if err == nil {
		err = s.Store.SaveBranch(r.Context(), next, event)
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(next), nil
}
