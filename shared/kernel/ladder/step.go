package ladder

// What a complaint's process does beside the steps of a lead's. From expire-approval on they are planned by the
// record itself, by no policy.
const (
	DoTellOwner        = "tell-owner"        // tell an owner of the shop
	DoAskApprover      = "ask-approver"      // ask those who may approve
	DoRemindCustomer   = "remind-customer"   // ask the customer once more
	DoCloseSilent      = "close-silent"      // the customer said nothing: close
	DoExpire           = "expire-approval"   // nobody decided in time
	DoResume           = "resume"            // the pause has used up its budget
	DoCorrectPromise   = "correct-promise"   // tell the customer of a later day, before the promised one
	DoTellCorrection   = "tell-correction"   // tell who has the corrective action that it is his
	DoRemindCorrection = "remind-correction" // the corrective action is due
	DoCheckEffect      = "check-effect"      // ask whether the correction helped
	DoAskEvidence      = "ask-evidence"      // tell the customer which evidence we need
	DoTellSaid         = "tell-said"         // bring the customer a word of staff
	DoTellProgress     = "tell-progress"     // tell the customer what is being done, and by when
	DoTellPromise      = "tell-promise"      // tell the customer the new moment of a promise
	DoTellJoined       = "tell-joined"       // tell the customer that it is handled with another one
	DoTellUnanswered   = "tell-unanswered"   // tell the customer that it is closed since he did not answer
	DoTellTakenBack    = "tell-taken-back"   // tell the customer that a colleague closed it as withdrawn
	DoTellDecided      = "tell-decided"      // tell the owner what the customer decided himself
	DoTellRefused      = "tell-refused"      // tell who asked an approver that the answer is no, or that none came
)

// DoAskCustomer asks the question. DoTellAnswer tells Who what the customer wants, DoTellWithdrawn that nobody asks
// any more; both are planned by the question itself, by no policy.
const (
	DoAskCustomer   = "ask-customer"
	DoTellAnswer    = "tell-answer"
	DoTellWithdrawn = "tell-withdrawn"
)

// What a rung does. Each is done by one activity of the process that climbs it.
const (
	DoAcknowledge = "acknowledge"  // thank the person, once per record
	DoAssign      = "assign"       // find an owner
	DoTell        = "tell"         // tell the owner that it is his
	DoRemind      = "remind"       // remind the owner
	DoReassign    = "reassign"     // hand it to the next person, or to the pool
	DoTellManager = "tell-manager" // tell the branch's manager
	DoTellReply   = "tell-reply"   // tell the owner that the person wrote back; planned by the reply itself, by no policy
	DoTellMention = "tell-mention" // tell Who that a comment names him; planned by the comment itself, by no policy
)
