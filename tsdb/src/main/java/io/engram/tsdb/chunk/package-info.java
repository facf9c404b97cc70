/**
 * Runs of samples of one series as bytes: Prometheus' XOR chunks, bit for bit. In: timestamps in milliseconds and raw
 * bits of doubles, timestamps strictly rising. Out: a chunk, or its samples again.
 *
 * <pre>
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
 * @see <a href="https://github.com/prometheus/prometheus/blob/main/tsdb/chunkenc/xor.go">tsdb/chunkenc/xor.go</a>
 */
package io.engram.tsdb.chunk;
