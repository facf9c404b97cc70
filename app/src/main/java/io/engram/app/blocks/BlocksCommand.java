package io.engram.app.blocks;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketConfig;
import io.engram.bucket.Buckets;
import io.engram.bucket.RequestCounts;
import io.engram.bucket.layout.TenantBucket;
import io.engram.compactor.tenant.Unfolding;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import io.engram.server.config.Config;
import io.engram.server.config.ConfigException;
import io.engram.server.config.ConfigLoader;
import io.engram.tsdb.block.BlockVerify;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code engram blocks …}: looks at blocks; {@code unfold} alone changes something. Exit codes: {@link #GOOD}, {@link #BAD}
 * where a block is damaged, not there, or cannot be unfolded, {@link #NOT_DONE} for a bad call or a bucket that does not
 * answer.
 */
public final class BlocksCommand {
    static final int GOOD = 0;
    static final int BAD = 1;
    static final int NOT_DONE = 2;

    public static final String USAGE = """
            Usage: engram blocks list   [--tenant=ID] [WHERE]           a line for every block
                   engram blocks show   ULID... [--tenant=ID] [WHERE]   all that is known of blocks
                   engram blocks verify [ULID...] [--tenant=ID] [WHERE] reads blocks whole and says what is wrong with them
                   engram blocks unfold ULID... [--tenant=ID] [WHERE]   brings back the blocks that folded ones were made of
              WHERE is --folder=PATH, in which blocks lie side by side (a Prometheus' data folder, say), or a bucket as the
              server has it: --bucket.* and --data.dir, --config.file, or the environment. Without it: ./data/bucket.
              Without a tenant: all tenants. Verify reads a bucket's blocks into a temporary folder, one at a time.
              Unfold works on a bucket, while the server runs or not. The folded block is marked for deletion; what it was
              made of has the samples of every replica again, and a no-compact mark, without which it would be folded anew.
              Queries see it after the compactor's next pass. It is refused once the originals are gone
              (compactor.folded-originals-retention).
              Exit codes: 0 all is well, 1 a block is damaged, partial or not there, or cannot be unfolded, 2 it could not be
              done.
            """;

    private final List<Class<? extends Record>> records;
    private final Function<Config, Path> dataDir;
    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    private final List<BlockId> ids = new ArrayList<>();
    private Optional<TenantId> tenant = Optional.empty();
    private Optional<Path> folder = Optional.empty();

    /**
     * @param records all that the server's configuration has: a file for the server must not be a mistake here
     * @param dataDir where the process keeps its data, by a configuration
     */
    public BlocksCommand(
            List<Class<? extends Record>> records,
            Function<Config, Path> dataDir,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err) {
        this.records = records;
        this.dataDir = dataDir;
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** @param args behind {@code blocks}; once for each command */
    public int run(List<String> args) {
        if (args.contains("--help") || args.contains("-h")) {
            out.print(USAGE);
            return GOOD;
        }
        String verb = args.isEmpty() ? "" : args.getFirst();
        if (!List.of("list", "show", "verify", "unfold").contains(verb)) {
            err.print(USAGE);
            return NOT_DONE;
        }
        try {
            List<String> flags = own(args.subList(1, args.size()));
            if (List.of("show", "unfold").contains(verb) && ids.isEmpty()) {
                throw new IllegalArgumentException(verb + " needs the ULID of a block");
            }
            if (verb.equals("list") && !ids.isEmpty()) {
                throw new IllegalArgumentException("list takes no ULID; use show");
            }
            if (folder.isPresent()) {
                if (!flags.isEmpty() || tenant.isPresent()) {
                    throw new IllegalArgumentException("--folder stands alone: a folder has no tenants and no bucket");
                }
                if (verb.equals("unfold")) {
                    throw new IllegalArgumentException("unfold needs a bucket: in a folder nothing says what is to go");
                }
                return look(verb, new FolderBlocks(folder.get()));
            }
            Config config = ConfigLoader.load(flags, environment, records);
            try (Bucket bucket = open(config.get(BucketConfig.class), dataDir.apply(config))) {
                BucketBlocks blocks = new BucketBlocks(bucket, tenant);
                return verb.equals("unfold") ? unfold(bucket, blocks) : look(verb, blocks);
            }
        } catch (ConfigException | IllegalArgumentException | Failure | IOException e) {
            err.println("engram blocks: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            return NOT_DONE;
        }
    }

    /** A server makes the folder of its bucket; who only looks must not. */
    private static Bucket open(BucketConfig config, Path dataDir) throws IOException {
        if (config.backend() == BucketConfig.Backend.FILESYSTEM) {
            Path root = config.filesystemDir().isEmpty() ? dataDir.resolve("bucket") : Path.of(config.filesystemDir());
            if (!Files.isDirectory(root)) {
                throw new NotDirectoryException("there is no bucket in the folder " + root);
            }
        }
        return Buckets.open(config, dataDir, new RequestCounts());
    }

    /** Takes out what is this command's own; what is left is configuration. */
    private List<String> own(List<String> args) {
        List<String> flags = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            boolean isOwn = arg.matches("--?(tenant|folder)(=.*)?");
            if (isOwn && !arg.contains("=") && i + 1 == args.size()) {
                throw new IllegalArgumentException(arg + " needs a value");
            }
            if (isOwn) {
                String value = arg.contains("=") ? arg.substring(arg.indexOf('=') + 1) : args.get(++i);
                if (arg.replaceFirst("^--?", "").startsWith("tenant")) {
                    tenant = Optional.of(new TenantId(value));
                } else {
                    folder = Optional.of(Path.of(value));
                }
            } else if (arg.startsWith("-")) {
                flags.add(arg);
                if (!arg.contains("=")
                        && i + 1 < args.size()
                        && BlockId.tryParse(args.get(i + 1)).isEmpty()) {
                    flags.add(args.get(++i));
                }
            } else {
                ids.add(BlockId.parse(arg));
            }
        }
        return flags;
    }

    private int look(String verb, BlockSource source) throws IOException {
        List<FoundBlock> all = source.list();
        List<FoundBlock> wanted = ids.isEmpty()
                ? all
                : all.stream().filter(block -> ids.contains(block.id())).toList();
        boolean good = true;
        for (BlockId id : ids) {
            if (wanted.stream().noneMatch(block -> block.id().equals(id))) {
                err.println("engram blocks: there is no block " + id + " in " + source.name());
                good = false;
            }
        }
        switch (verb) {
            case "list" -> {
                BlockTable.list(wanted, out);
                good &= wanted.stream().allMatch(block -> block.meta().isPresent());
            }
            case "show" -> wanted.forEach(block -> BlockTable.show(block, out));
            default -> {
                for (FoundBlock block : wanted) {
                    good &= verify(source, block);
                }
            }
        }
        return good ? GOOD : BAD;
    }

    private int unfold(Bucket bucket, BucketBlocks blocks) throws IOException {
        boolean good = true;
        for (BlockId id : ids) {
            List<TenantId> owners = blocks.tenantsOf(id);
            if (owners.isEmpty()) {
                err.println("engram blocks: there is no block " + id + " in " + blocks.name());
                good = false;
            }
            for (TenantId owner : owners) {
                good &= unfold(new TenantBucket(bucket, owner), id);
            }
        }
        return good ? GOOD : BAD;
    }

    private boolean unfold(TenantBucket own, BlockId id) throws IOException {
        try {
            List<BlockId> back = new Unfolding(own, Clock.system()).unfold(id);
            out.println(own.tenant() + "/" + id + ": unfolded; back after the compactor's next pass: "
                    + back.stream().map(BlockId::toString).collect(Collectors.joining(", ")));
            return true;
        } catch (Unfolding.Refused e) {
            err.println("engram blocks: " + e.getMessage());
            return false;
        }
    }

    private boolean verify(BlockSource source, FoundBlock block) throws IOException {
        String name = (block.tenant().isEmpty() ? "" : block.tenant() + "/") + block.id();
        if (block.meta().isEmpty()) {
            out.println(name + ": " + String.join("; ", block.notes()));
            return false;
        }
        List<BlockVerify.Finding> findings = new ArrayList<>();
        source.visit(block, local -> findings.addAll(BlockVerify.verify(local)));
        if (findings.isEmpty()) {
            out.println(name + ": ok, " + block.meta().get().stats().series() + " series, "
                    + block.meta().get().stats().samples() + " samples");
        }
        findings.forEach(finding -> out.println(name + ": " + finding));
        return findings.isEmpty();
    }
}
