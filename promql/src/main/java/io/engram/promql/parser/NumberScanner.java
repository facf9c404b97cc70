package io.engram.promql.parser;

/**
 * Finds where a number or duration ends. It is generous: what it takes for a number may still be refused when its value
 * is read. Which characters belong to a broken number shows in the error text, so it goes the way of Prometheus' lexer.
 */
final class NumberScanner {
    private static final String DECIMAL = "0123456789";
    private static final String HEXADECIMAL = "0123456789abcdefABCDEF";

    private final String input;
    private int pos;

    NumberScanner(String input) {
        this.input = input;
    }

    /** Where the last scan stopped. */
    int end() {
        return pos;
    }

    /** Decimal, hexadecimal or floating: true if one ends at {@link #end}. */
    boolean scan(int start) {
        pos = start;
        String digits = DECIMAL;
        if (accept("0") && accept("xX")) {
            accept("_");
            digits = HEXADECIMAL;
        }
        accept(".");
        accept(digits);
        boolean dotSeen = false;
        boolean exponentSeen = false;
        while (is(digits) || is("._eE")) {
            if (dotSeen && accept(".") || exponentSeen && accept("eE")) {
                return false;
            }
            if (accept(".")) {
                dotSeen = true;
                if (accept("_.") || digits.equals(HEXADECIMAL)) {
                    return false;
                }
            } else if (accept("eE")) {
                exponentSeen = true;
                accept("+-");
                if (accept("._eE") || pos >= input.length()) {
                    return false;
                }
            } else if (accept("_")) {
                if (accept("._eE") || pos >= input.length()) {
                    return false;
                }
            } else {
                acceptRun(digits);
            }
        }
        return pos > start && !alphaNumericFollows();
    }

    /** The rest of a duration, whose first digits end at {@code from}. */
    boolean scanDuration(int from) {
        pos = from;
        if (!accept("smhdwy")) {
            return false;
        }
        accept("s");
        while (accept(DECIMAL)) {
            acceptRun(DECIMAL);
            if (!accept("smhdw")) {
                return false;
            }
            accept("s");
        }
        if (alphaNumericFollows()) {
            pos++;
            return false;
        }
        return true;
    }

    private boolean alphaNumericFollows() {
        return pos < input.length() && Lexer.isAlphaNumeric(input.charAt(pos));
    }

    private boolean is(String set) {
        return pos < input.length() && set.indexOf(input.charAt(pos)) >= 0;
    }

    private boolean accept(String set) {
        if (!is(set)) {
            return false;
        }
        pos++;
        return true;
    }

    private void acceptRun(String set) {
        while (is(set)) {
            pos++;
        }
    }
}
