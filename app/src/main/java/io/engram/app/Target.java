package io.engram.app;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a process can be; one can be several at once. */
enum Target {
    /** Takes writes and hands them to their ingesters. */
    DISTRIBUTOR,
    /** Holds the recent samples and ships blocks. */
    INGESTER,
    /** Answers queries. */
    QUERIER,
    /** Reads blocks in the bucket for queriers. */
    STORE_GATEWAY,
    /** Merges and expires blocks in the bucket. */
    COMPACTOR;

    /** All of them. */
    static final String ALL = "all";

    /** As it is written in {@code target}: {@code store-gateway}. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @param text {@code all}, or names with commas between them
     * @throws IllegalArgumentException which names the key and what is not known
     */
    static Set<Target> parse(String text) {
        Set<Target> targets = EnumSet.noneOf(Target.class);
        for (String part : text.split(",", -1)) {
            String name = part.strip();
            if (name.equals(ALL)) {
                targets.addAll(EnumSet.allOf(Target.class));
            } else {
                targets.add(of(name));
            }
        }
        return targets;
    }

    private static Target of(String name) {
        List<String> known = new ArrayList<>(List.of(ALL));
        for (Target target : values()) {
            if (target.text().equals(name)) {
                return target;
            }
            known.add(target.text());
        }
        throw new IllegalArgumentException("target: '" + name + "' is not what this release can be; it runs as "
                + String.join(", ", known) + ", or several of them with commas between");
    }
}
