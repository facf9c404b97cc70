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

/** A directory of the local file system; created, with its parents, where it does not exist. */
public final class DirectoryFolder implements LogFolder {
    private final Path directory;

    public DirectoryFolder(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
    }

    @Override
    public LogFile create(String name) throws IOException {
        return new ChannelFile(
                FileChannel.open(directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
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

    private record ChannelFile(FileChannel channel) implements LogFile {
        @Override
        public int write(ByteBuffer source) throws IOException {
            return channel.write(source);
        }

        @Override
        public void sync() throws IOException {
            channel.force(false); // fdatasync: the size goes along, the modification time need not
        }

        @Override
        public void close() throws IOException {
            channel.close();
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
