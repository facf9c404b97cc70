package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.promql.engine.QueryException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueryPoolTest {
    private final QueryPool pool = new QueryPool("query", 1, 1, "querier.max-queued");
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        pool.close();
    }

    /** Takes the pool's only thread until {@link #release}. */
    private Thread occupy() throws InterruptedException {
        Thread holder = Thread.ofVirtual().start(() -> {
            try {
                pool.run(
                        () -> {
                            running.countDown();
                            return release.await(20, TimeUnit.SECONDS);
                        },
                        60_000,
                        () -> false);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertTrue(running.await(20, TimeUnit.SECONDS));
        return holder;
    }

    @Test
    void runsOnAPlatformThreadAndPassesOnWhatIsThrown() throws Exception {
        assertFalse(pool.run(() -> Thread.currentThread().isVirtual(), 1_000, () -> false));
        assertEquals(
                "no",
                assertThrows(IOException.class, () -> pool.run(this::fail, 1_000, () -> false))
                        .getMessage());
    }

    private Object fail() throws IOException {
        throw new IOException("no");
    }

    @Test
    void givesUpAfterTheTimeoutWithoutHavingRun() throws Exception {
        occupy();
        AtomicBoolean ran = new AtomicBoolean();

        QueryException e =
                assertThrows(QueryException.class, () -> pool.run(() -> ran.getAndSet(true), 1, () -> false));

        assertEquals(QueryException.Kind.TIMEOUT, e.kind());
        assertEquals("query timed out in query queue", e.getMessage());
        assertEquals(0, pool.waiting());
        assertFalse(ran.get());
    }

    @Test
    void givesUpWhenTheClientIsGone() throws Exception {
        occupy();

        QueryException e = assertThrows(QueryException.class, () -> pool.run(() -> true, 60_000, () -> true));

        assertEquals(QueryException.Kind.CANCELED, e.kind());
    }

    @Test
    void refusesMoreThanMayWait() throws Exception {
        Thread holder = occupy();
        CountDownLatch waitingRan = new CountDownLatch(1);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                pool.run(
                        () -> {
                            waitingRan.countDown();
                            return true;
                        },
                        60_000,
                        () -> false);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        while (pool.waiting() == 0) {
            Thread.onSpinWait();
        }

        ApiError e = assertThrows(ApiError.class, () -> pool.run(() -> true, 60_000, () -> false));

        assertEquals(ApiError.Type.TOO_MANY_REQUESTS, e.type());
        assertEquals(
                "too many outstanding requests: 1 wait for their turn already (querier.max-queued)", e.getMessage());
        release.countDown();
        holder.join();
        waiting.join();
        assertEquals(0, waitingRan.getCount());
    }
}
