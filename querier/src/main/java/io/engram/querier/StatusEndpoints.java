package io.engram.querier;

import io.engram.model.time.Clock;
import io.engram.promql.ast.Expr;
import io.engram.promql.parser.ParseException;
import io.engram.promql.parser.Parser;
import io.engram.promql.parser.ParserOptions;
import io.engram.promql.parser.Printer;
import io.engram.server.http.Exchange;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The parts of the API that touch no data: what the server is, and what Grafana wants to have seen before it works. */
final class StatusEndpoints {
    private static final List<String> RULE_TYPES = List.of("", "alert", "record");

    private final String version;
    private final Clock clock;
    private final long startedMs;

    StatusEndpoints(String version, Clock clock) {
        this.version = version;
        this.clock = clock;
        this.startedMs = clock.nowMs();
    }

    /**
     * As Grafana reads it: {@code features} is a map of strings, and an application other than Mimir with no rule
     * configuration among its features makes it offer no rule editing.
     */
    void buildInfo(Exchange exchange, Answer answer) throws Exception {
        Map<String, String> features = new TreeMap<>(Map.of(
                "ruler_config_api", "false",
                "alertmanager_config_api", "false",
                "query_sharding", "false",
                "federated_rules", "false"));
        answer.send(json -> {
            json.beginObject()
                    .name("application")
                    .string("Engram")
                    .name("version")
                    .string(version)
                    .name("revision")
                    .string("")
                    .name("branch")
                    .string("")
                    .name("buildUser")
                    .string("")
                    .name("buildDate")
                    .string("")
                    .name("goVersion")
                    .string("")
                    .name("features")
                    .beginObject();
            for (Map.Entry<String, String> feature : features.entrySet()) {
                json.name(feature.getKey()).string(feature.getValue());
            }
            json.endObject().endObject();
        });
    }

    void runtimeInfo(Exchange exchange, Answer answer) throws Exception {
        Runtime runtime = Runtime.getRuntime();
        answer.send(json -> json.beginObject()
                .name("startTime")
                .string(Instant.ofEpochMilli(startedMs).toString())
                .name("serverTime")
                .string(Instant.ofEpochMilli(clock.nowMs()).toString())
                .name("cpuCount")
                .number(runtime.availableProcessors())
                .name("heapMaxBytes")
                .number(runtime.maxMemory())
                .name("heapUsedBytes")
                .number(runtime.totalMemory() - runtime.freeMemory())
                .name("threads")
                .number(ManagementFactory.getThreadMXBean().getThreadCount())
                .endObject());
    }

    /** No flags: {@code /config} has the configuration. */
    void flags(Exchange exchange, Answer answer) throws Exception {
        answer.send(json -> json.beginObject().endObject());
    }

    void config(Exchange exchange, Answer answer) throws Exception {
        answer.send(json -> json.beginObject().name("yaml").string("").endObject());
    }

    /** No rules are evaluated here, so there are no groups. */
    void rules(Exchange exchange, Answer answer) throws Exception {
        String type = Parameters.orEmpty(exchange.parameter("type"));
        if (!RULE_TYPES.contains(type)) {
            throw ApiError.badParameter("type", "not supported value \"" + type + "\"");
        }
        answer.send(json ->
                json.beginObject().name("groups").beginArray().endArray().endObject());
    }

    void alerts(Exchange exchange, Answer answer) throws Exception {
        answer.send(json ->
                json.beginObject().name("alerts").beginArray().endArray().endObject());
    }

    void formatQuery(Exchange exchange, Answer answer) throws Exception {
        Expr query;
        try {
            query = Parser.parse(Parameters.orEmpty(exchange.parameter("query")), ParserOptions.EVERYTHING);
        } catch (ParseException e) {
            throw ApiError.badParameter("query", e.getMessage());
        }
        answer.send(json -> json.string(Printer.pretty(query)));
    }
}
