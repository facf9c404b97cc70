package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class MissingReadersTest {
    private final AtomicInteger told = new AtomicInteger();

    private static Instance in(String zone, String id) {
        return new Instance(id, "", zone, Instance.State.ACTIVE, List.of());
    }

    @Test
    void tellsOnceOfAReadThatGoesOnWithoutAZone() {
        MissingReaders missing = new MissingReaders(new ReadTolerance(true, 1), 6, told::incrementAndGet);

        missing.add(in("a", "a-1"), null);
        missing.add(in("a", "a-2"), null);

        assertEquals(1, told.get());
    }

    @Test
    void theReadsOfARingTellOfThoseWhoDidNotAnswer() {
        Ring ring = Ring.of(List.of(in("a", "a-1"), in("b", "b-1"), in("c", "c-1")));
        RingReads reads = new RingReads(() -> ring, (all, _) -> all, 3, Duration.ofMinutes(1))
                .tellingOfMissing(told::incrementAndGet);

        reads.ask(new TenantId("t"), Instance::id, _ -> {});
        assertEquals(0, told.get());
        List<String> values = reads.ask(
                        new TenantId("t"),
                        instance -> {
                            if (instance.zone().equals("b")) {
                                throw new Failure(ErrorId.NOT_READY, "it starts");
                            }
                            return instance.id();
                        },
                        _ -> {})
                .values();

        assertEquals(List.of("a-1", "c-1"), values);
        assertEquals(1, told.get());
    }

    @Test
    void tellsNothingOfAReadThatFailsAtOnce() {
        MissingReaders missing = new MissingReaders(ReadTolerance.NONE, 3, told::incrementAndGet);

        assertThrows(Failure.class, () -> missing.add(in("", "a"), null));

        assertEquals(0, told.get());
    }
}
