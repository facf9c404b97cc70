package io.engram.tsdb.head;

import io.engram.model.replica.ActivityBuilder;
import io.engram.model.replica.ActivityTable;
import io.engram.model.replica.ClusterActivity;
import io.engram.tsdb.head.ReplicaNumbers.Replica;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How many samples of how many series each replica sent in each window: the part of a tenant's {@link ActivityTable} that is
 * this stripe's. Counting is part of storing a sample, under the same lock, so a checkpoint has both or neither; what
 * the log brings back is counted again as it is stored again, and needs no record of its own.
 */
final class ActivityStore implements SideStore {
    /** Windows of all replicas; when there are more, the oldest go. */
    static final int MAX_CELLS = 1 << 16;

    private final TenantHead head;
    private ReplicaWindows[] byNumber = {};
    private int cells;

    /** The count at hand: the next sample mostly belongs to it too. */
    private int number;

    private long startMs;
    private ReplicaWindows windows;
    private int at;

    ActivityStore(TenantHead head) {
        this.head = head;
    }

    @Override
    public SideKind kind() {
        return SideKind.ACTIVITY;
    }

    /**
     * Counts a sample that has been stored.
     *
     * @param replica the number of its series' replica
     * @param lastMs when the last sample of the series was before; a series counts in the first window that it reaches
     */
    void count(int replica, long timeMs, long lastMs) {
        if ((replica != number || Long.compareUnsigned(timeMs - startMs, ActivityTable.WINDOW_MS) >= 0)
                && !move(replica, timeMs)) {
            return;
        }
        windows.samples[at]++;
        windows.newestMs = Math.max(windows.newestMs, timeMs);
        if (lastMs < startMs) {
            windows.series[at]++;
        }
    }

    /** Goes to another count; false for a time so far away that its window has no number. */
    private boolean move(int replica, long timeMs) {
        long window = ActivityTable.window(timeMs);
        if (window != (int) window) {
            return false;
        }
        if (replica >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, replica + 1);
        }
        ReplicaWindows of = byNumber[replica];
        if (of == null) {
            of = new ReplicaWindows();
            byNumber[replica] = of;
        }
        int i = of.find((int) window);
        if (i < 0) {
            if (cells >= MAX_CELLS) {
                dropOldest();
                return move(replica, timeMs);
            }
            i = -1 - i;
            of.insert(i, (int) window);
            cells++;
        }
        number = replica;
        startMs = ActivityTable.startMs(window);
        windows = of;
        at = i;
        return true;
    }

    private void dropOldest() {
        long oldest = Long.MAX_VALUE;
        for (ReplicaWindows of : byNumber) {
            if (of != null && of.size > 0) {
                oldest = Math.min(oldest, of.window[0]);
            }
        }
        dropBefore(oldest + 1);
    }

    private void dropBefore(long window) {
        number = ReplicaNumbers.NONE;
        for (int i = 0; i < byNumber.length; i++) {
            if (byNumber[i] != null) {
                cells -= byNumber[i].dropBefore(window);
                if (byNumber[i].size == 0) {
                    byNumber[i] = null;
                }
            }
        }
    }

    /** Adds what is counted here of the windows from {@code first} to {@code last}, both included. */
    void addTo(Map<Replica, ReplicaWindows> sums, long first, long last) {
        for (int replica = 0; replica < byNumber.length; replica++) {
            ReplicaWindows of = byNumber[replica];
            if (of != null && of.window[0] <= last && of.window[of.size - 1] >= first) {
                sums.computeIfAbsent(head.replicas().at(replica), _ -> new ReplicaWindows())
                        .add(of, first, last);
            }
        }
    }

    /** Sums of stripes as a value. */
    static ActivityTable table(Map<Replica, ReplicaWindows> sums) {
        ActivityBuilder table = ActivityTable.builder();
        sums.forEach((replica, of) -> {
            for (int i = 0; i < of.size; i++) {
                table.add(replica.cluster(), replica.name(), of.window[i], of.samples[i], of.series[i]);
            }
        });
        return table.build();
    }

    /** Adds when each replica's newest sample is, where nothing newer is known. */
    void addNewest(Map<Replica, Long> to) {
        for (int replica = 0; replica < byNumber.length; replica++) {
            if (byNumber[replica] != null) {
                to.merge(head.replicas().at(replica), byNumber[replica].newestMs, Math::max);
            }
        }
    }

    /** Adds the numbers that something is counted under. */
    void addNumbers(Set<Integer> to) {
        for (int replica = 0; replica < byNumber.length; replica++) {
            if (byNumber[replica] != null) {
                to.add(replica);
            }
        }
    }

    @Override
    public void write(SectionPages to) {
        Map<Replica, ReplicaWindows> all = new HashMap<>();
        addTo(all, Long.MIN_VALUE, Long.MAX_VALUE);
        byte[] bytes = table(all).encode();
        to.room(4 + bytes.length).putInt(bytes.length).put(bytes);
    }

    @Override
    public void read(ByteBuffer section, int version, RecoveredSeries series) throws IOException {
        while (section.hasRemaining()) {
            int length = section.getInt();
            if (length < 0 || length > section.remaining()) {
                throw new IOException("the checkpoint has " + length + " bytes of the activity of replicas");
            }
            byte[] bytes = new byte[length];
            section.get(bytes);
            try {
                ActivityTable.decode(bytes).clusters().forEach(this::restore);
            } catch (IllegalArgumentException e) {
                throw new IOException("the checkpoint cannot be read: " + e.getMessage(), e);
            }
        }
    }

    private void restore(ClusterActivity cluster) {
        for (int r = 0; r < cluster.replicaCount(); r++) {
            int replica = head.replicas().number(new Replica(cluster.name(), cluster.replica(r)));
            if (replica != ReplicaNumbers.NONE) {
                int index = r;
                cluster.forEach(r, window -> {
                    if (move(replica, ActivityTable.startMs(window))) {
                        windows.samples[at] = (int) Math.min(cluster.samples(index, window), Integer.MAX_VALUE);
                        windows.series[at] = (int) cluster.series(index, window);
                        windows.newestMs = Math.max(windows.newestMs, startMs);
                    }
                });
            }
        }
    }

    /** The samples bring their counts along. */
    @Override
    public void replay(RecordCursor payload, RecoveredSeries series) throws CorruptRecord {
        throw payload.corrupt("no record of the activity of replicas", "one");
    }

    @Override
    public void truncate(long cutMs) {
        dropBefore(ActivityTable.window(cutMs));
    }

    /** What it sent is still counted. */
    @Override
    public void remove(int series) {}

    @Override
    public long bytes() {
        long bytes = 64 + 4L * byNumber.length;
        for (ReplicaWindows of : byNumber) {
            bytes += of == null ? 0 : of.bytes();
        }
        return bytes;
    }
}
