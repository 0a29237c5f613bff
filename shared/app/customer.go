package app

import (
	"context"
	"strings"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// Records that are missing, or that the caller may not know of.
var (
	MissingCustomer  = fault.Missing("客户", "customer")
	MissingContact   = fault.Missing("联系人", "contact")
	MissingLead      = fault.Missing("线索", "lead")
	MissingTask      = fault.Missing("任务", "task")
	MissingComplaint = fault.Missing("投诉", "complaint")
	MissingHold      = fault.Missing("生产问题", "production question")
	MissingFile      = fault.Missing("文件", "file")
	MissingErasure   = fault.Missing("删除申请", "erasure")
)

// Customer reads a customer. One whom the caller does not see is missing like one that is not there.
func Customer(ctx context.Context, o Office, by Caller, id string) (customer.Customer, error) {
	c, err := o.Store.Customer(ctx, id)
	if err == nil && !c.SeenBy(by.Actor) {
		return customer.Customer{}, MissingCustomer
	}
	return c, err
}

// NamedCustomer is the customer whom the input names at /customer. The caller must see them.
func NamedCustomer(ctx context.Context, o Office, by Caller, id string) (customer.Customer, error) {
	c, err := Customer(ctx, o, by, id)
	return c, Unseen(err, "/customer")
}

// Contact reads a contact with their customer. One of a customer whom the caller does not see is missing.
func Contact(ctx context.Context, o Office, by Caller, id string) (customer.Contact, customer.Customer, error) {
	contact, err := o.Store.Contact(ctx, id)
	if err != nil {
		return contact, customer.Customer{}, err
	}
	c, err := o.Store.Customer(ctx, contact.Customer)
	if err == nil && !c.SeenBy(by.Actor) {
		return customer.Contact{}, customer.Customer{}, MissingContact
	}
	return contact, c, err
}

// CustomerOf is the customer of a record that the caller sees: a lead, a task or a complaint.
func CustomerOf(ctx context.Context, o Office, by Caller, record string) (string, error) {
	switch kind, _, _ := strings.Cut(record, "_"); kind {
	case "lead":
		l, err := o.Store.Lead(ctx, record)
		if err == nil && !by.Sees(l.Branch) {
			err = MissingLead
		}
		return l.Customer, err
	case "tsk":
		t, err := o.Store.Task(ctx, record)
		if err == nil && !t.SeenBy(by.Actor) {
			err = MissingTask
		}
		return t.Customer, err
	case "cmp":
		c, err := o.Store.Complaint(ctx, record)
		if err == nil && !by.Sees(c.Branch) {
			err = MissingComplaint
		}
		return c.Customer, err
	}
	return "", fault.Missing("记录", "record")
}

// Unseen makes a record that the input names at the pointer, and that the caller does not find, a fault of the field.
func Unseen(err error, pointer string) error {
	if err == nil || fault.KindOf(err) != fault.NotFound {
		return err
	}
	return fault.Faulty(fault.Field{Pointer: pointer,
		Text: words.Text{Zh: "此记录不存在，或您无权查看。请核对编号。", En: "There is no such record, or you may not see it. Check its id."}})
}

// JobPreferences is what the customer of a job must have and likes, as far as the reader may know of it. Of a customer
// whom the reader does not see it is empty. It costs one read.
func JobPreferences(ctx context.Context, o Office, by Caller, id string) ([]customer.JobPreference, error) {
	none := []customer.JobPreference{}
	if permission.Permit(by.Actor, permission.ReadPreferences) != nil {
		return none, nil
	}
	shop, err := o.Store.Shop(ctx)
	if err != nil {
		return none, err
	}
	file, err := o.Store.CustomerPreferences(ctx, id)
	switch {
	case fault.KindOf(err) == fault.NotFound, err == nil && !file.Customer.SeenBy(by.Actor):
		return none, nil
	case err != nil:
		return none, err
	}
	return customer.ForJob(file.Preferences, file.Policy(shop).Preference, by.Lang, o.Now()), nil
}
