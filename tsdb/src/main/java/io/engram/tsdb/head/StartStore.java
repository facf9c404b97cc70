package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.STATE;

import io.engram.tsdb.slab.ByteSlab;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordBuffer;
import io.engram.tsdb.wal.RecordCursor;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * When the counting of each series of a stripe began: runs of <em>from the sample at t on, the start is s</em>. Most
 * series have one run, which takes 20 bytes and a place in the table; a new one comes where the sender says another start,
 * that is after a restart of what it measures. Of too many the oldest go.
 *
 * <pre>
 * slot:  runs 2, room for runs 2; then for each run, ascending: from ms 8, start ms 8
 * checkpoint, for each series:  number 4, runs 4, then from 8, start 8 of each
 * log, for each change:  series varint, sample's time zigzag, that time less the start zigzag
 * </pre>
 */
final class StartStore implements SideStore {
    static final int MAX_RUNS = 16;

    private static final int HEADER = 4;
    private static final int RUN = 16;
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Stripe lane;
    private final SeriesSlots slots;

    StartStore(TenantHead head, Stripe lane) {
        this.lane = lane;
        this.slots = new SeriesSlots(head.memory().bytes());
    }

    @Override
    public SideKind kind() {
        return SideKind.STARTS;
    }

    /**
     * Takes note that the counting that led to the sample at {@code timeMs} began at {@code startMs}; true where that is
     * news, for the log. Starts are taken to rise with the samples: a late sample's holds up to the next run.
     */
    boolean note(int series, long[] page, int at, long timeMs, long startMs) {
        int address = slots.find(series);
        if (address == ByteSlab.NONE) {
            address = slots.add(series, length(1));
            setCounts(slots.page(address), SeriesSlots.offset(address), 0, 1);
            page[at + STATE] |= SideKind.STARTS.flag;
        }
        byte[] bytes = slots.page(address);
        int slot = SeriesSlots.offset(address);
        int count = count(bytes, slot);
        int next = count; // the first run that begins behind the sample
        while (next > 0 && from(bytes, slot, next - 1) > timeMs) {
            next--;
        }
        if (next > 0 && (start(bytes, slot, next - 1) == startMs || from(bytes, slot, next - 1) == timeMs)) {
            return false;
        }
        if (next < count && start(bytes, slot, next) == startMs) {
            LONG.set(bytes, slot + HEADER + RUN * next, timeMs);
            return true;
        }
        if (count == MAX_RUNS) {
            if (next == 0) {
                return false; // it would be the oldest
            }
            move(bytes, slot, 1, 0, next - 1);
            set(bytes, slot, next - 1, timeMs, startMs);
            return true;
        }
        int room = room(bytes, slot);
        if (count == room) {
            int more = Math.min(MAX_RUNS, 2 * room);
            address = slots.resize(series, length(room), length(more));
            bytes = slots.page(address);
            slot = SeriesSlots.offset(address);
            room = more;
        }
        move(bytes, slot, next, next + 1, count - next);
        set(bytes, slot, next, timeMs, startMs);
        setCounts(bytes, slot, count + 1, room);
        return true;
    }

    static void log(RecordBuffer log, int series, long timeMs, long startMs) {
        log.putVarint(series);
        log.putZigzag(timeMs);
        log.putZigzag(timeMs - startMs); // may wrap around, and wraps back
    }

    @Override
    public void replay(RecordCursor payload, RecoveredSeries series) throws CorruptRecord {
        while (payload.remaining() > 0) {
            int number = payload.readCount(Integer.MAX_VALUE, "a series number");
            long timeMs = payload.readZigzag("a sample's time");
            long startMs = timeMs - payload.readZigzag("the time since the start");
            if (series.find(number, lane.number)) {
                note(number, series.page(), series.at(), timeMs, startMs);
            }
        }
    }

    /** Copies the runs of a series; how many there are. */
    int copy(int series, long[] fromMs, long[] startMs, int offset) {
        int address = slots.find(series);
        if (address == ByteSlab.NONE) {
            return 0;
        }
        byte[] bytes = slots.page(address);
        int slot = SeriesSlots.offset(address);
        int count = count(bytes, slot);
        for (int run = 0; run < count; run++) {
            fromMs[offset + run] = from(bytes, slot, run);
            startMs[offset + run] = start(bytes, slot, run);
        }
        return count;
    }

    @Override
    public void write(SectionPages to) {
        for (int place = 0; place < slots.placeCount(); place++) {
            int series = slots.seriesAt(place);
            if (series >= 0) {
                int address = slots.addressAt(place);
                byte[] bytes = slots.page(address);
                int slot = SeriesSlots.offset(address);
                int count = count(bytes, slot);
                ByteBuffer entry = to.room(8 + RUN * count);
                entry.putInt(series).putInt(count).put(bytes, slot + HEADER, RUN * count);
            }
        }
    }

    @Override
    public void read(ByteBuffer section, int version, RecoveredSeries series) throws IOException {
        while (section.hasRemaining()) {
            int number = section.getInt();
            int count = section.getInt();
            boolean found = series.find(number, lane.number);
            for (int run = 0; run < count; run++) {
                long fromMs = section.getLong();
                long startMs = section.getLong();
                if (found) {
                    note(number, series.page(), series.at(), fromMs, startMs);
                }
            }
        }
    }

    /** Runs go of which no sample is left; the last one of a series stays with it. */
    @Override
    public void truncate(long cutMs) {
        for (int place = 0; place < slots.placeCount(); place++) {
            if (slots.seriesAt(place) >= 0) {
                byte[] bytes = slots.page(slots.addressAt(place));
                int slot = SeriesSlots.offset(slots.addressAt(place));
                int count = count(bytes, slot);
                int gone = 0;
                while (gone < count - 1 && from(bytes, slot, gone + 1) <= cutMs) {
                    gone++;
                }
                if (gone > 0) {
                    move(bytes, slot, gone, 0, count - gone);
                    setCounts(bytes, slot, count - gone, room(bytes, slot));
                }
            }
        }
    }

    @Override
    public void remove(int series) {
        int address = slots.find(series);
        if (address != ByteSlab.NONE) {
            slots.remove(series, length(room(slots.page(address), SeriesSlots.offset(address))));
        }
    }

    @Override
    public long bytes() {
        return slots.bytes();
    }

    private static int length(int runs) {
        return HEADER + RUN * runs;
    }

    private static int count(byte[] bytes, int slot) {
        return (short) SHORT.get(bytes, slot);
    }

    private static int room(byte[] bytes, int slot) {
        return (short) SHORT.get(bytes, slot + 2);
    }

    private static void setCounts(byte[] bytes, int slot, int count, int room) {
        SHORT.set(bytes, slot, (short) count);
        SHORT.set(bytes, slot + 2, (short) room);
    }

    private static long from(byte[] bytes, int slot, int run) {
        return (long) LONG.get(bytes, slot + HEADER + RUN * run);
    }

    private static long start(byte[] bytes, int slot, int run) {
        return (long) LONG.get(bytes, slot + HEADER + RUN * run + 8);
    }

    private static void set(byte[] bytes, int slot, int run, long fromMs, long startMs) {
        LONG.set(bytes, slot + HEADER + RUN * run, fromMs);
        LONG.set(bytes, slot + HEADER + RUN * run + 8, startMs);
    }

    private static void move(byte[] bytes, int slot, int run, int to, int count) {
        System.arraycopy(bytes, slot + HEADER + RUN * run, bytes, slot + HEADER + RUN * to, RUN * count);
    }
}
