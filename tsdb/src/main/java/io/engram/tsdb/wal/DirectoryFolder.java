package io.engram.tsdb.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory of the local file system; created, with its parents, where it does not exist. */
public final class DirectoryFolder implements LogFolder {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryFolder.class);

    private final Path directory;

    public DirectoryFolder(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
    }

    @Override
    public LogFile create(String name, int roomBytes) throws IOException {
        Path file = directory.resolve(name);
        return new ChannelFile(
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), roomBytes);
    }

    @Override
    public LogSource open(String name) throws IOException {
        return new ChannelSource(FileChannel.open(directory.resolve(name), StandardOpenOption.READ));
    }

    @Override
    public List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        }
    }

    @Override
    public long sizeBytes(String name) throws IOException {
        return Files.size(directory.resolve(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(
                directory.resolve(from),
                directory.resolve(to),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private static final class ChannelFile implements LogFile {
        private static final ByteBuffer ZEROS =
                ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

        private final FileChannel channel;
        private final int roomBytes;
        private long end;
        private long roomEnd;

        ChannelFile(FileChannel channel, int roomBytes) {
            this.channel = channel;
            this.roomBytes = roomBytes;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int taken = channel.write(source);
            end += taken;
            if (end > roomEnd) {
                makeRoom();
            }
            return taken;
        }

        private void makeRoom() {
            roomEnd = end;
            try {
                while (roomEnd < end + roomBytes) {
                    ByteBuffer zeros = ZEROS.duplicate();
                    zeros.limit((int) Math.min(zeros.limit(), end + roomBytes - roomEnd));
                    roomEnd += channel.write(zeros, roomEnd);
                }
            } catch (IOException e) {
                // A full disk, for instance: room only makes syncs cheaper.
                LOG.debug("no room behind the end of the log", e);
            }
        }

        @Override
        public void sync() throws IOException {
            channel.force(false); // fdatasync: the size goes along, the modification time need not
        }

        @Override
        public void close() throws IOException {
            try (channel) {
                if (roomEnd > end) {
                    channel.truncate(end);
                }
            }
        }
    }

    private record ChannelSource(FileChannel channel) implements LogSource {
        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            int total = 0;
            while (target.hasRemaining()) {
                int count = channel.read(target, offset + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        }

        @Override
        public long sizeBytes() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
