package io.engram.distributor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.TenantId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.testing.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RefsKeyTest {
    private static final int SYMBOLS = 20_000;
    private static final int MAX_LABELS = 30;

    /** Whatever stood before a series in its request: a key of its own, and none where it alone has none. */
    @Test
    void keyDoesNotDependOnTheNeighbour() {
        SymbolTable symbols = symbols();
        Seeds.check(2_000, random -> {
            RefsKey beside = new RefsKey();
            beside.begin(symbols, MAX_LABELS);
            RefsKey alone = new RefsKey();
            byte[] bytes = new byte[40 * 8 * (MAX_LABELS + 2)];
            int from = 1;
            int[] refs = series(random);
            for (int i = 0; i < 20; i++) {
                int to = write(refs, bytes, from, random);
                alone.begin(symbols, MAX_LABELS);
                boolean keyed = alone.of(bytes, from, to);
                assertEquals(keyed, beside.of(bytes, from, to));
                if (keyed) {
                    assertEquals(
                            List.of(alone.hi(), alone.lo(), alone.metricRef()),
                            List.of(beside.hi(), beside.lo(), beside.metricRef()));
                }
                from = to + random.nextInt(20);
                refs = random.nextInt(8) == 0 ? series(random) : changed(refs, random);
            }
        });
    }

    /** The first is empty, the second {@code __name__}. */
    private static SymbolTable symbols() {
        SymbolTable symbols = new SymbolTable();
        symbols.begin(8 * SYMBOLS);
        byte[] bytes = new byte[10 * SYMBOLS];
        int at = 0;
        for (int ref = 0; ref < SYMBOLS; ref++) {
            byte[] symbol = (ref == 0 ? "" : ref == 1 ? "__name__" : "s" + ref).getBytes(UTF_8);
            bytes[at++] = (byte) symbol.length;
            System.arraycopy(symbol, 0, bytes, at, symbol.length);
            symbols.add(bytes, at, symbol.length);
            at += symbol.length;
        }
        symbols.finish(bytes, new SeriesHash(1, TenantId.ANONYMOUS));
        return symbols;
    }

    private static int[] series(RandomGenerator random) {
        int labels = random.nextInt(20) == 0 ? MAX_LABELS + random.nextInt(2) : random.nextInt(14);
        int[] refs = IntStream.range(0, 2 * labels).map(i -> ref(random)).toArray();
        if (labels > 0) {
            refs[0] = 1;
        }
        return refs;
    }

    /** References of one, two and three bytes; now and then one that leads nowhere. */
    private static int ref(RandomGenerator random) {
        return switch (random.nextInt(100)) {
            case 0 -> SYMBOLS + random.nextInt(1 << 20);
            case 1, 2, 3, 4, 5 -> random.nextInt(2, SYMBOLS);
            default -> 2 + random.nextInt(1 << random.nextInt(1, 14));
        };
    }

    private static int[] changed(int[] refs, RandomGenerator random) {
        int[] changed = random.nextInt(30) == 0 ? Arrays.copyOf(refs, refs.length / 2) : refs.clone();
        for (int changes = random.nextInt(7); changes > 0 && changed.length > 0; changes--) {
            int i = random.nextInt(changed.length);
            // At least 2: with several metric names any would do.
            changed[i] = Math.max(2, random.nextBoolean() ? changed[i] ^ 2 << random.nextInt(6) : ref(random));
        }
        return changed;
    }

    private static int write(int[] refs, byte[] bytes, int from, RandomGenerator random) {
        int at = from;
        for (int ref : refs) {
            at = Wire.putVarint(bytes, at, ref);
            if (random.nextInt(300) == 0) { // longer than needed
                bytes[at - 1] |= (byte) 0x80;
                bytes[at++] = 0;
            }
        }
        return at;
    }
}
