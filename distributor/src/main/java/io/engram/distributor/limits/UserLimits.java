package io.engram.distributor.limits;

import io.engram.model.TenantId;
import io.engram.model.limits.LabelSetBudget;
import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantUsage;
import io.engram.server.config.RecordSettings;
import io.engram.server.config.RecordSettings.Setting;
import io.engram.server.http.Json;
import java.util.List;

/**
 * Every limit of a tenant, with what it has of it where that is counted:
 * {@code {"tenant":"a","limits":{"max-series":{"value":1000,"used":812,"left":188},…},"instance":{…}}}. Where a limit is 0,
 * which is none, nothing is {@code left}.
 */
final class UserLimits {
    private UserLimits() {}

    static String json(TenantId tenant, Limits limits, TenantUsage usage, SendingRate rate) {
        StringBuilder json = new StringBuilder("{\"tenant\":");
        Json.quote(tenant.value(), json);
        json.append(",\"limits\":{");
        String separator = "";
        for (Setting setting : RecordSettings.of(limits)) {
            json.append(separator);
            Json.quote(setting.key(), json);
            json.append(":{\"value\":");
            appendValue(setting, json);
            appendUsage(setting.key(), limits, usage, rate, json);
            json.append('}');
            separator = ",";
        }
        return json.append("},\"instance\":{\"series\":")
                .append(usage.instanceSeries())
                .append(",\"room\":")
                .append(usage.instanceRoom())
                .append("}}\n")
                .toString();
    }

    private static void appendValue(Setting setting, StringBuilder json) {
        switch (setting.value()) {
            case Number number -> json.append(number);
            case Boolean bool -> json.append(bool);
            case List<?> list -> {
                String separator = "[";
                for (Object item : list) {
                    json.append(separator);
                    Json.quote(item.toString(), json);
                    separator = ",";
                }
                json.append(list.isEmpty() ? "[]" : "]");
            }
            default -> Json.quote(setting.text(), json);
        }
    }

    private static void appendUsage(
            String key, Limits limits, TenantUsage usage, SendingRate rate, StringBuilder json) {
        switch (key) {
            case "ingestion-rate" -> appendUsed(Math.round(rate.samplesPerSecond()), limits.ingestionRate(), json);
            case "ingestion-burst" -> {
                if (rate.burst() > 0) {
                    appendUsed(rate.burst() - rate.burstLeft(), rate.burst(), json);
                }
            }
            case "max-exemplars" -> appendUsed(usage.exemplars(), limits.maxExemplars(), json);
            case "max-metadata-metrics" -> appendUsed(usage.metadataMetrics(), limits.maxMetadataMetrics(), json);
            case "max-series" -> appendUsed(usage.series(), limits.maxSeries(), json);
            case "max-series-per-metric" -> {
                appendUsed(usage.biggestMetricSeries(), limits.maxSeriesPerMetric(), json);
                json.append(",\"metric\":");
                Json.quote(usage.biggestMetric(), json);
            }
            case "series-budgets" -> appendBudgets(limits, usage, json);
            default -> {
                // Nothing is counted for the others.
            }
        }
    }

    private static void appendBudgets(Limits limits, TenantUsage usage, StringBuilder json) {
        json.append(",\"budgets\":[");
        // A list that is being changed right now is shown by the next call.
        int count = Math.min(limits.seriesBudgets().size(), usage.budgetSeries().size());
        for (int i = 0; i < count; i++) {
            LabelSetBudget budget = limits.seriesBudgets().at(i);
            json.append(i == 0 ? "{" : ",{").append("\"selector\":");
            Json.quote(budget.selector(), json);
            json.append(",\"value\":").append(budget.maxSeries());
            appendUsed(usage.budgetSeries().get(i), budget.maxSeries(), json);
            json.append('}');
        }
        json.append(']');
    }

    private static void appendUsed(long used, long limit, StringBuilder json) {
        json.append(",\"used\":").append(used);
        if (limit > 0) {
            json.append(",\"left\":").append(Math.max(0, limit - used));
        }
    }
}
