/**
 * The write-ahead log of an ingester, and the files of its checkpoints.
 *
 * <p>In come records: bytes whose first one says what they are ({@link io.engram.tsdb.wal.RecordType}). Out they come
 * again after a restart, in their order, each with its position. This package keeps no series and judges no sample;
 * the head does, and decides when a checkpoint makes the front of the log superfluous.
 *
 * <p>Read {@link io.engram.tsdb.wal.WriteAheadLog} first (the path of one record), then {@link
 * io.engram.tsdb.wal.LogReader} (what damage costs), {@link io.engram.tsdb.wal.SampleRecordEncoder} and {@link
 * io.engram.tsdb.wal.SeriesRecordEncoder} and {@link io.engram.tsdb.wal.SideRecordEncoder} (what a record holds), {@link io.engram.tsdb.wal.CheckpointWriter}.
 *
 * <h2>A segment</h2>
 *
 * <p>Named by its ordinal: {@code 00000017.wal}. Pages of 32 KiB; all numbers little-endian.
 *
 * <pre>{@code
 *  page 0                                              page 1
 *  +--------+----------+----------+-----+----------+--+----------+-----------+-----
 *  | header | fragment | fragment | ... | fragment |00| fragment | fragment  | ...
 *  +--------+----------+----------+-----+----------+--+----------+-----------+-----
 *
 *  header, 40 bytes                            fragment
 *   0  8  magic "ENGRWAL1"                      0  4  CRC-32C of what follows here, XOR place
 *   8  4  version, 1                            4  2  payload length, 1 to 32761
 *  12  4  flags: 1 = repeats records            6  1  kind: 1 whole, 2 first, 3 middle, 4 last part of a record;
 *  16  8  ordinal                                     + 16 in the prologue
 *  24  8  position it starts behind             7  n  payload; whole and first begin with the record's position (8)
 *  32  4  zero
 *  36  4  CRC-32C of bytes 0 to 35
 * }</pre>
 *
 * <p>A fragment never crosses a page, so that a reader which lost its way finds it again at the next page at the
 * latest. A record begins only where 15 bytes are left in the page (header and position); else the rest is zeros. A
 * segment that is being written, or was when the process ended, has up to 1 MiB of zeros behind its last record, into which the
 * next ones are written. Zeros anywhere else are damage. The <em>place</em> mixes the segment's ordinal and the fragment's
 * offset into the checksum: bytes of a deleted segment that a file system shows again, or bytes that moved, do not pass.
 *
 * <p>Behind the header comes the prologue: records repeated from earlier segments, all with the position at which the
 * segment starts. The other records carry their own position, which is their number since the log began. Numbers make
 * losses exact (a gap), and let a segment repeat records of the one before it, which happens after a failed write
 * (flag 1): a reader takes each number once.
 *
 * <h2>A checkpoint</h2>
 *
 * <pre>{@code
 *  header, 32 bytes                            section
 *   0  8  magic "ENGRCKP1"                      0  4  CRC-32C of what follows here, XOR place
 *   8  4  version, 1                            4  4  type, 1 and up; 0 is the end marker
 *  12  8  number of the checkpoint              8  4  payload length
 *  20  8  log position that it covers          12  n  payload
 *  28  4  CRC-32C of bytes 0 to 27             the end marker's payload: section count (8), payload bytes (8)
 * }</pre>
 *
 * <p>Written to {@code checkpoint-17.tmp}, synced, renamed to {@code checkpoint-17}, the folder synced.
 */
package io.engram.tsdb.wal;
