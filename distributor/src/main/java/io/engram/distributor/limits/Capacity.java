package io.engram.distributor.limits;

import io.engram.model.TenantId;
import io.engram.model.labels.Label;
import io.engram.model.labels.Matcher;
import io.engram.model.limits.LabelSetBudget;
import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantUsage;
import io.engram.proto.Usage;
import io.engram.server.http.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether so many more series of a tenant fit, and what room each limit leaves.
 *
 * @param series that would come
 * @param rooms of every limit that they would count against, and of those that they may count against
 */
record Capacity(TenantId tenant, long series, List<Room> rooms) {
    /**
     * What one limit leaves.
     *
     * @param about the metric or the budget, empty for limits of everything
     * @param limit 0 where nobody knows it as a number of this tenant's series: what the instance's memory holds
     * @param certain false where labels that nobody told decide whether the series count here
     */
    record Room(String key, String about, long limit, long used, long room, boolean certain) {}

    /** What the labels that are known say about a budget. */
    private enum Falls {
        UNDER,
        BESIDE,
        UNKNOWN
    }

    /** @param match what is known of the series' labels, by its equality matchers */
    static Capacity of(Limits limits, Usage usage, TenantId tenant, long series, List<Matcher> match) {
        Map<String, String> labels = new HashMap<>();
        for (Matcher matcher : match) {
            if (matcher.type() == Matcher.Type.EQUAL) {
                labels.put(matcher.name(), matcher.value());
            }
        }
        TenantUsage used = usage.usage(tenant);
        List<Room> rooms = new ArrayList<>();
        if (limits.maxSeries() > 0) {
            rooms.add(room("limits.max-series", "", limits.maxSeries(), used.series(), true));
        }
        String metric = labels.getOrDefault(Label.METRIC_NAME, "");
        if (limits.maxSeriesPerMetric() > 0 && !metric.isEmpty()) {
            rooms.add(room(
                    "limits.max-series-per-metric",
                    metric,
                    limits.maxSeriesPerMetric(),
                    usage.seriesOfMetric(tenant, metric),
                    true));
        }
        addBudgets(limits.seriesBudgets().budgets(), used, labels, rooms);
        rooms.add(new Room("ingester.max-series", "", 0, used.instanceSeries(), used.instanceRoom(), true));
        return new Capacity(tenant, series, List.copyOf(rooms));
    }

    private static void addBudgets(
            List<LabelSetBudget> budgets, TenantUsage used, Map<String, String> labels, List<Room> rooms) {
        Falls toDefault = Falls.UNDER;
        for (LabelSetBudget budget : budgets) {
            Falls falls = budget.isDefault() ? Falls.BESIDE : falls(budget, labels);
            if (falls == Falls.UNDER) {
                toDefault = Falls.BESIDE;
            } else if (falls == Falls.UNKNOWN && toDefault == Falls.UNDER) {
                toDefault = Falls.UNKNOWN;
            }
        }
        // A list that is being changed right now is judged as far as it is counted.
        for (int i = 0; i < Math.min(budgets.size(), used.budgetSeries().size()); i++) {
            LabelSetBudget budget = budgets.get(i);
            Falls falls = budget.isDefault() ? toDefault : falls(budget, labels);
            if (falls != Falls.BESIDE && budget.maxSeries() > 0) {
                rooms.add(room(
                        "limits.series-budgets",
                        budget.selector(),
                        budget.maxSeries(),
                        used.budgetSeries().get(i),
                        falls == Falls.UNDER));
            }
        }
    }

    private static Falls falls(LabelSetBudget budget, Map<String, String> labels) {
        Falls falls = Falls.UNDER;
        for (Matcher matcher : budget.matchers()) {
            String value = labels.get(matcher.name());
            if (value == null) {
                falls = Falls.UNKNOWN;
            } else if (!matcher.matches(value)) {
                return Falls.BESIDE;
            }
        }
        return falls;
    }

    private static Room room(String key, String about, long limit, long used, boolean certain) {
        return new Room(key, about, limit, used, Math.max(0, limit - used), certain);
    }

    boolean fits() {
        return rooms.stream().allMatch(room -> !room.certain || room.room >= series);
    }

    /** One line whose first word is {@code fits} or {@code full}. */
    String text() {
        StringBuilder text = new StringBuilder(fits() ? "fits: " : "full: ")
                .append(series)
                .append(" more series of tenant ")
                .append(tenant)
                .append(fits() ? " fit" : " do not fit");
        for (Room room : rooms) {
            if (room.room < series || room.certain && room.limit == 0) {
                text.append(room.certain ? "; " : "; where they fall under it, ")
                        .append(room.key);
                text.append(room.about.isEmpty() ? "" : " " + room.about.replace('\n', ' '));
                text.append(room.limit == 0 ? "" : " (" + room.used + " of " + room.limit + ")");
                text.append(" leaves room for ").append(room.room);
            }
        }
        return text.toString();
    }

    String json() {
        StringBuilder json = new StringBuilder("{\"tenant\":");
        Json.quote(tenant.value(), json);
        json.append(",\"series\":").append(series);
        json.append(",\"fits\":").append(fits());
        json.append(",\"limits\":[");
        String separator = "{";
        for (Room room : rooms) {
            json.append(separator).append("\"key\":");
            Json.quote(room.key, json);
            if (!room.about.isEmpty()) {
                json.append(room.about.startsWith("{") ? ",\"selector\":" : ",\"metric\":");
                Json.quote(room.about, json);
            }
            if (room.limit > 0) {
                json.append(",\"limit\":").append(room.limit);
            }
            json.append(",\"used\":").append(room.used);
            json.append(",\"room\":").append(room.room);
            json.append(",\"fits\":").append(room.room >= series);
            json.append(",\"certain\":").append(room.certain).append('}');
            separator = ",{";
        }
        return json.append("]}\n").toString();
    }
}
