package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.tsdb.wal.CheckpointReader;
import io.engram.tsdb.wal.Checkpoints;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.LogFolder;
import io.engram.tsdb.wal.LogReader;
import io.engram.tsdb.wal.RecordType;
import io.engram.tsdb.wal.SampleRecordDecoder;
import io.engram.tsdb.wal.SeriesRecordDecoder;
import io.engram.tsdb.wal.SideRecordDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Brings the heads back after a restart: the newest whole checkpoint, then the log behind it. Damage costs what it hit,
 * is counted and reported; it never keeps the process from starting.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    /** A record that says: another run of the process begins, whose pair ids mean something else. */
    static final int NEW_RUN = RecordType.FIRST_FREE;

    private static final int PROGRESS_EVERY = 1024;

    /** Makes the head of a tenant; the extent is what its checkpoint says of sealed chunks. */
    interface HeadFactory {
        TenantHead create(TenantId tenant, HeadChunks.Extent chunks) throws IOException;
    }

    /** The tenant's replayer, made at the first call. */
    interface Tenants {
        Replayer get(TenantId tenant, HeadChunks.Extent chunks) throws IOException;
    }

    private final LogFolder folder;
    private final HeadFactory factory;
    private final SeriesBudget budget;
    private final RecoveryProgress progress;
    private final Map<TenantId, Replayer> tenants = new HashMap<>();
    private long checkpointPosition;
    private long checkpointBytes;
    private long corruptRecords;
    private long replayedRecords;
    private long damages;
    private long lostRecords;

    Recovery(LogFolder folder, HeadFactory factory, SeriesBudget budget, RecoveryProgress progress) {
        this.folder = folder;
        this.factory = factory;
        this.budget = budget;
        this.progress = progress;
    }

    RecoveryReport run() throws IOException {
        Optional<CheckpointReader> newest = Checkpoints.openNewest(folder);
        if (newest.isPresent()) {
            try (CheckpointReader checkpoint = newest.get()) {
                checkpointPosition = checkpoint.logPosition();
                checkpointBytes = new CheckpointLoader(checkpoint, this::tenant).load();
            }
        }
        electStandbys(); // so that what is replayed takes no more memory than it took
        replay();
        electStandbys();
        long samples = 0;
        long lostSamples = 0;
        long lostSeries = 0;
        for (Replayer tenant : tenants.values()) {
            samples += tenant.samples;
            lostSamples += tenant.lostSamples();
            lostSeries += tenant.lostSeries;
        }
        RecoveryReport report = new RecoveryReport(
                replayedRecords, samples, damages, lostRecords + corruptRecords, lostSeries, lostSamples);
        LOG.atLevel(report.lossless() ? Level.INFO : Level.ERROR)
                .addKeyValue("records", report.records())
                .addKeyValue("samples", report.samples())
                .addKeyValue("damages", report.damages())
                .addKeyValue("lostRecords", report.lostRecords())
                .addKeyValue("lostSeries", report.lostSeries())
                .addKeyValue("lostSamples", report.lostSamples())
                .log(report.lossless() ? "recovered" : "recovered, but the write-ahead log is damaged");
        return report;
    }

    private void electStandbys() {
        tenants.values().forEach(tenant -> tenant.head().standbys().elect(tenant.head()));
    }

    /** The log up to here is in the checkpoint that was loaded. */
    long checkpointPosition() {
        return checkpointPosition;
    }

    long checkpointBytes() {
        return checkpointBytes;
    }

    /** Samples that came from the log behind it. */
    long samples() {
        return tenants.values().stream().mapToLong(tenant -> tenant.samples).sum();
    }

    private Replayer tenant(TenantId tenant, HeadChunks.Extent chunks) throws IOException {
        Replayer replayer = tenants.get(tenant);
        if (replayer == null) {
            replayer = new Replayer(factory.create(tenant, chunks), budget);
            tenants.put(tenant, replayer);
        }
        return replayer;
    }

    private void replay() throws IOException {
        SampleRecordDecoder samples = new SampleRecordDecoder();
        SeriesRecordDecoder series = new SeriesRecordDecoder();
        SideRecordDecoder side = new SideRecordDecoder();
        SeriesVisitor visitor = new SeriesVisitor();
        try (LogReader reader = LogReader.open(folder, checkpointPosition)) {
            progress.at(0, reader.totalBytes());
            int type;
            while (reader.next()) {
                type = RecordType.of(reader.bytes(), reader.offset(), reader.length());
                try {
                    if (type == RecordType.SAMPLES) {
                        samples.decode(reader.bytes(), reader.offset(), reader.length());
                        tenant(samples.tenant(), HeadChunks.Extent.NONE)
                                .samples(
                                        reader.position(),
                                        samples.stripe(),
                                        samples.count(),
                                        samples.seriesNumbers(),
                                        samples.timestampsMs(),
                                        samples.values());
                    } else if (type == RecordType.SERIES) {
                        series.decode(reader.bytes(), reader.offset(), reader.length(), visitor);
                    } else if (type == RecordType.SIDE) {
                        side.decode(reader.bytes(), reader.offset(), reader.length());
                        tenant(side.tenant(), HeadChunks.Extent.NONE)
                                .side(reader.position(), side.lane(), side.kind(), side.payload());
                    } else if (type == NEW_RUN) {
                        tenants.values().forEach(Replayer::forgetPairs);
                    } else {
                        corruptRecords++;
                        LOG.error(
                                "record {} of the log has the unknown type {}, it is left out",
                                reader.position(),
                                type);
                    }
                } catch (CorruptRecord e) {
                    corruptRecords++;
                    LOG.error("record {} of the log cannot be read, it is left out", reader.position(), e);
                }
                if (++replayedRecords % PROGRESS_EVERY == 0) {
                    progress.at(reader.bytesRead(), reader.totalBytes());
                }
            }
            damages = reader.damages().stream().filter(d -> !d.atEnd()).count();
            lostRecords = reader.lostRecords();
            progress.at(reader.totalBytes(), reader.totalBytes());
        }
    }

    /** Routes what series records say to their tenant. */
    private final class SeriesVisitor implements SeriesRecordDecoder.Visitor {
        private Replayer of;

        @Override
        public void tenant(TenantId tenant) {
            try {
                of = Recovery.this.tenant(tenant, HeadChunks.Extent.NONE);
            } catch (IOException e) {
                throw new UncheckedIOException("open the head of tenant " + tenant, e);
            }
        }

        @Override
        public void pair(int id, byte[] bytes, int nameOffset, int nameLength, int valueOffset, int valueLength) {
            of.pair(id, bytes, nameOffset, nameLength, valueOffset, valueLength);
        }

        @Override
        public void series(int number, long fingerprintHigh, long fingerprintLow, int[] pairIds, int pairCount) {
            of.series(number, fingerprintHigh, fingerprintLow, pairIds, pairCount);
        }
    }
}
