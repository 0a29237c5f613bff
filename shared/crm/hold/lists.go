package hold

import "afterpress/shared/kernel/valid"

// Channels lists how a customer's answer comes. The link is the customer's own; on the others a colleague hears it.
var Channels = []string{"link", "phone", "counter", "mail"}

// Lists are the words that fields of questions take, by the names that tags call them.
var Lists = valid.Lists{"hold-state": States, "answer-channel": Channels, "heard-answer": Channels[1:]}

// checker checks what questions and answers are made of.
var checker = valid.New(Lists)
