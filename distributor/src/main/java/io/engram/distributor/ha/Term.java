package io.engram.distributor.ha;

/**
 * The time of one leader, as all processes know it.
 *
 * @param leader empty where nobody was elected yet
 * @param electedMs by the clock of the process that elected it
 * @param failovers how often another took a leader's place until then
 * @param afterMs up to here, included, earlier leaders have sent; this one sends what is newer
 */
record Term(String leader, long electedMs, int failovers, long afterMs) {
    static final Term NONE = new Term("", Long.MIN_VALUE, 0, Long.MIN_VALUE);

    /** Whether that is the same election. */
    boolean isSame(Term other) {
        return leader.equals(other.leader) && electedMs == other.electedMs;
    }

    /** The same that leaves out what a process knows to be sent besides. */
    Term notBefore(long knownMs) {
        return new Term(leader, electedMs, failovers, Math.max(afterMs, knownMs));
    }
}
