package io.engram.proto.grpc;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.cluster.v1.Detail;
import io.engram.proto.cluster.v1.PushResponse;
import io.engram.proto.cluster.v1.RowStatus;

/** Outcomes of writes as messages; one where all was stored has no bytes. */
final class OutcomeMessages {
    private static final SampleStatus[] STATUSES = SampleStatus.values();

    private OutcomeMessages() {}

    static PushResponse toMessage(WriteOutcome outcome, int rowCount) {
        PushResponse.Builder message = PushResponse.newBuilder();
        boolean any = false;
        for (SampleStatus status : STATUSES) {
            if (outcome.count(status) > 0) {
                any = true;
                message.addFirstDetail(
                        Detail.newBuilder().setStatusValue(number(status)).setValue(outcome.firstDetailMs(status)));
            }
        }
        if (!any) {
            return PushResponse.getDefaultInstance();
        }
        int before = 0;
        for (int row = 0; row < rowCount; row++) {
            SampleStatus status = outcome.of(row);
            if (status != SampleStatus.STORED) {
                message.addRowStep(row - before).addStatusValue(number(status));
                before = row;
            }
        }
        return message.build();
    }

    /** @throws Failure where it is not about a batch of so many rows */
    static WriteOutcome fromMessage(PushResponse message, int rowCount) {
        if (message.getRowStepCount() == 0) {
            return WriteOutcome.ALL_STORED;
        }
        if (message.getRowStepCount() != message.getStatusCount()) {
            throw invalid("has " + message.getRowStepCount() + " rows and " + message.getStatusCount() + " statuses");
        }
        long[] detail = new long[STATUSES.length];
        for (Detail first : message.getFirstDetailList()) {
            detail[status(first.getStatusValue()).ordinal()] = first.getValue();
        }
        WriteOutcome outcome = new WriteOutcome(rowCount);
        long row = 0;
        for (int i = 0; i < message.getRowStepCount(); i++) {
            row += Integer.toUnsignedLong(message.getRowStep(i));
            if (row >= rowCount || (i > 0 && message.getRowStep(i) == 0)) {
                throw invalid("names row " + row + " of " + rowCount);
            }
            SampleStatus status = status(message.getStatusValue(i));
            outcome.set((int) row, status, detail[status.ordinal()]);
        }
        return outcome;
    }

    private static int number(SampleStatus status) {
        return switch (status) {
            case STORED -> RowStatus.STORED_VALUE;
            case DUPLICATE -> RowStatus.DUPLICATE_VALUE;
            case CONFLICT -> RowStatus.CONFLICT_VALUE;
            case OUT_OF_ORDER -> RowStatus.OUT_OF_ORDER_VALUE;
            case TOO_OLD -> RowStatus.TOO_OLD_VALUE;
            case INSTANCE_SERIES_LIMIT -> RowStatus.INSTANCE_SERIES_LIMIT_VALUE;
            case TENANT_SERIES_LIMIT -> RowStatus.TENANT_SERIES_LIMIT_VALUE;
            case METRIC_SERIES_LIMIT -> RowStatus.METRIC_SERIES_LIMIT_VALUE;
            case LABEL_SET_SERIES_LIMIT -> RowStatus.LABEL_SET_SERIES_LIMIT_VALUE;
            case EXEMPLAR_REFUSED -> RowStatus.EXEMPLAR_REFUSED_VALUE;
            case UNKNOWN_SERIES -> RowStatus.UNKNOWN_SERIES_VALUE;
        };
    }

    private static SampleStatus status(int number) {
        for (SampleStatus status : STATUSES) {
            if (number(status) == number) {
                return status;
            }
        }
        throw invalid("has status " + number + ", which this release does not know");
    }

    private static Failure invalid(String what) {
        return new Failure(ErrorId.FRAME_INVALID, "an ingester's answer to a push " + what);
    }
}
