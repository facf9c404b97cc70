package io.engram.model.hash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.engram.model.TenantId;
import io.engram.model.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SeriesHashTest {
    private static final long SEED = 0x0123456789ABCDEFL;

    /** These stand in logs and on rings: where this test fails, the hash must be put right, never the numbers. */
    @Test
    void keepsItsValuesForEver() {
        assertEquals("62cf02b9dfc56bfd43922ca1eff336f4", fingerprint("anonymous", ""));
        assertEquals("fb0fdab61d9707b092866b33a0c5bfb1", fingerprint("anonymous", "up"));
        assertEquals("f22a158946062682f5c52144cfeb88cc", fingerprint("team-a", "up"));
        assertEquals(
                "1a96ebb567046dde4f2aa45731f1d9ae", fingerprint("anonymous", "\n\u0010\n\b__name__\u0012\u0004http"));
        assertEquals("b79da583037b02c4eee5567ed3577f0b", fingerprint("anonymous", "0123456789".repeat(13)));
        assertEquals("3859fdf4cb67264a6b4943a1981685bf", fingerprint("anonymous", "0123456789".repeat(31)));
        assertEquals("51d7d7c49de990bfc4c963fc35af153e", fingerprint("anonymous", "0123456789".repeat(211)));
    }

    @Test
    void readsOnlyTheBytesThatItIsGivenAndWritesOnlyTheirWords() {
        Seeds.check(50, random -> {
            byte[] bytes = new byte[1000];
            new Random(random.nextLong()).nextBytes(bytes);
            int offset = random.nextInt(300);
            int length = random.nextInt(700);
            byte[] alone = Arrays.copyOfRange(bytes, offset, offset + length);
            SeriesHash hash = new SeriesHash(random.nextLong(), TenantId.ANONYMOUS);
            long[] hi = new long[3];
            long[] lo = new long[3];
            hash.fingerprint(bytes, offset, length, hi, lo, 1);
            long[] aloneHi = new long[3];
            long[] aloneLo = new long[3];
            hash.fingerprint(alone, 0, length, aloneHi, aloneLo, 1);
            assertArrayEquals(aloneHi, hi);
            assertArrayEquals(aloneLo, lo);
            assertEquals(0, hi[0] | hi[2] | lo[0] | lo[2]);
        });
    }

    @Test
    void dependsOnTenantAndClusterSeed() {
        assertNotEquals(fingerprint("a", "x"), fingerprint("b", "x"));
        long[] hi = new long[2];
        long[] lo = new long[2];
        new SeriesHash(1, TenantId.ANONYMOUS).fingerprint(new byte[20], 0, 20, hi, lo, 0);
        new SeriesHash(2, TenantId.ANONYMOUS).fingerprint(new byte[20], 0, 20, hi, lo, 1);
        assertNotEquals(hi[0], hi[1]);
        assertNotEquals(lo[0], lo[1]);
    }

    @Test
    void placesByTheUpper32Bits() {
        assertEquals(0xCAFEBABE, SeriesHash.placement(0xCAFEBABE_12345678L));
    }

    private static String fingerprint(String tenant, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long[] hi = new long[1];
        long[] lo = new long[1];
        new SeriesHash(SEED, new TenantId(tenant)).fingerprint(bytes, 0, bytes.length, hi, lo, 0);
        return "%016x%016x".formatted(hi[0], lo[0]);
    }
}
