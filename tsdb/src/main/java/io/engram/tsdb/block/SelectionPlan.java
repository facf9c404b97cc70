package io.engram.tsdb.block;

import io.engram.model.labels.Matcher;
import io.engram.model.regex.Regex;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.roaringbitmap.FastAggregation;
import org.roaringbitmap.RoaringBitmap;

/**
 * From matchers to the series of a block; the same answers as a head gives.
 *
 * <ol>
 *   <li>Each matcher becomes a term: "has one of these values" or "has none of these values". A matcher that the empty value
 *       passes becomes the second kind, for then series without the label pass as well.
 *   <li>Required terms are intersected, the shortest first. Without one, all series are the beginning.
 *   <li>Forbidden terms are taken away.
 *   <li>Where few series are left and a term has many lists, the labels of those series are read instead.
 * </ol>
 *
 * <p>A plan reads the offset table only. Who reads the lists decides how: a reader of a bucket asks for {@link Term#lists}
 * first and fetches what lies together. For one thread.
 */
public final class SelectionPlan {
    /** Reading a series costs about as much as reading this many lists. */
    private static final int LISTS_PER_SERIES = 4;

    /** Reads postings. */
    public interface Lists {
        /** The series of a list; the caller may change it. */
        RoaringBitmap read(PostingsRange range);

        /** Whether the labels of a series pass a matcher. */
        boolean passes(int ref, Matcher matcher);

        /** These are read next, each by itself: who reads from afar fetches together what lies together. */
        default void expect(List<PostingsRange> ranges) {}

        /** The series of all the lists. */
        default RoaringBitmap union(List<PostingsRange> ranges) {
            List<RoaringBitmap> each = new ArrayList<>();
            for (PostingsRange range : ranges) {
                each.add(read(range));
            }
            return each.size() == 1 ? each.getFirst() : FastAggregation.or(each.iterator());
        }

        /** Those of {@code refs} that pass; a bitmap of its own. */
        default RoaringBitmap passing(RoaringBitmap refs, Matcher matcher) {
            RoaringBitmap passing = new RoaringBitmap();
            refs.forEach((int ref) -> {
                if (passes(ref, matcher)) {
                    passing.add(ref);
                }
            });
            return passing;
        }

        /**
         * Whether it is cheaper to read so many series than so many lists.
         *
         * @param listBytes of the lists together, where that is known; else 0
         */
        default boolean prefersSeries(long series, long lists, long listBytes) {
            return series * LISTS_PER_SERIES < lists;
        }
    }

    /** What one matcher asks for. */
    public static final class Term {
        private final Matcher matcher;
        private final boolean required;
        private final PostingsOffsetTable table;
        private List<PostingsRange> lists;

        private Term(Matcher matcher, PostingsOffsetTable table) {
            this.matcher = matcher;
            this.table = table;
            this.required = !matcher.matchesEmpty();
        }

        /** Whether a series must be in one of the lists, or must be in none. */
        public boolean required() {
            return required;
        }

        /** Whether it names one value, so that there is at most one list. */
        private boolean one() {
            List<String> literals = literals();
            return literals != null && literals.size() <= 1;
        }

        /** How many lists there are at most, without looking. */
        public int mostLists() {
            List<String> literals = literals();
            return lists != null ? lists.size() : literals != null ? literals.size() : table.valueCount(matcher.name());
        }

        /** The values whose lists these are, where the matcher says them; else null. */
        private List<String> literals() {
            return switch (matcher.type()) {
                case EQUAL, NOT_EQUAL -> matcher.value().isEmpty() ? null : List.of(matcher.value());
                case REGEX -> required ? matcher.regex().literals() : null;
                case NOT_REGEX -> required ? null : matcher.regex().literals();
            };
        }

        /** The postings lists of the term, in the order of their values. */
        public List<PostingsRange> lists() {
            if (lists == null) {
                lists = findLists();
            }
            return lists;
        }

        private List<PostingsRange> findLists() {
            String name = matcher.name();
            List<String> literals = literals();
            if (literals != null) {
                List<PostingsRange> found = new ArrayList<>();
                for (String literal : literals) {
                    PostingsRange range = table.find(name, literal);
                    if (range != null) {
                        found.add(range);
                    }
                }
                return found;
            }
            Regex regex = matcher.regex();
            if (regex == null) {
                return table.ranges(name, _ -> true); // ="" and !=""
            }
            boolean matching = required == (matcher.type() == Matcher.Type.REGEX);
            if (regex.matchesEverything()) {
                return matching ? table.ranges(name, _ -> true) : List.of();
            }
            byte[] prefix = regex.prefix().getBytes(StandardCharsets.UTF_8);
            if (matching && regex.matchesPrefixOnly()) {
                return table.prefixRanges(name, prefix);
            }
            return table.ranges(name, value -> regex.matches(value, 0, value.length) == matching);
        }
    }

    private final PostingsOffsetTable table;
    private final List<Term> required = new ArrayList<>();
    private final List<Term> forbidden = new ArrayList<>();

    /** @param matchers all of which a series must pass; none for all series */
    public SelectionPlan(List<Matcher> matchers, PostingsOffsetTable table) {
        this.table = table;
        for (Matcher matcher : matchers) {
            Term term = new Term(matcher, table);
            (term.required ? required : forbidden).add(term);
        }
        required.sort(Comparator.comparing((Term term) -> !term.one()).thenComparingInt(Term::mostLists));
    }

    /** Of series that pass; sorted as they are to be evaluated. */
    public List<Term> required() {
        return List.copyOf(required);
    }

    public List<Term> forbidden() {
        return List.copyOf(forbidden);
    }

    /** The series that pass, as references: their order is that of the index. */
    public RoaringBitmap evaluate(Lists lists) {
        RoaringBitmap result = single(lists);
        for (Term term : required) {
            if (result != null && result.isEmpty()) {
                return result;
            }
            if (!term.one()) {
                result = apply(result, term, lists);
            }
        }
        if (result == null) {
            result = lists.read(table.all());
        }
        for (Term term : forbidden) {
            if (!result.isEmpty() && table.valueCount(term.matcher.name()) > 0) {
                result = apply(result, term, lists);
            }
        }
        return result;
    }

    /** Intersects the terms of one list each, the shortest first; null where there is none. */
    private RoaringBitmap single(Lists lists) {
        List<Term> ones = new ArrayList<>();
        for (Term term : required) {
            if (term.one()) {
                if (term.lists().isEmpty()) {
                    return new RoaringBitmap();
                }
                ones.add(term);
            }
        }
        ones.sort(Comparator.comparingLong(term -> term.lists().getFirst().maxCount()));
        RoaringBitmap result = null;
        for (Term term : ones) {
            PostingsRange range = term.lists().getFirst();
            if (result == null) {
                result = lists.read(range);
            } else if (result.isEmpty()) {
                return result;
            } else if (lists.prefersSeries(result.getCardinality(), 1, range.endOffset() - range.offset())) {
                result = lists.passing(result, term.matcher);
            } else {
                result.and(lists.read(range));
            }
        }
        return result;
    }

    private RoaringBitmap apply(RoaringBitmap result, Term term, Lists lists) {
        if (result != null && lists.prefersSeries(result.getCardinality(), term.mostLists(), 0)) {
            return lists.passing(result, term.matcher);
        }
        RoaringBitmap union = lists.union(term.lists());
        if (!term.required) {
            result.andNot(union);
            return result;
        }
        if (result == null) {
            return union;
        }
        result.and(union);
        return result;
    }
}
