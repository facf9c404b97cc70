package io.engram.promql.parser;

import io.engram.promql.ast.AggregateOp;
import io.engram.promql.ast.BinaryOp;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Kinds of tokens; error texts name them in different ways by their {@link Group}. */
enum TokenType {
    END_OF_INPUT("end of input", Group.DESCRIBED),
    IDENTIFIER("identifier", Group.DESCRIBED),
    /** An identifier with a colon: only a metric can be called so. */
    METRIC_IDENTIFIER("metric identifier", Group.DESCRIBED),
    STRING("string", Group.DESCRIBED),
    NUMBER("number", Group.DESCRIBED),
    DURATION("duration", Group.DESCRIBED),

    LEFT_PAREN("(", Group.SIGN),
    RIGHT_PAREN(")", Group.SIGN),
    LEFT_BRACE("{", Group.SIGN),
    RIGHT_BRACE("}", Group.SIGN),
    LEFT_BRACKET("[", Group.SIGN),
    RIGHT_BRACKET("]", Group.SIGN),
    COMMA(",", Group.SIGN),
    COLON(":", Group.SIGN),
    EQL("=", Group.SIGN),

    ADD(BinaryOp.ADD),
    SUB(BinaryOp.SUB),
    MUL(BinaryOp.MUL),
    DIV(BinaryOp.DIV),
    MOD(BinaryOp.MOD),
    POW(BinaryOp.POW),
    EQLC(BinaryOp.EQL),
    NEQ(BinaryOp.NEQ),
    LTE(BinaryOp.LTE),
    LSS(BinaryOp.LSS),
    GTE(BinaryOp.GTE),
    GTR(BinaryOp.GTR),
    TRIM_UPPER(BinaryOp.TRIM_UPPER),
    TRIM_LOWER(BinaryOp.TRIM_LOWER),
    EQL_REGEX("=~", Group.OPERATOR),
    NEQ_REGEX("!~", Group.OPERATOR),
    AT("@", Group.OPERATOR),
    AND(BinaryOp.AND),
    OR(BinaryOp.OR),
    UNLESS(BinaryOp.UNLESS),
    ATAN2(BinaryOp.ATAN2),

    SUM(AggregateOp.SUM),
    AVG(AggregateOp.AVG),
    COUNT(AggregateOp.COUNT),
    MIN(AggregateOp.MIN),
    MAX(AggregateOp.MAX),
    GROUP(AggregateOp.GROUP),
    STDDEV(AggregateOp.STDDEV),
    STDVAR(AggregateOp.STDVAR),
    TOPK(AggregateOp.TOPK),
    BOTTOMK(AggregateOp.BOTTOMK),
    COUNT_VALUES(AggregateOp.COUNT_VALUES),
    QUANTILE(AggregateOp.QUANTILE),
    LIMITK(AggregateOp.LIMITK),
    LIMIT_RATIO(AggregateOp.LIMIT_RATIO),

    OFFSET("offset", Group.KEYWORD),
    SMOOTHED("smoothed", Group.KEYWORD),
    ANCHORED("anchored", Group.KEYWORD),
    BY("by", Group.KEYWORD),
    WITHOUT("without", Group.KEYWORD),
    ON("on", Group.KEYWORD),
    IGNORING("ignoring", Group.KEYWORD),
    GROUP_LEFT("group_left", Group.KEYWORD),
    GROUP_RIGHT("group_right", Group.KEYWORD),
    FILL("fill", Group.KEYWORD),
    FILL_LEFT("fill_left", Group.KEYWORD),
    FILL_RIGHT("fill_right", Group.KEYWORD),
    BOOL("bool", Group.KEYWORD),

    START("start", Group.WORD),
    END("end", Group.WORD),
    STEP("step", Group.WORD),
    RANGE("range", Group.WORD),
    MAX_OF("max_of", Group.WORD),
    MIN_OF("min_of", Group.WORD);

    enum Group {
        DESCRIBED,
        SIGN,
        OPERATOR,
        AGGREGATION,
        KEYWORD,
        WORD
    }

    private static final Map<String, TokenType> KEYWORDS = keywords();

    final String text;
    final Group group;
    /** Null where the token joins no two expressions. */
    final BinaryOp binaryOp;
    /** Null where the token is no aggregation. */
    final AggregateOp aggregateOp;

    TokenType(String text, Group group) {
        this.text = text;
        this.group = group;
        this.binaryOp = null;
        this.aggregateOp = null;
    }

    TokenType(BinaryOp op) {
        this.text = op.symbol();
        this.group = Group.OPERATOR;
        this.binaryOp = op;
        this.aggregateOp = null;
    }

    TokenType(AggregateOp op) {
        this.text = op.symbol();
        this.group = Group.AGGREGATION;
        this.binaryOp = null;
        this.aggregateOp = op;
    }

    /** The token that a word is, in whatever case it is written; null for a plain identifier. */
    static TokenType keyword(String word) {
        return KEYWORDS.get(word.toLowerCase(Locale.ROOT));
    }

    /** Whether a metric may be called so without quotes. */
    boolean namesMetric() {
        return switch (this) {
            case IDENTIFIER, METRIC_IDENTIFIER, AND, OR, UNLESS, OFFSET, SMOOTHED, ANCHORED, BY, WITHOUT -> true;
            case FILL, FILL_LEFT, FILL_RIGHT -> true;
            default -> group == Group.AGGREGATION || group == Group.WORD;
        };
    }

    /** Whether a label may be called so without quotes in a list of labels. */
    boolean namesLabel() {
        return switch (this) {
            case IDENTIFIER, METRIC_IDENTIFIER, AND, OR, UNLESS, ATAN2 -> true;
            case WITHOUT -> false;
            default -> group == Group.AGGREGATION || group == Group.WORD || group == Group.KEYWORD;
        };
    }

    /** Whether an expression can begin with it. */
    boolean startsExpression() {
        return switch (this) {
            case STRING, NUMBER, DURATION, LEFT_PAREN, LEFT_BRACE, ADD, SUB -> true;
            default -> namesMetric();
        };
    }

    private static Map<String, TokenType> keywords() {
        var keywords = new HashMap<String, TokenType>();
        for (TokenType type : values()) {
            boolean word = Character.isLetter(type.text.charAt(0)) && type.group != Group.DESCRIBED;
            if (word) {
                keywords.put(type.text, type);
            }
        }
        keywords.put("inf", NUMBER);
        keywords.put("nan", NUMBER);
        return Map.copyOf(keywords);
    }
}
