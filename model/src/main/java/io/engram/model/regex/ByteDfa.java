package io.engram.model.regex;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs a {@link ByteNfa} with one table look-up a byte. A state stands for a set of instructions; it is worked out when a
 * text first gets there and kept. After {@value #MAX_STATES} states it gives up for good: an expression that needs more
 * is left to the general engine.
 *
 * <p>Any number of threads may run it. An entry of the table says all there is to know about where it leads, so that
 * threads need not agree on when they see it; one that does not see an entry yet works it out again, one at a time.
 */
final class ByteDfa {
    enum Answer {
        YES,
        NO,
        /** There were too many states. */
        UNKNOWN
    }

    static final int MAX_STATES = 1000;

    // An entry: where the row of the next state begins, times two, plus one if the text may end there; 0: not known.
    private static final int DEAD = 1 << 30;
    private static final int ALL = DEAD + 1;

    private static final int FIRST_STATES = 8;

    private final ByteNfa nfa;
    private final byte[] classOf;
    private final int classCount;
    private final int start;

    /** A copy replaces it when it is full; entries for states beyond a table's end are never written into it. */
    private volatile int[] table;

    private volatile boolean gaveUp;

    private final Map<IntBuffer, Integer> states = new HashMap<>(); // guarded by this
    private int[][] instructions = new int[FIRST_STATES][]; // guarded by this: of each state
    private int stateCount = 1; // guarded by this; row 0 is unused, so that no entry is 0

    ByteDfa(ByteNfa nfa) {
        this.nfa = nfa;
        this.classOf = nfa.byteClasses();
        this.classCount = (classOf[255] & 0xFF) + 1;
        this.table = new int[FIRST_STATES * classCount];
        var set = new InstructionSet(nfa);
        set.add(nfa.start());
        this.start = stateOf(set);
    }

    Answer matches(byte[] utf8, int from, int to) {
        int[] entries = table;
        int entry = start;
        for (int i = from; i < to; i++) {
            if (entry >= DEAD) {
                break;
            }
            int value = utf8[i] & 0xFF;
            int then = entries[(entry >>> 1) + (classOf[value] & 0xFF)];
            if (then == 0) {
                then = step(entry, value);
                if (then == 0) {
                    return Answer.UNKNOWN;
                }
                entries = table;
            }
            entry = then;
        }
        return (entry & 1) != 0 ? Answer.YES : Answer.NO;
    }

    Answer matches(String text) {
        int entry = start;
        int length = text.length();
        for (int i = 0; i < length && entry < DEAD && entry != 0; i++) {
            int c = text.charAt(i);
            if (c < 0x80) {
                entry = next(entry, c);
            } else {
                if (Character.isHighSurrogate((char) c) && i + 1 < length) {
                    c = text.codePointAt(i++);
                }
                entry = nextOfLong(entry, c);
            }
        }
        return entry == 0 ? Answer.UNKNOWN : (entry & 1) != 0 ? Answer.YES : Answer.NO;
    }

    private int nextOfLong(int from, int c) {
        int entry = from;
        if (c < 0x800) {
            entry = next(entry, 0xC0 | c >> 6);
        } else {
            if (c < 0x10000) {
                entry = next(entry, 0xE0 | c >> 12);
            } else {
                entry = next(entry, 0xF0 | c >> 18);
                entry = next(entry, 0x80 | (c >> 12 & 0x3F));
            }
            entry = next(entry, 0x80 | (c >> 6 & 0x3F));
        }
        return next(entry, 0x80 | (c & 0x3F));
    }

    private int next(int entry, int value) {
        if (entry >= DEAD || entry == 0) {
            return entry;
        }
        int then = table[(entry >>> 1) + (classOf[value] & 0xFF)];
        return then != 0 ? then : step(entry, value);
    }

    /** Works out an entry; 0 where that would be a state too many. */
    private synchronized int step(int entry, int value) {
        if (gaveUp) {
            return 0;
        }
        int row = entry >>> 1;
        var set = new InstructionSet(nfa);
        for (int instruction : instructions[row / classCount]) {
            if (nfa.reads(instruction, value)) {
                set.add(nfa.next(instruction));
            }
        }
        int then = stateOf(set);
        if (then == 0) {
            gaveUp = true;
            states.clear();
            return 0;
        }
        table[row + (classOf[value] & 0xFF)] = then;
        return then;
    }

    /** The entry that leads to a set of instructions. */
    private synchronized int stateOf(InstructionSet set) {
        if (set.contains(ByteNfa.MATCH_ALL)) {
            return ALL;
        }
        int[] members = set.sorted();
        if (members.length == 0) {
            return DEAD;
        }
        int accepts = members[0] == ByteNfa.MATCH ? 1 : 0;
        Integer known = states.get(IntBuffer.wrap(members));
        if (known != null) {
            return known * classCount * 2 + accepts;
        }
        if (stateCount == MAX_STATES) {
            return 0;
        }
        int state = stateCount++;
        if (state == instructions.length) {
            int more = Math.min(MAX_STATES, state * 2);
            instructions = Arrays.copyOf(instructions, more);
            table = Arrays.copyOf(table, more * classCount);
        }
        instructions[state] = members;
        states.put(IntBuffer.wrap(members), state);
        return state * classCount * 2 + accepts;
    }

    /** The instructions that read a byte, or match, reached from some. */
    private static final class InstructionSet {
        private final ByteNfa nfa;
        private final boolean[] seen;
        private int[] stack = new int[16];
        private int[] members = new int[16];
        private int count;

        InstructionSet(ByteNfa nfa) {
            this.nfa = nfa;
            this.seen = new boolean[nfa.size()];
        }

        boolean contains(int instruction) {
            return seen[instruction];
        }

        void add(int instruction) {
            int depth = 0;
            stack[depth++] = instruction;
            while (depth > 0) {
                int at = stack[--depth];
                if (seen[at]) {
                    continue;
                }
                seen[at] = true;
                if (nfa.isSplit(at)) {
                    if (depth + 2 > stack.length) {
                        stack = Arrays.copyOf(stack, stack.length * 2);
                    }
                    stack[depth++] = nfa.alternative(at);
                    stack[depth++] = nfa.next(at);
                } else {
                    if (count == members.length) {
                        members = Arrays.copyOf(members, count * 2);
                    }
                    members[count++] = at;
                }
            }
        }

        int[] sorted() {
            int[] sorted = Arrays.copyOf(members, count);
            Arrays.sort(sorted);
            return sorted;
        }
    }
}
