package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.server.config.ConfigLoader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreGatewayConfigTest {
    private static final long GIB = 1L << 30;

    @Test
    void cachesGrowWithTheHeapUnlessTheyAreSet() throws Exception {
        StoreGatewayConfig small = ConfigLoader.defaults(StoreGatewayConfig.class);
        assertEquals(64 << 20, small.postingsCacheBytes(4 * GIB));
        assertEquals(128 << 20, small.seriesCacheBytes(4 * GIB));
        assertEquals(256 << 20, small.chunksCacheBytes(4 * GIB));
        assertEquals(16 << 20, small.chunksCacheBytes(GIB / 4));

        StoreGatewayConfig set = ConfigLoader.record(
                StoreGatewayConfig.class,
                Map.of(
                        "store-gateway.postings-cache-size", "1MiB",
                        "store-gateway.series-cache-size", "2MiB",
                        "store-gateway.chunks-cache-size", "1"));
        assertEquals(1 << 20, set.postingsCacheBytes(GIB));
        assertEquals(2 << 20, set.seriesCacheBytes(GIB));
        assertEquals(1, set.chunksCacheBytes(GIB));
    }
}
