/**
 * Runs of samples of one series as bytes: Prometheus' chunks, bit for bit. In: timestamps in milliseconds, strictly rising,
 * and raw bits of doubles or native histograms. Out: a chunk, or its samples again.
 *
 * <pre>
 * XOR (encoding 1), for floats
 * chunk:   count (uint16, big-endian), then a stream of bits, the last byte filled up with zeros
 * first:   varint(timestamp), 64 bits of the value
 * second:  uvarint(timestamp - first), value
 * others:  change of the time step: 0 | 10 + 14 bits | 110 + 17 bits | 1110 + 20 bits | 1111 + 64 bits, value
 * value:   XOR with the one before: 0 (same) | 10 + bits in the same place | 11 + leading (5), length (6), bits
 * </pre>
 *
 * <p>{@link io.engram.tsdb.chunk.XorAppender} is the rule; {@link io.engram.tsdb.chunk.XorEncoder} writes into a byte
 * array, the head writes into its blocks. {@link io.engram.tsdb.chunk.XorDecoder} reads.
 *
 * <pre>
 * histograms (2) and float histograms (3)
 * chunk:   count (uint16, big-endian), flags (1 byte, the upper two bits of a counter reset), layout, samples
 * layout:  zero threshold, schema, spans of the positive and the negative side, bounds where the schema is custom
 * sample:  time, count, zero count, sum, positive buckets, negative buckets; nothing behind the sum of a stale marker
 * time:    change of the time step as a varbit
 * 2:       count, zero count: change of the change; bucket: the same of its distance from its neighbour; all varbits
 * 3:       count, zero count, buckets: XOR, each with a bit window of its own
 * sum:     XOR
 * first:   time, counts and distances as varbits (2) or 64 bits (3), 64 bits of the sum
 * </pre>
 *
 * <p>{@link io.engram.tsdb.chunk.HistogramAppender} is the rule of what goes into one chunk,
 * {@link io.engram.tsdb.chunk.HistogramDecoder} reads. Prometheus versions differ in whether a chunk that ends on a byte's
 * edge has one more zero byte: XOR chunks here have it, as 2.42 writes them, histogram chunks have not, as 3.16 does.
 *
 * @see <a href="https://github.com/prometheus/prometheus/blob/main/tsdb/chunkenc/xor.go">tsdb/chunkenc/xor.go</a>
 */
package io.engram.tsdb.chunk;
