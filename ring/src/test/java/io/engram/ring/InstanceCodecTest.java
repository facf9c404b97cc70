package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.engram.model.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InstanceCodecTest {
    private static final Instance INGESTER = new Instance(
            "ingester-1", "127.0.0.1:9095", "zone-a", Instance.State.LEAVING, true, true, List.of(0x7fffff, -1), 1234);
    private static final String TEXT = """
            engram instance 1
            id ingester-1
            address 127.0.0.1:9095
            zone zone-a
            state LEAVING
            read-only true
            registered 1234
            tokens 007fffff,ffffffff
            """;

    @Test
    void theTextIsPinned() {
        assertEquals(TEXT, new String(InstanceCodec.encode(INGESTER), StandardCharsets.UTF_8));
        assertEquals(INGESTER, InstanceCodec.decode(TEXT.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsWrittenIsRead() {
        Seeds.check(200, random -> {
            List<Integer> tokens = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                tokens.add(random.nextInt());
            }
            Instance.State state = Instance.State.values()[random.nextInt(4)];
            Instance instance = new Instance("i", "", "", state, random.nextBoolean(), true, tokens, random.nextLong());
            assertEquals(instance, InstanceCodec.decode(InstanceCodec.encode(instance)));
        });
    }

    @Test
    void linesOfLaterVersionsArePassedOver() {
        String later = TEXT.replace("zone zone-a", "zone zone-a\nweight 7");
        assertEquals(INGESTER, InstanceCodec.decode(later.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsCutOffIsRefused() {
        byte[] whole = InstanceCodec.encode(INGESTER);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(IllegalArgumentException.class, () -> InstanceCodec.decode(cut), length + " bytes");
        }
    }
}
