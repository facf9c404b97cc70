package io.engram.ring;

import io.engram.model.failure.Cause;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The instances that did not answer one read, from its first question to its last. Safe for many threads. */
public final class MissingReaders {
    private final ReadTolerance tolerance;
    private final int asked;
    private final Runnable toldOfFirst;
    private final Map<Instance, RuntimeException> missing = new LinkedHashMap<>(); // guarded by this

    /** @param asked how many are asked: one at least must answer */
    public MissingReaders(ReadTolerance tolerance, int asked) {
        this(tolerance, asked, () -> {});
    }

    /** @param toldOfFirst called once, when the read goes on without an instance for the first time */
    MissingReaders(ReadTolerance tolerance, int asked, Runnable toldOfFirst) {
        this.tolerance = tolerance;
        this.asked = asked;
        this.toldOfFirst = toldOfFirst;
    }

    /**
     * Notes that an instance did not answer.
     *
     * @param why null where it was not waited for
     * @throws Failure {@link ErrorId#COPIES_MISSING} where samples might be missing from the answer now; {@code why} itself
     *     where the instance did answer, and refused the question: so would the others
     */
    public synchronized void add(Instance instance, RuntimeException why) {
        if (isRefusal(why)) {
            throw why;
        }
        boolean first = missing.isEmpty();
        missing.putIfAbsent(instance, why);
        if (!isWholeWithout(missing.keySet())) {
            throw failure();
        }
        if (first) {
            toldOfFirst.run();
        }
    }

    /** The same for instances that are known by their places in a list. */
    public Losses losses(List<Instance> instances) {
        return new Losses() {
            @Override
            public boolean allows(List<Integer> silent) {
                return MissingReaders.this.allows(
                        silent.stream().map(instances::get).toList());
            }

            @Override
            public void lost(int index, RuntimeException why) {
                add(instances.get(index), why);
            }
        };
    }

    private static boolean isRefusal(RuntimeException why) {
        return why instanceof Failure failure
                && failure.id().cause() != Cause.UNAVAILABLE
                && failure.id().cause() != Cause.BROKEN;
    }

    /** Whether the answer would be whole if these were missing as well. */
    public synchronized boolean allows(List<Instance> more) {
        List<Instance> all = new ArrayList<>(missing.keySet());
        more.stream().filter(instance -> !missing.containsKey(instance)).forEach(all::add);
        return isWholeWithout(all);
    }

    private boolean isWholeWithout(Collection<Instance> gone) {
        return gone.size() < asked && tolerance.allows(gone);
    }

    private Failure failure() {
        String who = missing.entrySet().stream()
                .map(entry -> name(entry.getKey())
                        + (entry.getValue() == null
                                ? ""
                                : ": " + entry.getValue().getMessage()))
                .collect(Collectors.joining("; "));
        RuntimeException first = missing.values().iterator().next();
        Failure failure = new Failure(
                ErrorId.COPIES_MISSING,
                missing.size() + " ingesters did not answer, so samples might be missing: " + who,
                first);
        missing.values().stream().filter(why -> why != null && why != first).forEach(failure::addSuppressed);
        return failure;
    }

    /** What whoever asked should know: a sentence for each. */
    public synchronized List<String> notes() {
        return missing.keySet().stream()
                .map(instance -> name(instance) + " did not answer; its copies were read from others")
                .toList();
    }

    private static String name(Instance instance) {
        return instance.zone().isEmpty() ? instance.id() : instance.id() + " (" + instance.zone() + ")";
    }
}
