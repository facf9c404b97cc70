package io.engram.ring;

import io.engram.ring.Instance.State;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a process wants to be on its ring, and what it does about what the store says. A pure function, run again until
 * there is nothing to do, so that it does not matter what was missed: a lost session, a write whose answer was lost, a
 * store that forgot everything.
 *
 * @param self as it should be; without tokens where it has none yet
 * @param member false where it should not be on the ring
 * @param writtenVersion of its key when it last wrote it or agreed with it; 0 before it came onto the ring
 */
record Registration(Instance self, boolean member, long writtenVersion) {
    /** What is to be done. */
    sealed interface Step {
        /** Nothing: the store says what it should. */
        record Settled(Registration registration) implements Step {}

        /**
         * Write the instance, or delete it where it is null, where its key is still at {@code expectedVersion}; where {@code
         * claims}, together with the ring's claim. Then look again.
         */
        record Write(Registration registration, long expectedVersion, Instance instance, boolean claims)
                implements Step {}

        /** Another process has this id, and is there. */
        record Taken(String message) implements Step {}
    }

    static Registration joining(String id, String address, String zone, long nowMs) {
        Instance self = new Instance(id, address, zone, State.JOINING, false, true, List.of(), nowMs);
        return new Registration(self, true, 0);
    }

    Registration becoming(State state) {
        return new Registration(self.withState(state), true, writtenVersion);
    }

    Registration readOnly(boolean readOnly) {
        return new Registration(self.withReadOnly(readOnly), member, writtenVersion);
    }

    /** Goes off the ring, with its tokens. */
    Registration gone() {
        return new Registration(self, false, writtenVersion);
    }

    Step step(Roll seen) {
        Registered own = seen.instances().get(self.id());
        if (!member) {
            Registration off = new Registration(self, false, 0);
            return own == null || !isMine(own) || writtenVersion == 0
                    ? new Step.Settled(off)
                    : new Step.Write(off, own.version(), null, false);
        }
        if (own != null && !isMine(own) && (writtenVersion > 0 || seen.alive().contains(self.id()))) {
            return new Step.Taken("instance " + self.id() + " is on the ring as "
                    + own.instance().address()
                    + " and this process is " + self.address()
                    + ": two processes may not have the same ring.instance-id; give one of them another, or stop one");
        }
        return takingUp(own).reconcile(own, seen);
    }

    private boolean isMine(Registered own) {
        return own.instance().address().equals(self.address());
    }

    /** With what the store knows of an earlier life, or what an operator wrote since. */
    private Registration takingUp(Registered own) {
        if (own == null || own.version() == writtenVersion) {
            return this;
        }
        Instance stored = own.instance();
        boolean earlierLife = writtenVersion == 0;
        boolean toldToLeave = !earlierLife && stored.state() == State.LEAVING;
        Instance next = new Instance(
                self.id(),
                self.address(),
                self.zone(),
                toldToLeave ? State.LEAVING : self.state(),
                stored.readOnly(),
                true,
                self.tokens().isEmpty() ? stored.tokens() : self.tokens(),
                earlierLife ? stored.registeredMs() : self.registeredMs());
        return new Registration(next, true, writtenVersion);
    }

    private Step reconcile(Registered own, Roll seen) {
        if (self.tokens().isEmpty() && own == null) {
            // First its name: whoever has that has no rival any more.
            return write(null, self.withState(State.PENDING), false, self);
        }
        List<Instance> others = seen.others(self.id());
        List<Integer> stored = own == null ? List.of() : own.instance().tokens();
        List<Integer> tokens = self.tokens().isEmpty()
                ? Tokens.place(Ring.of(others), self.zone())
                : Tokens.moved(self.tokens(), clashing(stored, others), others);
        Instance wanted = self.withTokens(tokens);
        if (own != null && wanted.equals(own.instance())) {
            return new Step.Settled(new Registration(wanted, true, own.version()));
        }
        return write(own, wanted, !tokens.equals(stored), wanted);
    }

    private Step write(Registered own, Instance instance, boolean claims, Instance next) {
        long version = own == null ? 0 : own.version();
        return new Step.Write(new Registration(next, true, version + 1), version, instance, claims);
    }

    /** Those of its tokens that another has as well and that are to be given up: all but those that the other got later. */
    private Set<Integer> clashing(List<Integer> stored, List<Instance> others) {
        boolean onRing = stored.equals(self.tokens());
        Set<Integer> mine = new HashSet<>(self.tokens());
        Set<Integer> clashing = new HashSet<>();
        for (Instance other : others) {
            boolean later = other.registeredMs() > self.registeredMs()
                    || other.registeredMs() == self.registeredMs() && other.id().compareTo(self.id()) > 0;
            if (!onRing || !later) {
                other.tokens().stream().filter(mine::contains).forEach(clashing::add);
            }
        }
        return clashing;
    }
}
