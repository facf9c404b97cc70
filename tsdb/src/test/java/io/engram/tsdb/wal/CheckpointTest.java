package io.engram.tsdb.wal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CheckpointTest {
    private final FaultyFolder folder = new FaultyFolder();

    private static void write(LogFolder folder, long number, long logPosition, List<byte[]> sections)
            throws IOException {
        try (CheckpointWriter writer = CheckpointWriter.begin(folder, number, logPosition)) {
            for (int i = 0; i < sections.size(); i++) {
                writer.section(i + 1, sections.get(i), 0, sections.get(i).length);
            }
            writer.commit();
        }
    }

    private static void assertHolds(List<byte[]> sections, CheckpointReader reader) throws IOException {
        assertEquals(sections.size(), reader.sections().size());
        for (int i = sections.size() - 1; i >= 0; i--) {
            CheckpointReader.Section section = reader.sections().get(i);
            assertEquals(i + 1, section.type());
            byte[] target = new byte[section.length()];
            reader.read(section, target);
            assertArrayEquals(sections.get(i), target);
        }
    }

    @Test
    void sectionsComeBackInAnyOrderOfReading(@TempDir Path directory) {
        Seeds.check(10, random -> {
            LogFolder place = new DirectoryFolder(directory.resolve("ckpt"));
            List<byte[]> sections = new ArrayList<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                sections.add(LogScene.record(i, random.nextInt(random.nextBoolean() ? 3_000_000 : 100)));
            }
            long number = Checkpoints.nextNumber(place);
            write(place, number, 1234 + number, sections);
            try (CheckpointReader reader = Checkpoints.openNewest(place).orElseThrow()) {
                assertEquals(number, reader.number());
                assertEquals(1234 + number, reader.logPosition());
                assertHolds(sections, reader);
            }
            Checkpoints.deleteBefore(place, number);
            assertEquals(1, place.names().size());
        });
    }

    @Test
    void isRenamedOnlyAfterItsSyncAndDurableOnlyAfterTheFoldersSync() throws IOException {
        write(folder, 5, 9, List.of(new byte[100]));
        List<String> calls = folder.calls();
        assertEquals(
                List.of(
                        "sync checkpoint-00000005.tmp 172",
                        "close checkpoint-00000005.tmp",
                        "rename checkpoint-00000005.tmp checkpoint-00000005",
                        "sync folder"),
                calls.subList(calls.size() - 4, calls.size()));
        assertTrue(Checkpoints.openNewest(folder.afterPowerCut()).isPresent());
    }

    @Test
    void withoutACommitNothingIsLeft() throws IOException {
        try (CheckpointWriter writer = CheckpointWriter.begin(folder, 1, 9)) {
            writer.section(1, new byte[100], 0, 100);
        }
        assertEquals(List.of(), folder.names());
        assertEquals(Optional.empty(), Checkpoints.openNewest(folder));
    }

    @Test
    void aFailedSyncLeavesTheOlderCheckpointInForce() throws IOException {
        write(folder, 1, 10, List.of(new byte[10]));
        folder.faults = new FaultyFolder.Faults() {
            @Override
            public void sync(String name) throws IOException {
                throw new IOException("Input/output error");
            }
        };
        assertThrows(IOException.class, () -> write(folder, 2, 20, List.of(new byte[10])));
        assertEquals(List.of("checkpoint-00000001"), folder.names());
        assertEquals(10, Checkpoints.openNewest(folder).orElseThrow().logPosition());
    }

    @Test
    void shortWritesMakeNoDifference() throws IOException {
        folder.faults = new FaultyFolder.Faults() {
            @Override
            public int write(String name, int remaining) {
                return Math.max(1, remaining / 3);
            }
        };
        List<byte[]> sections = List.of(LogScene.record(1, 5000), LogScene.record(2, 2_500_000));
        write(folder, 1, 10, sections);
        assertHolds(sections, Checkpoints.openNewest(folder).orElseThrow());
    }

    @Test
    void aCheckpointWithAnyByteChangedOrMissingIsPassedOver() throws IOException {
        write(folder, 1, 10, List.of(LogScene.record(1, 30)));
        write(folder, 2, 20, List.of(LogScene.record(1, 30), new byte[0], LogScene.record(2, 40)));
        byte[] whole = folder.content("checkpoint-00000002");
        for (int i = 0; i < whole.length; i++) {
            folder.put("checkpoint-00000002", Arrays.copyOf(whole, i));
            assertEquals(10, Checkpoints.openNewest(folder).orElseThrow().logPosition(), "cut at " + i);
            byte[] changed = whole.clone();
            changed[i] ^= (byte) (1 << (i % 8));
            folder.put("checkpoint-00000002", changed);
            assertEquals(10, Checkpoints.openNewest(folder).orElseThrow().logPosition(), "changed at " + i);
        }
        folder.put("checkpoint-00000002", Arrays.copyOf(whole, whole.length + 1));
        assertEquals(10, Checkpoints.openNewest(folder).orElseThrow().logPosition());
        folder.put("checkpoint-00000002", whole);
        assertEquals(20, Checkpoints.openNewest(folder).orElseThrow().logPosition());
        assertEquals(3, Checkpoints.nextNumber(folder));
    }

    @Test
    void sectionsOfManyThreadsStayWhole() throws Exception {
        try (CheckpointWriter writer = CheckpointWriter.begin(folder, 1, 10)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 1; t <= 4; t++) {
                int type = t;
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; i < 50; i++) {
                            byte[] section = LogScene.record(type * 1000 + i, 3000);
                            writer.section(type, section, 0, section.length);
                        }
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            writer.commit();
        }
        CheckpointReader reader = Checkpoints.openNewest(folder).orElseThrow();
        int[] next = new int[5];
        byte[] target = new byte[3000];
        for (CheckpointReader.Section section : reader.sections()) {
            reader.read(section, target);
            assertArrayEquals(LogScene.record(section.type() * 1000L + next[section.type()]++, 3000), target);
        }
        assertEquals(200, reader.sections().size());
    }
}
