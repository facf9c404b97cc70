package io.engram.app;

import io.engram.bucket.BucketConfig;
import io.engram.compactor.CompactorConfig;
import io.engram.ingester.blocks.BlocksConfig;
import io.engram.model.time.Durations;
import io.engram.querier.QuerierConfig;
import io.engram.server.config.Config;
import io.engram.server.config.ConfigException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether heads keep samples until queriers find them in the bucket, as configured.
 *
 * <ol>
 *   <li>A bucket index is written every {@code compactor.interval}, and each querier reads it every
 *       {@code querier.bucket-index-refresh}. Until then it must not have become older than {@code bucket.index-max-age}, or
 *       queries would fail between two of them.
 *   <li>A querier whose index is older than that refuses to answer: within this time every one has learnt of a block or says
 *       that it has not. Heads keep the samples twice as long, so that clocks may differ and requests may hang.
 * </ol>
 *
 * Store-gateways do not count: they open any block that they are asked for.
 */
final class BlockHandover {
    private BlockHandover() {}

    static void check(Config config) throws ConfigException {
        List<String> mistakes = mistakes(
                config.get(BlocksConfig.class).releaseDelay(),
                config.get(BucketConfig.class).indexMaxAge(),
                config.get(CompactorConfig.class).interval(),
                config.get(QuerierConfig.class).bucketIndexRefresh());
        if (!mistakes.isEmpty()) {
            throw new ConfigException(mistakes);
        }
    }

    static List<String> mistakes(Duration releaseDelay, Duration indexMaxAge, Duration interval, Duration refresh) {
        List<String> mistakes = new ArrayList<>();
        // A pass begins up to a tenth later than the interval says.
        long nextIndexMs = interval.toMillis() + interval.toMillis() / 10 + refresh.toMillis();
        String nextIndex = "compactor.interval (" + text(interval)
                + ", and a tenth more) and querier.bucket-index-refresh (" + text(refresh) + ") together";
        boolean anyAge = indexMaxAge.isZero();
        if (!anyAge && indexMaxAge.toMillis() < nextIndexMs) {
            mistakes.add("bucket.index-max-age is " + text(indexMaxAge) + " and must be at least "
                    + Durations.format(nextIndexMs) + ", " + nextIndex
                    + ": queries would fail before the next index is read");
        }
        long learntMs = anyAge ? nextIndexMs : indexMaxAge.toMillis();
        if (releaseDelay.toMillis() < 2 * learntMs) {
            mistakes.add("ingester.release-delay is " + text(releaseDelay) + " and must be at least "
                    + Durations.format(2 * learntMs) + ", twice "
                    + (anyAge
                            ? nextIndex + " (bucket.index-max-age is 0)"
                            : "bucket.index-max-age (" + text(indexMaxAge) + ")")
                    + ": heads would let go of samples before every querier must have learnt of their block");
        }
        return mistakes;
    }

    private static String text(Duration duration) {
        return Durations.format(duration.toMillis());
    }
}
