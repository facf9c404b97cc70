package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

final class FanOutTest {
    private static final ReadPatience LONG = new ReadPatience(Duration.ofMinutes(1));

    private final BlockingQueue<String> discarded = new LinkedBlockingQueue<>();

    /** One of three may be silent. */
    private static Losses oneOfThree() {
        MissingReaders missing = new MissingReaders(new ReadTolerance(false, 1), 3);
        return missing.losses(List.of(instance("a"), instance("b"), instance("c")));
    }

    private static Instance instance(String id) {
        return new Instance(id, "", "", Instance.State.ACTIVE, List.of(1));
    }

    @Test
    void whoIsSlowIsInterruptedAndItsAnswerDiscarded() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        List<String> answers = new FanOut<>(
                        3,
                        i -> {
                            if (i == 1) {
                                try {
                                    slow.await();
                                } catch (InterruptedException _) {
                                    return "too late";
                                }
                            }
                            return "answer " + i;
                        },
                        discarded::add,
                        oneOfThree(),
                        new ReadPatience(Duration.ofMillis(100)))
                .answers();
        assertNull(answers.get(1));
        assertEquals("answer 0", answers.get(0));
        assertEquals("answer 2", answers.get(2));
        assertEquals("too late", discarded.take());
    }

    @Test
    void whatFailsTheQuestionDiscardsEveryAnswer() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch first = new CountDownLatch(1);
        FanOut<String> question = new FanOut<>(
                3,
                i -> {
                    try {
                        switch (i) {
                            case 0 -> {
                                return "answer 0";
                            }
                            case 1 -> {
                                first.await();
                                throw new Failure(ErrorId.BLOCK_SERIES_LIMIT, "too many");
                            }
                            default -> never.await();
                        }
                    } catch (InterruptedException _) {
                        return "answer 2";
                    }
                    return "";
                },
                discarded::add,
                oneOfThree(),
                LONG);
        first.countDown();
        Failure failure = assertThrows(Failure.class, question::answers);
        assertSame(ErrorId.BLOCK_SERIES_LIMIT, failure.id());
        assertEquals(
                List.of("answer 0", "answer 2"),
                List.of(discarded.take(), discarded.take()).stream().sorted().toList());
    }

    @Test
    void whoAsksMayBeInterrupted() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        BlockingQueue<Failure> failed = new LinkedBlockingQueue<>();
        Thread asking = Thread.ofVirtual().start(() -> {
            FanOut<String> question = new FanOut<>(
                    3,
                    i -> {
                        try {
                            never.await();
                        } catch (InterruptedException _) {
                            discarded.add("interrupted " + i);
                        }
                        throw new IllegalStateException("nobody listens");
                    },
                    discarded::add,
                    oneOfThree(),
                    LONG);
            failed.add(assertThrows(Failure.class, question::answers));
        });
        asking.interrupt();
        assertSame(ErrorId.COPIES_MISSING, failed.take().id());
        assertEquals(
                List.of("interrupted 0", "interrupted 1", "interrupted 2"),
                List.of(discarded.take(), discarded.take(), discarded.take()).stream()
                        .sorted()
                        .toList());
    }
}
