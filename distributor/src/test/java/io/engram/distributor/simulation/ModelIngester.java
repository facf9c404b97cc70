package io.engram.distributor.simulation;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteOutcome;
import io.engram.ring.Instance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** An ingester: what is in memory, what is on its disk. Answers a push when it is on the disk; a kill loses the rest. */
final class ModelIngester {
    /** Until what was written last is on the disk. */
    private static final int SYNC_MS = 30;

    final String id;
    final String zone;
    final List<Integer> tokens;
    private final Timeline time;
    private final Map<Long, HashMap<Long, Double>> disk = new HashMap<>();
    private Map<Long, HashMap<Long, Double>> memory = new HashMap<>();
    /** What a process that is paused is to do when it goes on. */
    private final List<Runnable> waiting = new ArrayList<>();

    private boolean up = true;
    private boolean paused;
    private boolean refusesPushes;
    private boolean diskFull;
    /** What is in memory and did not get onto the disk while that was full. */
    private final List<Frame> unsynced = new ArrayList<>();

    private int life;

    /** What is sent of a batch: columns of rows; a row whose series came without labels is {@code unlabelled}. */
    record Frame(long[] series, boolean[] unlabelled, long[] timesMs, double[] values) {}

    ModelIngester(String id, String zone, List<Integer> tokens, Timeline time) {
        this.id = id;
        this.zone = zone;
        this.tokens = tokens;
        this.time = time;
    }

    Instance instance(Instance.State state) {
        return new Instance(id, "", zone, state, tokens);
    }

    boolean isUp() {
        return up;
    }

    boolean isPaused() {
        return paused;
    }

    int life() {
        return life;
    }

    /** kill -9. */
    void kill() {
        up = false;
        paused = false;
        life++;
        memory = new HashMap<>();
        waiting.clear();
        unsynced.clear();
    }

    /** With what is on the disk. */
    void start() {
        up = true;
        refusesPushes = false;
        memory = new HashMap<>();
        disk.forEach((series, samples) -> memory.put(series, new HashMap<>(samples)));
    }

    void refusePushes() {
        refusesPushes = true;
    }

    /** Writes are refused; what came before is kept, and written when there is room. */
    void fillDisk() {
        diskFull = true;
    }

    void freeDisk() {
        diskFull = false;
        unsynced.forEach(this::sync);
        unsynced.clear();
    }

    void pause() {
        paused = up;
    }

    void goOn() {
        paused = false;
        List<Runnable> todo = List.copyOf(waiting);
        waiting.clear();
        todo.forEach(Runnable::run);
    }

    /** Runs it now, or when the process goes on; never in another life. */
    private void whenAwake(int began, Runnable what) {
        if (!up || life != began) {
            return;
        }
        if (paused) {
            waiting.add(() -> whenAwake(began, what));
        } else {
            what.run();
        }
    }

    /** @param answer called when it is on the disk, or refused; never where this life ends before */
    void receive(Frame frame, BiConsumer<WriteOutcome, RuntimeException> answer) {
        int began = life;
        whenAwake(began, () -> {
            if (refusesPushes) {
                answer.accept(null, new Failure(ErrorId.SHUTTING_DOWN, id + " is leaving"));
                return;
            }
            if (diskFull) {
                answer.accept(null, diskIsFull());
                return;
            }
            WriteOutcome outcome = append(frame);
            time.within(
                    1,
                    SYNC_MS,
                    () -> whenAwake(began, () -> {
                        if (diskFull) {
                            unsynced.add(frame);
                            answer.accept(null, diskIsFull());
                        } else {
                            sync(frame);
                            answer.accept(outcome, null);
                        }
                    }));
        });
    }

    private Failure diskIsFull() {
        return new Failure(ErrorId.WAL_UNAVAILABLE, "the disk of " + id + " is full");
    }

    private WriteOutcome append(Frame frame) {
        WriteOutcome outcome = new WriteOutcome(frame.series.length);
        for (int row = 0; row < frame.series.length; row++) {
            if (frame.unlabelled[row] && !memory.containsKey(frame.series[row])) {
                outcome.set(row, SampleStatus.UNKNOWN_SERIES, 0);
                continue;
            }
            Double there = memory.computeIfAbsent(frame.series[row], _ -> new HashMap<>())
                    .putIfAbsent(frame.timesMs[row], frame.values[row]);
            if (there != null) {
                outcome.set(row, there == frame.values[row] ? SampleStatus.DUPLICATE : SampleStatus.CONFLICT, 0);
            }
        }
        return outcome.refused() == 0 ? WriteOutcome.ALL_STORED : outcome;
    }

    /** What of the frame is in memory. */
    private void sync(Frame frame) {
        for (int row = 0; row < frame.series.length; row++) {
            HashMap<Long, Double> samples = memory.get(frame.series[row]);
            Double value = samples == null ? null : samples.get(frame.timesMs[row]);
            if (value != null) {
                disk.computeIfAbsent(frame.series[row], _ -> new HashMap<>()).put(frame.timesMs[row], value);
            }
        }
    }

    /** Asks which series there are. */
    void series(BiConsumer<List<Long>, Integer> answer) {
        int began = life;
        whenAwake(began, () -> answer.accept(List.copyOf(memory.keySet()), began));
    }

    /** Asks for samples, in the life that said that it has these series. */
    void samples(List<Long> series, int began, BiConsumer<Map<Long, Map<Long, Double>>, RuntimeException> answer) {
        if (up && life != began) {
            answer.accept(null, new Failure(ErrorId.PEER_UNAVAILABLE, id + " does not know this select"));
            return;
        }
        whenAwake(began, () -> {
            Map<Long, Map<Long, Double>> found = new HashMap<>();
            series.forEach(each -> found.put(each, new HashMap<>(memory.get(each))));
            answer.accept(found, null);
        });
    }

    /** All that it has, on its way to the bucket. */
    Map<Long, Map<Long, Double>> everything() {
        Map<Long, Map<Long, Double>> all = new HashMap<>();
        memory.forEach((series, samples) -> all.put(series, new HashMap<>(samples)));
        return all;
    }
}
