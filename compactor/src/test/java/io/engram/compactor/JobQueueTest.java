package io.engram.compactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.engram.compactor.plan.Metas;
import io.engram.compactor.plan.PlannedJob;
import io.engram.model.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JobQueueTest {
    private static final TenantId BIG = new TenantId("big");
    private static final TenantId SMALL = new TenantId("small");

    private final JobQueue queue = new JobQueue();

    @Test
    void everyTenantGetsOneJobBeforeAnyGetsItsSecond() {
        queue.plan(BIG, List.of(job(1), job(2), job(3)));
        queue.plan(SMALL, List.of(job(1)));
        assertEquals(List.of("big", "small", "big", "big"), turns());
    }

    @Test
    void aNewPlanReplacesTheLastAndKeepsTheTurn() {
        queue.plan(BIG, List.of(job(1)));
        queue.plan(SMALL, List.of(job(1)));
        queue.plan(BIG, List.of(job(2), job(3)));
        assertEquals(3, queue.waitingCount());
        assertEquals(List.of("big", "small", "big"), turns());
    }

    @Test
    void blocksThatAreBeingMergedAreNotGivenOutAgain() {
        queue.plan(BIG, List.of(job(1)));
        QueuedJob running = queue.poll();
        queue.plan(BIG, List.of(job(1), job(2)));
        assertEquals(1, queue.waitingCount());
        assertEquals(Set.copyOf(running.job.ids()), queue.busy(BIG));
        assertEquals(Set.of(), queue.busy(SMALL));
        queue.ended(running);
        queue.plan(BIG, List.of(job(1), job(2)));
        assertEquals(2, queue.waitingCount());
    }

    @Test
    void tenantsThatAreGoneAreDropped() {
        queue.plan(BIG, List.of(job(1)));
        queue.retain(SMALL::equals);
        assertNull(queue.poll());
    }

    @Test
    void whoeverWaitsIsLetGoWhenItCloses() throws InterruptedException {
        List<QueuedJob> taken = new ArrayList<>();
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                taken.add(queue.take());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        queue.close();
        waiting.join();
        assertEquals(1, taken.size());
        assertNull(taken.getFirst());
    }

    private List<String> turns() {
        List<String> turns = new ArrayList<>();
        for (QueuedJob job = queue.poll(); job != null; job = queue.poll()) {
            turns.add(job.tenant.value());
        }
        return turns;
    }

    private static PlannedJob job(int serial) {
        return new PlannedJob(
                0,
                2 * Metas.HOUR_MS,
                List.of(
                        Metas.head(Metas.id(serial, 1), 0, Metas.HOUR_MS),
                        Metas.head(Metas.id(serial, 2), 0, Metas.HOUR_MS)));
    }
}
