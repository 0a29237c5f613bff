package stack

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strings"

	"afterpress/shared/crm"
)

// ChoicesLink is the address at which a contact of the stack in dir chooses what he is sent, as a mail to him would hold it.
func ChoicesLink(dir, contact string) (string, error) {
	at, tokens, err := linkTo(dir, contact)
	if err != nil {
		return "", err
	}
	return at.API + "/u/" + tokens.SignUnsubscribing(crm.Unsubscribing{Person: contact, Channel: crm.ChannelEmail}), nil
}

// ComplainLink is the address at which a contact of the stack in dir complains.
func ComplainLink(dir, contact string) (string, error) {
	at, tokens, err := linkTo(dir, contact)
	if err != nil {
		return "", err
	}
	return at.API + "/c/" + tokens.SignCase(crm.CaseLink{About: contact}), nil
}

// linkTo is what a contact's links are made with.
func linkTo(dir, contact string) (at Addresses, tokens crm.Tokens, err error) {
	if !strings.HasPrefix(contact, "con_") {
		return at, tokens, fmt.Errorf("%q is no contact's id: a lead names his as contact_id", contact)
	}
	if at, err = addressesIn(dir); err != nil {
		return at, tokens, err
	}
	text, err := secret(filepath.Join(dir, "data", "seal-key"))
	if err != nil {
		return at, tokens, err
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return at, tokens, err
	}
	tokens, err = crm.NewTokens(key)
	return at, tokens, err
}
