package io.engram.tsdb.head;

import io.engram.model.limits.Limits;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordBuffer;
import io.engram.tsdb.wal.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What senders say of a tenant's metrics. Senders may say different things of one metric: the last few are kept. Of more
 * metrics than {@code limits.max-metadata-metrics} those go that were told of least recently.
 *
 * <pre>
 * checkpoint, for each, the one told of first first:  type 1, then metric, help and unit, each behind its length 4
 * log, for each that is new:  type 1, then metric, help and unit, each behind its length as a varint
 * </pre>
 */
final class MetadataStore implements SideStore {
    /** What is kept of one metric: a roll-out has two versions at a time, some fleets have more. */
    static final int MAX_ENTRIES = 4;
    /** Whatever the limits say: a record of the log must hold some. More in a record is damage. */
    private static final int MAX_TEXT_BYTES = 1 << 16;

    private static final MetricType[] TYPES = MetricType.values();

    private final TenantHead head;
    /** By metric, the one told of least recently first; entries the other way round. */
    private final LinkedHashMap<String, List<MetricMetadata>> metrics = new LinkedHashMap<>(16, 0.75f, true);

    private long textChars;

    MetadataStore(TenantHead head) {
        this.head = head;
    }

    @Override
    public SideKind kind() {
        return SideKind.METADATA;
    }

    /** Takes up what a sender says, and logs it where it is news. */
    void tell(MetricMetadata said, RecordBuffer log) {
        Limits limits = head.limits();
        if (limits.maxMetadataMetrics() == 0 || said.metric().isEmpty() || tooLong(said.metric(), limits)) {
            return;
        }
        int most = Math.min(limits.maxMetadataBytes(), MAX_TEXT_BYTES);
        MetricMetadata kept =
                new MetricMetadata(said.metric(), said.type(), cut(said.help(), most), cut(said.unit(), most));
        if (put(kept)) {
            log.put(kept.type().ordinal());
            log(kept.metric(), log);
            log(kept.help(), log);
            log(kept.unit(), log);
        }
        followLimit();
    }

    private static boolean tooLong(String metric, Limits limits) {
        int limit = limits.maxLabelValueBytes() > 0 ? limits.maxLabelValueBytes() : MAX_TEXT_BYTES;
        return utf8Length(metric) > Math.min(limit, MAX_TEXT_BYTES);
    }

    /** The longest beginning that has at most so many bytes in UTF-8, and cuts no character. */
    static String cut(String text, int maxBytes) {
        if (text.length() <= maxBytes / 3) {
            return text; // three bytes are what a char takes at most
        }
        int bytes = 0;
        int end = 0;
        while (end < text.length()) {
            int character = text.codePointAt(end);
            bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            if (bytes > maxBytes) {
                break;
            }
            end += Character.charCount(character);
        }
        return text.substring(0, end);
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** True where it is news. */
    private boolean put(MetricMetadata entry) {
        List<MetricMetadata> entries = metrics.computeIfAbsent(entry.metric(), _ -> new ArrayList<>(1));
        int known = entries.indexOf(entry);
        if (known >= 0) {
            entries.addFirst(entries.remove(known));
            return false;
        }
        entries.addFirst(entry);
        textChars += chars(entry);
        if (entries.size() > MAX_ENTRIES) {
            textChars -= chars(entries.removeLast());
        }
        return true;
    }

    private static int chars(MetricMetadata entry) {
        return entry.metric().length() + entry.help().length() + entry.unit().length();
    }

    private void followLimit() {
        Iterator<List<MetricMetadata>> eldest = metrics.values().iterator();
        for (int surplus = metrics.size() - head.limits().maxMetadataMetrics(); surplus > 0; surplus--) {
            eldest.next().forEach(entry -> textChars -= chars(entry));
            eldest.remove();
        }
    }

    private static void log(String text, RecordBuffer log) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        log.putVarint(utf8.length);
        log.put(utf8, 0, utf8.length);
    }

    @Override
    public void replay(RecordCursor payload, RecoveredSeries series) throws CorruptRecord {
        while (payload.remaining() > 0) {
            int type = payload.readByte("a metric's type");
            if (type >= TYPES.length) {
                throw payload.corrupt("a metric's type", Integer.toString(type));
            }
            String metric = text(payload, "a metric's name");
            put(new MetricMetadata(metric, TYPES[type], text(payload, "a help text"), text(payload, "a unit")));
        }
        followLimit();
    }

    private static String text(RecordCursor payload, String what) throws CorruptRecord {
        int length = payload.readCount(MAX_TEXT_BYTES, "the length of " + what);
        int at = payload.skip(length, what);
        return new String(payload.bytes(), at, length, StandardCharsets.UTF_8);
    }

    @Override
    public void write(SectionPages to) {
        for (List<MetricMetadata> entries : metrics.values()) {
            for (MetricMetadata entry : entries.reversed()) {
                byte[] metric = entry.metric().getBytes(StandardCharsets.UTF_8);
                byte[] help = entry.help().getBytes(StandardCharsets.UTF_8);
                byte[] unit = entry.unit().getBytes(StandardCharsets.UTF_8);
                to.room(13 + metric.length + help.length + unit.length)
                        .put((byte) entry.type().ordinal())
                        .putInt(metric.length)
                        .put(metric)
                        .putInt(help.length)
                        .put(help)
                        .putInt(unit.length)
                        .put(unit);
            }
        }
    }

    @Override
    public void read(ByteBuffer section, int version, RecoveredSeries series) throws IOException {
        while (section.hasRemaining()) {
            int type = section.get();
            if (type < 0 || type >= TYPES.length) {
                throw new IOException("the checkpoint has a metric of type " + type);
            }
            put(new MetricMetadata(text(section), TYPES[type], text(section), text(section)));
        }
        followLimit();
    }

    private static String text(ByteBuffer section) throws IOException {
        int length = section.getInt();
        if (length < 0 || length > section.remaining()) {
            throw new IOException("the checkpoint has a text of " + length + " bytes in metadata");
        }
        byte[] utf8 = new byte[length];
        section.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** What is known of a metric, or of all where it is empty: the entries of each together, the last told first. */
    List<MetricMetadata> of(String metric) {
        List<MetricMetadata> found = new ArrayList<>();
        for (Map.Entry<String, List<MetricMetadata>> entry : metrics.entrySet()) { // get() would count as telling
            if (metric.isEmpty() || metric.equals(entry.getKey())) {
                found.addAll(entry.getValue());
            }
        }
        return found;
    }

    /** Metrics that something is known of. */
    int count() {
        return metrics.size();
    }

    @Override
    public void truncate(long cutMs) {
        followLimit();
    }

    @Override
    public void remove(int series) {}

    /** Roughly: strings, and some two hundred bytes of objects for each metric. */
    @Override
    public long bytes() {
        return textChars + 200L * metrics.size();
    }
}
