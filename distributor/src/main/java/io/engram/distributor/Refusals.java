package io.engram.distributor;

import io.engram.model.failure.Cause;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.Arrays;

/** What of one request was refused: samples by reason, and a text about the first. Used by one thread, and again. */
final class Refusals {
    private static final ErrorId[] IDS = ErrorId.values();

    private final int[] samples = new int[IDS.length];
    private ErrorId first;
    private String text;

    /** Samples of all reasons. */
    private int total;

    /** What stays when the context that gathered it goes on to the next request. */
    Refusals copy() {
        Refusals copy = new Refusals();
        System.arraycopy(samples, 0, copy.samples, 0, samples.length);
        copy.first = first;
        copy.text = text;
        copy.total = total;
        return copy;
    }

    void clear() {
        if (first != null) {
            Arrays.fill(samples, 0);
            first = null;
            text = null;
            total = 0;
        }
    }

    /** Whether nobody was named yet: whoever adds the first refusal owes a text. */
    boolean none() {
        return first == null;
    }

    /** Whether the sender may send any of it again. */
    boolean hasTemporary() {
        for (ErrorId id : IDS) {
            if (samples[id.ordinal()] > 0 && id.cause() == Cause.UNAVAILABLE) {
                return true;
            }
        }
        return false;
    }

    /** Names the offender that the answer is about, in place of one that was named before. */
    void name(ErrorId id, String text) {
        this.first = id;
        this.text = text;
    }

    /** @param text about the first offender; ignored for all later ones */
    void add(ErrorId id, int sampleCount, String text) {
        if (first == null) {
            this.first = id;
            this.text = text;
        }
        samples[id.ordinal()] += sampleCount;
        total += sampleCount;
    }

    /** Receives a reason and how many samples it took. */
    @FunctionalInterface
    interface Visitor {
        void refused(ErrorId id, int sampleCount);
    }

    void forEach(Visitor visitor) {
        for (ErrorId id : IDS) {
            if (samples[id.ordinal()] > 0) {
                visitor.refused(id, samples[id.ordinal()]);
            }
        }
    }

    /** The answer to the sender: the first offender, then how many samples each reason took of {@code received}. */
    Failure failure(int received) {
        StringBuilder message = new StringBuilder(text)
                .append("; refused ")
                .append(total)
                .append(" of ")
                .append(received)
                .append(" samples:");
        String separator = " ";
        for (ErrorId id : IDS) {
            if (samples[id.ordinal()] > 0) {
                message.append(separator)
                        .append(samples[id.ordinal()])
                        .append(' ')
                        .append(reason(id));
                separator = ", ";
            }
        }
        return new Failure(
                first,
                message.append(total < received ? "; the others are stored" : "")
                        .toString());
    }

    /** The reason as metrics and texts name it: {@code sample-in-future}. */
    static String reason(ErrorId id) {
        return id.code().substring("err-engram-".length());
    }
}
