package io.engram.promql.ast;

/** What an expression evaluates to, with the names that Prometheus' API and error texts use. */
public enum ValueType {
    NONE("none"),
    SCALAR("scalar"),
    STRING("string"),
    VECTOR("vector"),
    MATRIX("matrix");

    private final String apiName;

    ValueType(String apiName) {
        this.apiName = apiName;
    }

    public String apiName() {
        return apiName;
    }

    /** As error texts say it: "instant vector", "range vector". */
    public String documented() {
        return switch (this) {
            case VECTOR -> "instant vector";
            case MATRIX -> "range vector";
            default -> apiName;
        };
    }
}
