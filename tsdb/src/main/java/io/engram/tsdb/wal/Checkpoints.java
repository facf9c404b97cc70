package io.engram.tsdb.wal;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints of a folder, which may be the log's own. */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private Checkpoints() {}

    /**
     * Opens the newest checkpoint that is whole. Damaged ones are reported, left where they are, and passed over.
     *
     * @return empty where there is none: the log is all there is
     * @throws IOException where the folder cannot be listed
     */
    public static Optional<CheckpointReader> openNewest(LogFolder folder) throws IOException {
        for (long number : numbers(folder)) {
            try {
                return Optional.of(CheckpointReader.open(folder, number));
            } catch (IOException e) {
                LOG.error("checkpoint {} cannot be used, trying the one before", number, e);
            }
        }
        return Optional.empty();
    }

    /** A number greater than that of any checkpoint in the folder, whole or not. */
    public static long nextNumber(LogFolder folder) throws IOException {
        List<Long> numbers = numbers(folder);
        return numbers.isEmpty() ? 1 : numbers.getFirst() + 1;
    }

    /**
     * Deletes checkpoints before {@code number}, and what unfinished ones left behind. To be called when checkpoint
     * {@code number} is committed, by the thread that writes checkpoints.
     */
    public static void deleteBefore(LogFolder folder, long number) throws IOException {
        for (String name : folder.names()) {
            long found = CheckpointFormat.number(name);
            if ((found >= 0 && found < number) || CheckpointFormat.unfinished(name)) {
                folder.delete(name);
            }
        }
        folder.sync();
    }

    /** The newest first. */
    private static List<Long> numbers(LogFolder folder) throws IOException {
        return folder.names().stream()
                .map(CheckpointFormat::number)
                .filter(number -> number >= 0)
                .sorted(Comparator.reverseOrder())
                .toList();
    }
}
