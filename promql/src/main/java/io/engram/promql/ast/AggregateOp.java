package io.engram.promql.ast;

/** Aggregation operators, by their names in PromQL. */
public enum AggregateOp {
    SUM("sum", false),
    AVG("avg", false),
    COUNT("count", false),
    MIN("min", false),
    MAX("max", false),
    GROUP("group", false),
    STDDEV("stddev", false),
    STDVAR("stdvar", false),
    TOPK("topk", true),
    BOTTOMK("bottomk", true),
    COUNT_VALUES("count_values", true),
    QUANTILE("quantile", true),
    LIMITK("limitk", true),
    LIMIT_RATIO("limit_ratio", true);

    private final String symbol;
    private final boolean takesParameter;

    AggregateOp(String symbol, boolean takesParameter) {
        this.symbol = symbol;
        this.takesParameter = takesParameter;
    }

    public String symbol() {
        return symbol;
    }

    public boolean takesParameter() {
        return takesParameter;
    }

    public boolean experimental() {
        return this == LIMITK || this == LIMIT_RATIO;
    }
}
