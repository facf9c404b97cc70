package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.ring.Instance.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RegistrationTest {
    private final Map<String, Registered> stored = new HashMap<>();
    private Set<String> alive = Set.of();

    @Test
    void firstItHasItsNameThenItsTokensThenItIsWritten() {
        Registration.Step.Write name = write(Registration.joining("a", "a:1", "", 7));
        assertEquals(State.PENDING, name.instance().state());
        assertEquals(0, name.instance().tokens().size());
        Registration.Step.Write tokens = write(apply(name));
        assertEquals(State.JOINING, tokens.instance().state());
        assertEquals(Tokens.PER_INSTANCE, tokens.instance().tokens().size());
        assertTrue(tokens.claims());
        Registration.Step.Write active = write(settle(apply(tokens)).becoming(State.ACTIVE));
        assertEquals(State.ACTIVE, active.instance().state());
        assertEquals(7, active.instance().registeredMs());
        settle(apply(active));
    }

    @Test
    void aRestartTakesUpTokensAgeAndReadOnly() {
        Instance before = new Instance("a", "old:1", "", State.ACTIVE, true, true, List.of(1, 2, 3), 5);
        stored.put("a", new Registered(before, 9));
        Registration.Step.Write write = write(Registration.joining("a", "new:1", "", 99));
        assertEquals(new Instance("a", "new:1", "", State.JOINING, true, true, List.of(1, 2, 3), 5), write.instance());
        assertEquals(9, write.expectedVersion());
    }

    @Test
    void anIdThatLivesAtAnotherAddressIsNotTaken() {
        stored.put("a", new Registered(new Instance("a", "other:1", "", State.ACTIVE, List.of(1)), 3));
        alive = Set.of("a");
        Registration.Step.Taken taken =
                assertInstanceOf(Registration.Step.Taken.class, step(Registration.joining("a", "mine:1", "", 0)));
        assertTrue(taken.message().contains("other:1") && taken.message().contains("mine:1"), taken.message());
        assertTrue(taken.message().contains("ring.instance-id"), taken.message());
        write(Registration.joining("a", "other:1", "", 0));
    }

    @Test
    void whoeverLostItsIdToAnotherWritesNothingMore() {
        Registration mine = joined("a", "mine:1");
        stored.put("a", new Registered(new Instance("a", "other:1", "", State.ACTIVE, List.of(1)), 9));
        assertInstanceOf(Registration.Step.Taken.class, step(mine.becoming(State.LEAVING)));
        assertInstanceOf(Registration.Step.Settled.class, step(mine.gone()));
    }

    @Test
    void aStoreThatLostItGetsItBackWithTheSameTokens() {
        Registration mine = joined("a", "a:1");
        List<Integer> tokens = stored.remove("a").instance().tokens();
        Registration.Step.Write write = write(mine);
        assertEquals(tokens, write.instance().tokens());
        assertEquals(0, write.expectedVersion());
        assertTrue(write.claims());
    }

    @Test
    void whatAnOperatorSaysIsTakenUp() {
        Registration mine = joined("a", "a:1").becoming(State.ACTIVE);
        mine = settle(apply(write(mine)));
        Registered now = stored.get("a");
        Instance told = now.instance().withState(State.LEAVING).withReadOnly(true);
        stored.put("a", new Registered(told, now.version() + 1));
        assertEquals(told, settle(mine).self());
    }

    @Test
    void ofTwoWithTheSameTokenTheOneThatCameLaterMovesIt() {
        stored.put("a", new Registered(instance("a", 1, 10, 20, 30), 1));
        stored.put("b", new Registered(instance("b", 2, 5, 20, 30), 1));
        Registration.Step.Write later = write(Registration.joining("b", "", "", 0));
        assertEquals(List.of(5, 21, 31), later.instance().tokens());
        assertTrue(later.claims());
        assertEquals(
                List.of(10, 20, 30),
                write(Registration.joining("a", "", "", 0)).instance().tokens());
    }

    private static Instance instance(String id, long registeredMs, Integer... tokens) {
        return new Instance(id, "", "", State.ACTIVE, false, true, List.of(tokens), registeredMs);
    }

    private Registration joined(String id, String address) {
        return settle(apply(write(apply(write(Registration.joining(id, address, "", 0))))));
    }

    private Registration.Step step(Registration registration) {
        return registration.step(new Roll(0, stored, alive));
    }

    private Registration.Step.Write write(Registration registration) {
        return assertInstanceOf(Registration.Step.Write.class, step(registration));
    }

    private Registration settle(Registration registration) {
        return assertInstanceOf(Registration.Step.Settled.class, step(registration))
                .registration();
    }

    private Registration apply(Registration.Step.Write write) {
        stored.put(write.instance().id(), new Registered(write.instance(), write.expectedVersion() + 1));
        return write.registration();
    }
}
