package ladder

// Steps that a rung can name. Each is done by one activity of the process that climbs the rung.
const (
	DoAcknowledge = "acknowledge"  // thank the contact, once per record
	DoAssign      = "assign"       // find an owner
	DoTell        = "tell"         // tell the owner that it is theirs
	DoRemind      = "remind"       // remind the owner
	DoReassign    = "reassign"     // hand it to the next person, or to the pool
	DoTellManager = "tell-manager" // tell the branch's manager
	DoRecycle     = "recycle"      // return it to the pool, or tell the manager why it stays
	DoAskQuote    = "ask-quote"    // ask the owner for a quotation
	// tell the owner that the contact wrote back; the reply itself plans it, not the policy
	DoTellReply = "tell-reply"
	// tell Who that a comment names them; the comment itself plans it, not the policy
	DoTellMention = "tell-mention"
)

// Steps of a complaint's process beside those of a lead's. From DoExpire on, the record plans them itself,
// not the policy.
const (
	DoTellOwner             = "tell-owner"        // tell an owner of the shop
	DoAskApprover           = "ask-approver"      // ask those who may approve
	DoRemindCustomer        = "remind-customer"   // ask the customer once more
	DoCloseUnanswered       = "close-silent"      // close, since the customer did not answer
	DoExpire                = "expire-approval"   // no approver decided in time
	DoResume                = "resume"            // the pause has used up its budget
	DoCorrectPromise        = "correct-promise"   // tell the customer of a later day, before the promised one
	DoTellCorrection        = "tell-correction"   // tell the owner of the corrective action that it is theirs
	DoRemindCorrection      = "remind-correction" // the corrective action is due
	DoCheckEffect           = "check-effect"      // ask whether the correction helped
	DoAskEvidence           = "ask-evidence"      // tell the customer which evidence we need
	DoTellSaid              = "tell-said"         // bring the customer what a colleague wrote
	DoTellProgress          = "tell-progress"     // tell the customer what is being done, and by when
	DoTellPromise           = "tell-promise"      // tell the customer the new time of a promise
	DoTellJoined            = "tell-joined"       // tell the customer that it is handled with another one
	DoTellUnanswered        = "tell-unanswered"   // tell the customer that it is closed for want of their answer
	DoTellCustomerWithdrawn = "tell-taken-back"   // tell the customer that a colleague closed it as withdrawn
	DoTellDecided           = "tell-decided"      // tell the owner what the customer decided
	// tell the colleague who asked an approver that the answer is no, or that none came
	DoTellRefused = "tell-refused"
)

// Steps of a question's process. The question itself plans the last two, not the policy.
const (
	DoAskCustomer   = "ask-customer"   // put the question to the customer
	DoEscalate      = "escalate"       // hand a question without an answer to the manager
	DoTellAnswer    = "tell-answer"    // tell Who what the customer wants
	DoTellWithdrawn = "tell-withdrawn" // tell Who that the question was withdrawn
)

// Steps of an erasure's process. The erasure itself plans them, not the policy.
const (
	DoBeginErase = "begin-erase" // it cannot be taken back any more
	DoErase      = "erase"       // erase what is known of the contact
)
