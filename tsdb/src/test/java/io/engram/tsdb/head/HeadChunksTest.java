package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.engram.model.read.ChunkEncoding;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadChunksTest {
    /** So long that 2047 of them and the file's header are a whole file to the byte. */
    private static final int FRAME_BYTES = 32_784;

    @TempDir
    private Path dir;

    @Test
    void chunksBehindAFileThatIsFullToTheByteAreFound() throws Exception {
        assertEquals(HeadChunks.SEGMENT_BYTES, ChunkSegment.HEADER.length + 2047 * FRAME_BYTES);
        HeadChunks chunks = new HeadChunks(dir);
        byte[] frame = new byte[FRAME_BYTES];
        CRC32C crc = new CRC32C();
        long[] positions = new long[2050];
        for (int i = 0; i < positions.length; i++) {
            int length = ChunkFrame.finish(
                    frame, FRAME_BYTES - ChunkFrame.HEADER_BYTES, ChunkEncoding.XOR, 1, i, i, 0, 7, crc);
            positions[i] = chunks.append(frame, length, i, i);
        }
        ChunkView view = chunks.view();
        for (int i = 0; i < positions.length; i++) {
            MemorySegment file = view.segment(positions[i]);
            assertNotNull(file, "file of chunk " + i);
            assertEquals(i, ChunkFrame.minMs(file, ChunkView.offset(positions[i])));
        }
        view.release();
        chunks.close();
    }
}
