package ladder

// DoEscalate hands a question without an answer to the manager.
const DoEscalate = "escalate"
