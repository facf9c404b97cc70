package io.engram.server.config;

import java.util.Collection;

/** Finds the key that was probably meant. */
final class Typos {
    /** More edits than this, and it is another word. */
    private static final int MAX_EDITS = 4;

    private Typos() {}

    /** {@code "; did you mean server.http-port?"}, or nothing. */
    static String suggestion(String typed, Collection<String> known) {
        String best = null;
        int bestEdits = Math.min(MAX_EDITS, typed.length() / 3) + 1;
        for (String key : known) {
            int edits = edits(typed, key);
            if (edits < bestEdits || key.endsWith("." + typed) && best == null) {
                best = key;
                bestEdits = Math.min(bestEdits, edits);
            }
        }
        return best == null ? "" : "; did you mean " + best + "?";
    }

    /** Levenshtein's distance. */
    private static int edits(String a, String b) {
        int[] before = new int[b.length() + 1];
        for (int j = 0; j < before.length; j++) {
            before[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(row[j - 1], before[j]));
            }
            before = row;
        }
        return before[b.length()];
    }
}
