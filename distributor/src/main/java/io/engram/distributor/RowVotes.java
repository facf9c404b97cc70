package io.engram.distributor;

import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteOutcome;
import java.util.ArrayList;
import java.util.List;

/** What copies said of rows that they did not take, counted by row. Guarded by its owner. */
final class RowVotes {
    private static final SampleStatus[] STATUSES = SampleStatus.values();

    /** Copies that refuse a row for good, … */
    final byte[] refused;
    // … that do not know its series, and that cannot take it now.
    final byte[] unknown;
    final byte[] full;
    /** The first refusal for good: its ordinal. */
    private final byte[] refusal;

    private final List<Answer> answers = new ArrayList<>();

    /** @param part null where the outcome's rows are those of the whole */
    private record Answer(BatchPart part, WriteOutcome outcome) {
        int firstRow(SampleStatus status) {
            int row = outcome.first(status);
            return part == null ? row : part.wholeRow(row);
        }
    }

    RowVotes(int rowCount) {
        refused = new byte[rowCount];
        unknown = new byte[rowCount];
        full = new byte[rowCount];
        refusal = new byte[rowCount];
    }

    /** Counts what one copy answered. */
    void add(BatchPart part, WriteOutcome outcome) {
        answers.add(new Answer(part, outcome));
        int rows = part == null ? refused.length : part.rowCount();
        for (int i = 0; i < rows; i++) {
            SampleStatus status = outcome.of(i);
            if (status.success()) {
                continue;
            }
            int row = part == null ? i : part.wholeRow(i);
            switch (status) {
                case UNKNOWN_SERIES -> unknown[row]++;
                case INSTANCE_SERIES_LIMIT -> full[row]++;
                default -> {
                    if (refused[row]++ == 0) {
                        refusal[row] = (byte) status.ordinal();
                    }
                }
            }
        }
    }

    boolean any(int row) {
        return (refused[row] | unknown[row] | full[row]) != 0;
    }

    /** How a refused row was refused. */
    SampleStatus refusal(int row) {
        return STATUSES[refusal[row]];
    }

    /** What the status of a row was judged by; where no answer tells it of this row, that of another row. */
    long detailMs(SampleStatus status, int row) {
        long detailMs = 0;
        for (Answer answer : answers) {
            if (answer.outcome.count(status) > 0) {
                detailMs = answer.outcome.firstDetailMs(status);
                if (answer.firstRow(status) == row) {
                    return detailMs;
                }
            }
        }
        return detailMs;
    }
}
