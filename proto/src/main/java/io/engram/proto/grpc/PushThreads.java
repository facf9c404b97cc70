package io.engram.proto.grpc;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The threads that decode frames and append them: twice as many as cores, each with buffers that it uses again. */
final class PushThreads implements AutoCloseable {
    /** A buffer that one large frame made longer than this is let go. */
    private static final int KEPT_BYTES = 2 << 20;

    private static final int IDLE_SECONDS = 60;

    /** What one thread decodes with. */
    static final class Context {
        final FrameDecoder decoder = new FrameDecoder();
        private byte[] bytes = new byte[64 << 10];

        byte[] buffer(int length) {
            if (length <= bytes.length) {
                return bytes;
            }
            byte[] larger = new byte[length + length / 4];
            if (larger.length <= KEPT_BYTES) {
                bytes = larger;
            }
            return larger;
        }
    }

    private final ThreadLocal<Context> contexts = ThreadLocal.withInitial(Context::new);
    private final ThreadPoolExecutor executor;

    PushThreads(int count) {
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "ingester-push-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /** False where no more is taken. */
    boolean execute(Consumer<Context> work) {
        try {
            executor.execute(() -> work.accept(contexts.get()));
            return true;
        } catch (RejectedExecutionException _) {
            return false;
        }
    }

    /** What was handed over is still done. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
