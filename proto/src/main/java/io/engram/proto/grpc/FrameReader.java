package io.engram.proto.grpc;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.nio.charset.StandardCharsets;

/** Reads numbers and texts of a frame, never beyond its end. For one thread. */
final class FrameReader {
    private byte[] bytes;
    private int start;
    private int end;
    int at;

    void on(byte[] frame, int from, int to) {
        bytes = frame;
        start = from;
        at = from;
        end = to;
    }

    int remaining() {
        return end - at;
    }

    byte[] array() {
        return bytes;
    }

    byte next(String what) {
        need(1, what);
        return bytes[at++];
    }

    long varint(String what) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte b = next(what);
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw damaged(what + " is longer than a number");
    }

    long zigzag(String what) {
        return FrameFormat.unzigzag(varint(what));
    }

    /** How many items follow, each of some bytes at least: more than can be there are damage, before memory is taken. */
    int count(String what, int leastBytes) {
        long count = varint(what);
        if (count < 0 || count > remaining() / leastBytes) {
            throw damaged(Long.toUnsignedString(count) + " " + what + " in " + remaining() + " bytes");
        }
        return (int) count;
    }

    long word(String what) {
        need(8, what);
        long word = (long) FrameFormat.LONG.get(bytes, at);
        at += 8;
        return word;
    }

    int halfWord(String what) {
        need(4, what);
        int word = (int) FrameFormat.INT.get(bytes, at);
        at += 4;
        return word;
    }

    String text(String what) {
        int length = count(what, 1);
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    /** Passes over bytes; where they begin. */
    int skip(long length, String what) {
        need(length, what);
        int from = at;
        at += (int) length;
        return from;
    }

    private void need(long count, String what) {
        if (count > end - at) {
            throw damaged("it ends within " + what);
        }
    }

    Failure damaged(String why) {
        return new Failure(
                ErrorId.FRAME_INVALID,
                "a frame is damaged at byte " + (at - start) + " of " + (end - start) + ": " + why);
    }
}
