package io.engram.tsdb.block;

import java.util.zip.CRC32C;

/** Damages bytes so that checksums do not tell. */
final class Damage {
    private Damage() {}

    /** Writes the checksum of {@code bytes[from .. from + length)} behind them. */
    static void fixChecksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        Varint.putInt(bytes, from + length, (int) crc.getValue());
    }
}
