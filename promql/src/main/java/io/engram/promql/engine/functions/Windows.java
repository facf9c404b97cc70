package io.engram.promql.engine.functions;

/**
 * The windows of a range function: for each step the times {@code (end - rangeMs, end]}.
 *
 * @param steps evaluation times
 * @param startMs the first evaluation time
 * @param stepMs from one to the next
 * @param shiftMs how far the window lies before its evaluation time ({@code offset}); may be below 0
 * @param fixed whether all windows are that of {@code fixedMs} ({@code @})
 * @param fixedMs evaluation time of all windows where {@code fixed}
 * @param rangeMs length of a window, in milliseconds
 */
public record Windows(int steps, long startMs, long stepMs, long shiftMs, boolean fixed, long fixedMs, long rangeMs) {

    public long evaluationMs(int step) {
        return startMs + step * stepMs;
    }

    /** The window's end, included. Never decreases from step to step. */
    public long endMs(int step) {
        return (fixed ? fixedMs : startMs + step * stepMs) - shiftMs;
    }
}
