package io.engram.tsdb.index;

import io.engram.model.labels.Matcher;
import io.engram.model.regex.Regex;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * From matchers to series.
 *
 * <ol>
 *   <li>Each matcher becomes a term: "has one of these pairs" or "has none of these pairs". A matcher that the empty
 *       value passes becomes the second kind, for then series without the label pass as well.
 *   <li>Terms that name one pair are intersected first, rarest first.
 *   <li>Then the other terms of the first kind, then those of the second. Where few series are left and a name has many
 *       values, the series are looked at one by one instead of the values.
 * </ol>
 */
final class Selection {
    /** Reading a series' labels costs about as much as testing this many values. */
    private static final int VALUES_PER_SERIES = 4;

    /** Reading a series' labels costs about as much as adding this many pairs to a union. */
    private static final int PAIRS_PER_SERIES = 8;

    private enum Kind {
        /** The pair of a name and a value. */
        PAIR,
        /** Every pair of a name. */
        ANY,
        /** The pairs of a name whose value the pattern matches. */
        MATCHING,
        /** The pairs of a name whose value the pattern does not match. */
        NOT_MATCHING
    }

    /** @param required whether a series must have such a pair, or must not */
    private record Term(boolean required, Kind kind, String name, String value, Regex regex) {}

    private final Snapshot at;
    private final int[] one = new int[1];

    /** What is selected so far; null where that is everything. */
    private RoaringBitmap result;

    private Selection(Snapshot at) {
        this.at = at;
    }

    static RoaringBitmap of(List<Matcher> matchers, Snapshot at) {
        return new Selection(at).select(matchers);
    }

    private RoaringBitmap select(List<Matcher> matchers) {
        List<Term> required = new ArrayList<>();
        List<Term> forbidden = new ArrayList<>();
        for (Matcher matcher : matchers) {
            Term term = term(matcher);
            (term.required ? required : forbidden).add(term);
        }
        if (!intersectPairs(required)) {
            return new RoaringBitmap();
        }
        required.removeIf(term -> term.kind == Kind.PAIR);
        required.sort(Comparator.comparingInt(this::cost));
        for (Term term : required) {
            NameEntry name = at.pairs().name(term.name);
            if (name == null || (result != null && result.isEmpty())) {
                return new RoaringBitmap();
            }
            apply(term, name);
        }
        if (result == null) {
            result = at.all();
        }
        for (Term term : forbidden) {
            NameEntry name = at.pairs().name(term.name);
            if (name != null && !result.isEmpty()) {
                apply(term, name);
            }
        }
        return result;
    }

    private static Term term(Matcher matcher) {
        String name = matcher.name();
        String value = matcher.value();
        Regex regex = matcher.regex();
        return switch (matcher.type()) {
            case EQUAL ->
                value.isEmpty()
                        ? new Term(false, Kind.ANY, name, "", null)
                        : new Term(true, Kind.PAIR, name, value, null);
            case NOT_EQUAL ->
                value.isEmpty()
                        ? new Term(true, Kind.ANY, name, "", null)
                        : new Term(false, Kind.PAIR, name, value, null);
            case REGEX -> regex.matchesEmpty() ? pattern(false, false, name, regex) : pattern(true, true, name, regex);
            case NOT_REGEX ->
                regex.matchesEmpty() ? pattern(true, false, name, regex) : pattern(false, true, name, regex);
        };
    }

    private static Term pattern(boolean required, boolean matching, String name, Regex regex) {
        List<String> literals = regex.literals();
        if (matching && literals != null && literals.size() == 1) {
            return new Term(required, Kind.PAIR, name, literals.getFirst(), null);
        }
        if (matching && regex.matchesAllButEmpty()) {
            return new Term(required, Kind.ANY, name, "", null);
        }
        return new Term(required, matching ? Kind.MATCHING : Kind.NOT_MATCHING, name, "", regex);
    }

    /** Returns false where a pair does not exist. */
    private boolean intersectPairs(List<Term> required) {
        int[] pairs = new int[required.size()];
        int count = 0;
        for (Term term : required) {
            if (term.kind == Kind.PAIR) {
                int pair = at.pairs().find(term.name, term.value);
                if (pair == PairTable.MISSING) {
                    return false;
                }
                int i = count++;
                for (;
                        i > 0
                                && at.postings().cardinality(pairs[i - 1])
                                        > at.postings().cardinality(pair);
                        i--) {
                    pairs[i] = pairs[i - 1];
                }
                pairs[i] = pair;
            }
        }
        for (int i = 0; i < count; i++) {
            if (i == 0) {
                result = at.postings().bitmap(pairs[i], at.limit());
            } else if (!result.isEmpty()) {
                at.postings().retain(pairs[i], result);
            }
        }
        return true;
    }

    /** About how much work a term is: how many values have to be looked at. */
    private int cost(Term term) {
        List<String> literals = term.kind == Kind.MATCHING ? term.regex.literals() : null;
        if (literals != null) {
            return literals.size();
        }
        NameEntry name = at.pairs().name(term.name);
        int values = name == null ? 0 : name.pairCount;
        boolean narrow = term.kind == Kind.MATCHING && !term.regex.prefix().isEmpty();
        return narrow ? values >>> 4 : values;
    }

    private void apply(Term term, NameEntry name) {
        if (term.kind == Kind.NOT_MATCHING && term.regex.matchesEverything()) {
            if (term.required) {
                result = new RoaringBitmap();
            }
            return;
        }
        int left = result == null ? Integer.MAX_VALUE : result.getCardinality();
        if (term.kind == Kind.ANY) {
            boolean byValues = name.cache().hasAny() || left / VALUES_PER_SERIES > name.pairCount;
            if (!byValues && left < Integer.MAX_VALUE) {
                filter(term, name);
            } else {
                combine(term.required, name.cache().any(name, at));
            }
            return;
        }
        if (mustTestValues(term, name) && (long) left * VALUES_PER_SERIES < name.pairCount) {
            filter(term, name);
            return;
        }
        int[] pairs = pairs(term, name);
        if ((long) left * PAIRS_PER_SERIES < pairs.length) {
            filter(term, name);
        } else if (!term.required && pairs.length == 1) {
            at.postings().subtract(pairs[0], result);
        } else {
            var union = new PostingsUnion(at.limit());
            for (int pair : pairs) {
                union.add(at.postings(), pair);
            }
            combine(term.required, union.result());
        }
    }

    private void combine(boolean required, RoaringBitmap series) {
        if (!required) {
            result.andNot(series);
        } else if (result == null) {
            result = series.clone();
            result.remove(at.limit(), 1L << 32);
        } else {
            result.and(series);
        }
    }

    /** True where finding the term's pairs means to test all values of the name. */
    private boolean mustTestValues(Term term, NameEntry name) {
        return switch (term.kind) {
            case PAIR, ANY -> false;
            case MATCHING ->
                term.regex.literals() == null
                        && !term.regex.matchesPrefixOnly()
                        && !name.cache().hasPairs(term.regex, true);
            case NOT_MATCHING -> !name.cache().hasPairs(term.regex, false);
        };
    }

    private int[] pairs(Term term, NameEntry name) {
        if (term.kind == Kind.PAIR) {
            one[0] = at.pairs().find(term.name, term.value);
            return one[0] == PairTable.MISSING ? new int[0] : one;
        }
        if (term.kind == Kind.MATCHING) {
            List<String> literals = term.regex.literals();
            if (literals != null) {
                return literalPairs(term.name, literals);
            }
            if (term.regex.matchesPrefixOnly()) {
                return prefixPairs(term.regex.prefix().getBytes(StandardCharsets.UTF_8), name);
            }
        }
        return name.cache().pairs(name, term.regex, term.kind == Kind.MATCHING, at);
    }

    private int[] literalPairs(String name, List<String> literals) {
        int[] pairs = new int[literals.size()];
        int count = 0;
        for (String literal : literals) {
            int pair = at.pairs().find(name, literal);
            if (pair != PairTable.MISSING) {
                pairs[count++] = pair;
            }
        }
        return Arrays.copyOf(pairs, count);
    }

    private int[] prefixPairs(byte[] prefix, NameEntry name) {
        int[] sorted = name.cache().sorted(name, at);
        int from = firstNotBelow(sorted, prefix, 0);
        return Arrays.copyOfRange(sorted, from, firstNotBelow(sorted, prefix, 1));
    }

    /** The first value whose beginning compares with the prefix to {@code order} or more. */
    private int firstNotBelow(int[] sorted, byte[] prefix, int order) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Integer.signum(at.comparePrefix(sorted[middle], prefix)) < order) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Looks at the labels of each series that is left. */
    private void filter(Term term, NameEntry name) {
        int[] kept = new int[result.getCardinality()];
        int count = 0;
        int lastPair = PairTable.MISSING;
        boolean lastSelected = false;
        for (var candidates = result.getIntIterator(); candidates.hasNext(); ) {
            int number = candidates.next();
            int pair = at.pairOf(number, name);
            if (pair != lastPair) {
                lastPair = pair;
                lastSelected = pair != PairTable.MISSING && selects(term, pair);
            }
            if (lastSelected == term.required) {
                kept[count++] = number;
            }
        }
        result = RoaringBitmap.bitmapOf(Arrays.copyOf(kept, count));
    }

    private boolean selects(Term term, int pair) {
        return switch (term.kind) {
            case PAIR -> at.pairs().value(pair).equals(term.value);
            case ANY -> true;
            case MATCHING -> at.matches(pair, term.regex);
            case NOT_MATCHING -> !at.matches(pair, term.regex);
        };
    }
}
