package io.engram.tsdb.head;

import io.engram.model.read.Exemplar;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.SampleStatus;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordBuffer;
import io.engram.tsdb.wal.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The exemplars of a tenant, as many as {@code limits.max-exemplars} says at the moment.
 *
 * <pre>
 * checkpoint, for each, the one stored first first:  series 4, time 8, value 8, length 4, labels
 * log, for each:  series varint, time zigzag, value 8, length varint, labels
 * </pre>
 */
final class ExemplarStore implements SideStore {
    /** No label set is longer: 128 characters of four bytes, and as many lengths. */
    private static final int MAX_LABEL_BYTES = 4096;

    private final TenantHead head;
    private ExemplarRing ring;
    private long appended;

    ExemplarStore(TenantHead head) {
        this.head = head;
        this.ring = new ExemplarRing(head.memory().bytes(), head.limits().maxExemplars());
    }

    @Override
    public SideKind kind() {
        return SideKind.EXEMPLARS;
    }

    /** Has as many as may be by now, where the limit has changed. */
    void followLimit() {
        int limit = head.limits().maxExemplars();
        if (limit != ring.capacity()) {
            ring = ring.resized(limit);
        }
    }

    /** Whether the tenant may have exemplars at all. */
    boolean keepsAny() {
        return ring.capacity() > 0;
    }

    /** Judges an exemplar, and stores and logs it where it is to be stored. */
    SampleStatus append(int series, ExemplarSample exemplar, ExemplarLabels labels, RecordBuffer log) {
        if (!keepsAny()) {
            return SampleStatus.STORED; // as in Prometheus, which says nothing where it keeps none
        }
        if (!labels.encode(exemplar.labels())) {
            return SampleStatus.EXEMPLAR_REFUSED;
        }
        long timeMs = exemplar.timestampMs();
        long bits = Double.doubleToRawLongBits(exemplar.value());
        SampleStatus status = ring.judge(series, timeMs, bits, labels.bytes(), labels.length());
        if (status == SampleStatus.STORED) {
            ring.add(series, timeMs, bits, labels.bytes(), 0, labels.length());
            appended++;
            log.putVarint(series);
            log.putZigzag(timeMs);
            log.putLong(bits);
            log.putVarint(labels.length());
            log.put(labels.bytes(), 0, labels.length());
        }
        return status;
    }

    /** The time of the newest exemplar of a series; 0 where it has none. */
    long newestMs(int series) {
        return ring.newestMs(series);
    }

    @Override
    public void replay(RecordCursor payload, RecoveredSeries series) throws CorruptRecord {
        while (payload.remaining() > 0) {
            int number = payload.readCount(Integer.MAX_VALUE, "a series number");
            long timeMs = payload.readZigzag("an exemplar's time");
            long bits = payload.readLong("an exemplar's value");
            int length = payload.readCount(MAX_LABEL_BYTES, "the length of an exemplar's labels");
            int at = payload.skip(length, "an exemplar's labels");
            add(number, timeMs, bits, payload.bytes(), at, length, series);
        }
    }

    private void add(int number, long timeMs, long bits, byte[] text, int at, int length, RecoveredSeries series) {
        if (series.find(number)) {
            series.mark(SideKind.EXEMPLARS);
            ring.add(number, timeMs, bits, text, at, length);
        }
    }

    @Override
    public void write(SectionPages to) {
        ring.forEach((series, timeMs, bits, text, offset, length) -> {
            ByteBuffer entry = to.room(24 + length);
            entry.putInt(series).putLong(timeMs).putLong(bits).putInt(length).put(text, offset, length);
        });
    }

    @Override
    public void read(ByteBuffer section, int version, RecoveredSeries series) throws IOException {
        while (section.hasRemaining()) {
            int number = section.getInt();
            long timeMs = section.getLong();
            long bits = section.getLong();
            int length = section.getInt();
            if (length < 0 || length > Math.min(MAX_LABEL_BYTES, section.remaining())) {
                throw new IOException("the checkpoint has an exemplar with " + length + " bytes of labels");
            }
            add(number, timeMs, bits, section.array(), section.position(), length, series);
            section.position(section.position() + length);
        }
    }

    /** The series that have exemplars. */
    int[] series() {
        return ring.series();
    }

    /** The exemplars of a series within {@code [minMs, maxMs]}, oldest first. */
    List<Exemplar> of(int series, long minMs, long maxMs) {
        List<Exemplar> found = new ArrayList<>();
        ring.forEach(
                series,
                minMs,
                maxMs,
                (_, timeMs, bits, text, offset, length) -> found.add(new Exemplar(
                        timeMs, Double.longBitsToDouble(bits), ExemplarLabels.decode(text, offset, length))));
        return found;
    }

    /** How many there are. */
    int count() {
        return ring.live();
    }

    /** How many were stored since the process started. */
    long appended() {
        return appended;
    }

    @Override
    public void truncate(long cutMs) {
        followLimit();
        ring.truncate(cutMs);
    }

    @Override
    public void remove(int series) {
        ring.remove(series);
    }

    @Override
    public long bytes() {
        return ring.bytes();
    }
}
