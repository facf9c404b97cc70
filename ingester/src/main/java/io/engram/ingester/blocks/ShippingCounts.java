package io.engram.ingester.blocks;

import java.util.concurrent.atomic.LongAdder;

/** What all tenants' blocks have come to since the start. */
final class ShippingCounts {
    final LongAdder cut = new LongAdder();
    final LongAdder shipped = new LongAdder();
    final LongAdder shippedBytes = new LongAdder();
    final LongAdder releases = new LongAdder();
    final LongAdder failures = new LongAdder();
}
