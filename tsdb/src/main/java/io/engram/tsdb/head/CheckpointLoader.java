package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.tsdb.wal.CheckpointReader;
import io.engram.tsdb.wal.CheckpointReader.Section;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Loads what {@link TenantCheckpoint} wrote: tenants, then pairs, series, the stripes, and what is beside. */
final class CheckpointLoader {
    private static final int[] ORDER = {
        CheckpointFormat.TENANT,
        CheckpointFormat.PAIRS,
        CheckpointFormat.SERIES,
        CheckpointFormat.STRIPE,
        CheckpointFormat.SIDE
    };

    private final CheckpointReader checkpoint;
    private final Recovery.Tenants tenants;
    private final Map<Integer, Replayer> byOrdinal = new HashMap<>();
    private final Map<Replayer, Integer> nextSeriesOf = new HashMap<>();
    private final long[] words = new long[CheckpointFormat.RECORD_WORDS];
    private int[] ids = new int[64];

    CheckpointLoader(CheckpointReader checkpoint, Recovery.Tenants tenants) {
        this.checkpoint = checkpoint;
        this.tenants = tenants;
    }

    /** Returns how many bytes were loaded. */
    long load() throws IOException {
        byte[] bytes = new byte
                [checkpoint.sections().stream().mapToInt(Section::length).max().orElse(0)];
        long total = 0;
        for (int type : ORDER) {
            for (Section section : checkpoint.sections()) {
                if (section.type() == type) {
                    checkpoint.read(section, bytes);
                    total += section.length();
                    load(type, ByteBuffer.wrap(bytes, 0, section.length()).order(ByteOrder.LITTLE_ENDIAN));
                }
            }
        }
        nextSeriesOf.forEach(Replayer::continueAt);
        return total;
    }

    private void load(int type, ByteBuffer section) throws IOException {
        int ordinal = section.getInt();
        switch (type) {
            case CheckpointFormat.TENANT -> byOrdinal.put(ordinal, tenant(section));
            case CheckpointFormat.PAIRS -> pairs(section, byOrdinal.get(ordinal));
            case CheckpointFormat.SERIES -> series(section, byOrdinal.get(ordinal));
            case CheckpointFormat.STRIPE -> stripe(section, byOrdinal.get(ordinal));
            case CheckpointFormat.SIDE -> side(section, byOrdinal.get(ordinal));
            default -> throw new IllegalStateException("section of type " + type);
        }
    }

    private Replayer tenant(ByteBuffer section) throws IOException {
        byte[] id = new byte[section.getShort()];
        section.get(id);
        long newestMs = section.getLong();
        long oldestMs = section.getLong();
        long truncatedMs = section.getLong();
        int nextSeries = section.getInt();
        long end = section.getLong();
        long[] numbers = new long[section.getInt()];
        long[] fileNewestMs = new long[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = section.getLong();
            fileNewestMs[i] = section.getLong();
        }
        long[] positions = new long[Stripe.LANES];
        for (int i = 0; i < positions.length && section.hasRemaining(); i++) {
            positions[i] = section.getLong();
        }
        Replayer replayer = tenants.get(
                new TenantId(new String(id, StandardCharsets.UTF_8)),
                new HeadChunks.Extent(end, numbers, fileNewestMs));
        replayer.coveredTo(positions);
        replayer.restoreTimes(newestMs, oldestMs, truncatedMs);
        if (section.hasRemaining()) { // releases before blocks have no more
            replayer.restoreBlocks(new BlockMarks.Released(section.getLong(), section.getLong()), section.getLong());
        }
        nextSeriesOf.put(replayer, nextSeries);
        return replayer;
    }

    private static void pairs(ByteBuffer section, Replayer into) {
        while (section.hasRemaining()) {
            int id = section.getInt();
            int length = section.getInt();
            into.pair(id, section.array(), section.position(), length);
            section.position(section.position() + length);
        }
    }

    private void series(ByteBuffer section, Replayer into) {
        while (section.hasRemaining()) {
            int number = section.getInt();
            long hi = section.getLong();
            long lo = section.getLong();
            int count = section.getInt();
            if (count > ids.length) {
                ids = new int[2 * count];
            }
            for (int i = 0; i < count; i++) {
                ids[i] = section.getInt();
            }
            into.series(number, hi, lo, ids, count);
        }
    }

    private void stripe(ByteBuffer section, Replayer into) {
        Stripe stripe = into.head().stripe(section.getInt());
        while (section.hasRemaining()) {
            int number = section.getInt();
            for (int i = 0; i < words.length; i++) {
                words[i] = section.getLong();
            }
            int length = section.getInt();
            into.record(stripe, number, words, section.array(), section.position(), length);
            section.position(section.position() + length);
        }
    }

    private static void side(ByteBuffer section, Replayer into) throws IOException {
        int lane = section.getInt();
        int id = section.getShort();
        int version = section.getShort();
        SideKind kind = SideKind.of(id);
        if (kind == null || version > kind.version) {
            throw new IOException("the checkpoint has side data of kind " + id + ", version " + version
                    + ", which this release cannot read: start the release that wrote it, or a newer one");
        }
        into.side(lane, kind, version, section);
    }
}
