package io.engram.promql.engine;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.promql.ast.Span;
import io.engram.promql.ast.WindowMode;
import io.engram.promql.engine.functions.Row;
import io.engram.promql.engine.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@code info()}: adds the labels of info series ({@code target_info} by default) that share {@code instance} and
 * {@code job} with a series. Follows Prometheus' {@code promql/info.go}:
 *
 * <ol>
 *   <li>Info series are selected by the second argument's matchers; those on labels also say which labels are added.
 *   <li>At each step a series meets, of each info metric, the one whose sample is newest.
 *   <li>A series that meets none stays as it is, unless a matcher asks for a label that is not empty.
 * </ol>
 */
final class InfoJoin {
    private static final String TARGET_INFO = "target_info";
    private static final List<String> IDENTIFYING = List.of("instance", "job");
    private static final Grouping BY_IDENTITY = Grouping.keeping(IDENTIFYING);

    /** With more values than this, the storage is not told which are wanted: the expression would cost more than it saves. */
    private static final int MAX_VALUES_IN_REGEX = 200;

    private final QueryContext context;
    private final OperatorBuilder operators;
    private final StepTimes times;
    private final Plan argument;
    private final Span span;
    private final List<Matcher> nameMatchers = new ArrayList<>();
    private final List<Matcher> dataMatchers = new ArrayList<>();

    InfoJoin(QueryContext context, OperatorBuilder operators, Plan.Call call, StepTimes times) {
        this.context = context;
        this.operators = operators;
        this.times = times;
        this.argument = call.arguments().getFirst();
        this.span = call.span();
        if (call.arguments().size() > 1) {
            Plan selector = call.arguments().get(1) instanceof Plan.StepInvariant once
                    ? once.operand()
                    : call.arguments().get(1);
            for (Matcher matcher : ((Plan.Selector) selector).matchers()) {
                (matcher.name().equals(Label.METRIC_NAME) ? nameMatchers : dataMatchers).add(matcher);
            }
        }
        if (nameMatchers.isEmpty()) {
            nameMatchers.add(Matcher.equal(Label.METRIC_NAME, TARGET_INFO));
        }
    }

    VectorOperator operator() {
        VectorOperator base = operators.vector(argument, times);
        return new ComputedOperator(() -> join(base));
    }

    private HeldVector join(VectorOperator operand) {
        HeldVector base = HeldVector.of(context, operand, times.count());
        Map<Labels, Map<String, List<InfoSeries>>> infos = select(base.series());
        HeldVector.Builder result = new HeldVector.Builder(context, times.count());
        for (int i = 0; i < base.rows().length; i++) {
            Row row = base.rows()[i];
            if (row == null) {
                continue;
            }
            Labels labels = base.series().labels()[i];
            boolean drops = base.series().dropName()[i];
            if (isInfo(labels)) {
                result.add(labels, drops, row);
                continue;
            }
            Map<String, List<InfoSeries>> mine = infos.getOrDefault(BY_IDENTITY.of(labels), Map.of());
            Map<List<Labels>, Labels> joined = new HashMap<>();
            for (int step = row.next(0); step >= 0; step = row.next(step + 1)) {
                List<Labels> met = newest(mine, step);
                if (met.isEmpty() && !dataMatchers.stream().allMatch(Matcher::matchesEmpty)) {
                    continue;
                }
                result.set(joined.computeIfAbsent(met, all -> with(labels, all)), drops, step, row.value[step]);
            }
        }
        base.release(context);
        return result.build();
    }

    private boolean isInfo(Labels labels) {
        String name = labels.metricName();
        return nameMatchers.stream().allMatch(matcher -> matcher.matches(name));
    }

    /** @param sampleTime when its newest sample was, in seconds, per step */
    private record InfoSeries(Labels labels, Row sampleTime) {}

    /** Info series by identity and by metric. */
    private Map<Labels, Map<String, List<InfoSeries>>> select(SeriesSet base) {
        List<Matcher> matchers = new ArrayList<>(nameMatchers);
        matchers.addAll(dataMatchers);
        if (!addIdentityMatchers(base, matchers)) {
            return Map.of();
        }
        var selector = new Plan.Selector(matchers, InfoReference.of(argument), WindowMode.PLAIN, span);
        VectorOperator found = operators.instant(selector, times, "info", true);
        HeldVector held = HeldVector.of(context, found, times.count());
        Map<Labels, Map<String, List<InfoSeries>>> infos = new HashMap<>();
        for (int i = 0; i < held.rows().length; i++) {
            Labels labels = held.series().labels()[i];
            Labels identity = BY_IDENTITY.of(labels);
            if (held.rows()[i] != null && !identity.isEmpty()) {
                infos.computeIfAbsent(identity, _ -> new TreeMap<>())
                        .computeIfAbsent(labels.metricName(), _ -> new ArrayList<>())
                        .add(new InfoSeries(labels, held.rows()[i]));
            }
        }
        return infos;
    }

    /** False where no series has an identity. */
    private boolean addIdentityMatchers(SeriesSet base, List<Matcher> matchers) {
        boolean any = false;
        for (String name : IDENTIFYING) {
            Set<String> values = new TreeSet<>();
            for (Labels labels : base.labels()) {
                if (!isInfo(labels)) {
                    values.add(labels.get(name));
                }
            }
            any |= values.stream().anyMatch(value -> !value.isEmpty());
            if (!values.isEmpty() && values.size() <= MAX_VALUES_IN_REGEX) {
                List<String> quoted =
                        values.stream().map(com.google.re2j.Pattern::quote).toList();
                matchers.add(new Matcher(Matcher.Type.REGEX, name, String.join("|", quoted)));
            }
        }
        return any;
    }

    private static List<Labels> newest(Map<String, List<InfoSeries>> byMetric, int step) {
        List<Labels> met = new ArrayList<>();
        for (List<InfoSeries> ofMetric : byMetric.values()) {
            InfoSeries best = null;
            for (InfoSeries one : ofMetric) {
                if (!one.sampleTime().has(step)) {
                    continue;
                }
                double time = one.sampleTime().value[step];
                if (best == null || time > best.sampleTime().value[step]) {
                    best = one;
                } else if (time == best.sampleTime().value[step]) {
                    long ms = Math.round(time * 1000);
                    throw QueryContext.failure("found duplicate series for info metric: existing "
                            + GoText.labels(best.labels()) + " @ " + ms + ", new " + GoText.labels(one.labels())
                            + " @ " + ms);
                }
            }
            if (best != null) {
                met.add(best.labels());
            }
        }
        return met;
    }

    /** The labels with those of the info series that they lack. */
    private Labels with(Labels base, List<Labels> infos) {
        Set<String> wanted = new HashSet<>();
        dataMatchers.forEach(matcher -> wanted.add(matcher.name()));
        Map<String, String> added = new TreeMap<>();
        for (Labels info : infos) {
            for (int i = 0; i < info.size(); i++) {
                Label label = info.at(i);
                if (label.name().equals(Label.METRIC_NAME) || (!wanted.isEmpty() && !wanted.contains(label.name()))) {
                    continue;
                }
                String before = added.get(label.name());
                if (before != null && !before.equals(label.value())) {
                    throw QueryContext.failure("conflicting label: " + label.name());
                }
                if (!base.has(label.name())) {
                    added.put(label.name(), label.value());
                }
            }
        }
        Labels result = base;
        for (Map.Entry<String, String> label : added.entrySet()) {
            result = result.with(label.getKey(), label.getValue());
        }
        return result;
    }
}
