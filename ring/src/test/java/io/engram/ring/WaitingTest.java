package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WaitingTest {
    private static final ReadPatience PATIENCE = new ReadPatience(Duration.ofNanos(100));

    private final List<Instance> instances = new ArrayList<>();
    private final MissingReaders missing = new MissingReaders(new ReadTolerance(true, 1), 6);

    WaitingTest() {
        for (int i = 0; i < 6; i++) {
            instances.add(new Instance("i" + i, "", "zone-" + i % 3, Instance.State.ACTIVE, List.of(i)));
        }
    }

    private Waiting waiting() {
        return new Waiting(6, missing.losses(instances), PATIENCE, 1000);
    }

    @Test
    void aZoneIsWaitedForAsLongAsPatienceSaysAfterTheOthers() {
        Waiting waiting = waiting();
        for (int i : new int[] {0, 3, 1}) {
            assertEquals(Waiting.FOR_EVER, waiting.leftNs(1010));
            waiting.answered(i, 1010);
        }
        waiting.answered(4, 1040);
        assertEquals(100, waiting.leftNs(1040));
        assertEquals(40, waiting.leftNs(1100));
        waiting.answered(2, 1120); // begins no new patience
        assertEquals(20, waiting.leftNs(1120));
        assertEquals(0, waiting.leftNs(1200));
        waiting.giveUp();
        assertEquals(List.of("i5 (zone-2) did not answer; its copies were read from others"), missing.notes());
    }

    @Test
    void theLongerTheOthersTakeTheLongerTheLastOneMay() {
        Waiting waiting = waiting();
        for (int i : new int[] {0, 3, 1, 4}) {
            waiting.answered(i, 5000);
        }
        assertEquals(1000, waiting.leftNs(5000));
    }

    @Test
    void whereAZoneHasFailedAllOthersAreWaitedFor() {
        Waiting waiting = waiting();
        waiting.failed(2, new Failure(ErrorId.PEER_UNAVAILABLE, "gone"), 1000);
        for (int i : new int[] {0, 3, 1}) {
            waiting.answered(i, 1010);
        }
        assertEquals(Waiting.FOR_EVER, waiting.leftNs(99_000));
        waiting.answered(4, 99_000);
        assertTrue(waiting.leftNs(99_000) < Waiting.FOR_EVER);
        waiting.failed(5, new Failure(ErrorId.PEER_UNAVAILABLE, "gone as well"), 99_001);
        assertEquals(0, waiting.leftNs(99_001));
    }

    @Test
    void whereAnotherStepLosesAZoneMeanwhilePatienceIsOver() {
        Waiting waiting = waiting();
        for (int i : new int[] {0, 3, 1, 4}) {
            waiting.answered(i, 1010);
        }
        assertEquals(100, waiting.leftNs(1010));
        missing.add(instances.get(1), new Failure(ErrorId.PEER_UNAVAILABLE, "gone"));
        assertEquals(Waiting.FOR_EVER, waiting.leftNs(1200), "without it the answer is not whole any more");
    }

    @Test
    void aSecondZoneThatFailsIsTheFailureOfAll() {
        Waiting waiting = waiting();
        waiting.failed(2, new Failure(ErrorId.PEER_UNAVAILABLE, "gone"), 1000);
        Failure failure =
                assertThrows(Failure.class, () -> waiting.failed(0, new Failure(ErrorId.PEER_TIMEOUT, "silent"), 1001));
        assertSame(ErrorId.COPIES_MISSING, failure.id());
        assertTrue(failure.getMessage().contains("i0 (zone-0): silent"), failure.getMessage());
    }

    @Test
    void oneThatIsAskedAloneIsWaitedForLonger() {
        Waiting waiting = new Waiting(1, missing.losses(instances).among(List.of(4)), PATIENCE, 0);
        assertEquals(1000, waiting.leftNs(0));
        waiting.giveUp();
        assertEquals(List.of("i4 (zone-1) did not answer; its copies were read from others"), missing.notes());
    }

    @Test
    void nobodyAtAllIsNoAnswer() {
        MissingReaders one = new MissingReaders(new ReadTolerance(false, 1), 1);
        Failure failure = assertThrows(
                Failure.class, () -> one.add(instances.getFirst(), new Failure(ErrorId.PEER_TIMEOUT, "silent")));
        assertSame(ErrorId.COPIES_MISSING, failure.id());
    }
}
