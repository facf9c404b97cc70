package io.engram.model.testing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;

/** Changes valid input in a few places, as a broken proxy or somebody curious would. */
public final class Damage {
    /** Bytes that mean something in varints, tags, snappy and UTF-8. */
    private static final int[] MEANINGFUL = {
        0, 1, 7, 8, 9, 0x0A, 0x12, 0x18, 0x1A, 0x22, 0x2A, 0x30, 0x7F, 0x80, 0xC0, 0xFE, 0xFF
    };

    private Damage() {}

    /** @param corpus valid inputs, of which one is changed and others may lend pieces */
    public static byte[] of(List<byte[]> corpus, SplittableRandom random) {
        byte[] bytes = pick(corpus, random).clone();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            bytes = once(bytes, corpus, random);
        }
        return bytes;
    }

    /** The same for texts. What is no UTF-8 any more has U+FFFD in its place, as where a text was decoded from bytes. */
    public static String ofText(List<byte[]> corpus, SplittableRandom random) {
        return new String(of(corpus, random), StandardCharsets.UTF_8);
    }

    /** Texts as {@link #of} and {@link #ofText} take them. */
    public static List<byte[]> corpus(Collection<String> texts) {
        return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    private static byte[] pick(List<byte[]> corpus, SplittableRandom random) {
        return corpus.get(random.nextInt(corpus.size()));
    }

    private static byte[] once(byte[] bytes, List<byte[]> corpus, SplittableRandom random) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(8)) {
            case 0 -> bytes[at] = (byte) random.nextInt(256);
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> bytes[at] = (byte) MEANINGFUL[random.nextInt(MEANINGFUL.length)];
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> { // a varint longer than it needs to be
                byte[] more = splice(bytes, at, at + 1, new byte[] {(byte) (bytes[at] | 0x80), 0});
                return bytes[at] >= 0 ? more : bytes;
            }
            case 5 -> {
                return splice(bytes, at, Math.min(bytes.length, at + random.nextInt(1, 20)), new byte[0]);
            }
            case 6 -> {
                byte[] other = pick(corpus, random);
                int from = random.nextInt(other.length + 1);
                return splice(
                        bytes,
                        at,
                        at,
                        Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(64))));
            }
            default -> {
                byte[] random8 = new byte[random.nextInt(1, 11)];
                random.nextBytes(random8);
                return splice(bytes, at, at, random8);
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] in) {
        byte[] out = Arrays.copyOf(bytes, bytes.length - (to - from) + in.length);
        System.arraycopy(in, 0, out, from, in.length);
        System.arraycopy(bytes, to, out, from + in.length, bytes.length - to);
        return out;
    }
}
