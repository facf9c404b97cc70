package io.engram.compactor;

import io.engram.compactor.job.JobStep;
import io.engram.compactor.plan.PlannedJob;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.Folded;
import io.engram.model.time.Clock;
import io.engram.model.time.Durations;
import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import io.engram.server.http.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The backlog, and what folding came to in the blocks of each tenant: a line a job and a line a tenant as text, or JSON where
 * the header {@code Accept} asks for it.
 */
final class JobsPage implements Endpoint {
    private static final String JSON = "application/json";

    private final JobQueue queue;
    private final FoldTotals folds;
    private final Clock clock;

    JobsPage(JobQueue queue, FoldTotals folds, Clock clock) {
        this.queue = queue;
        this.folds = folds;
        this.clock = clock;
    }

    @Override
    public void handle(Exchange exchange) throws IOException {
        if (exchange.accepts(JSON)) {
            exchange.answer(200, JSON, json(queue.all()));
        } else {
            exchange.answer(200, "text/plain; charset=utf-8", text(queue.all()));
        }
    }

    private String json(List<QueuedJob> jobs) {
        StringBuilder json = new StringBuilder("{\"jobs\":[");
        String separator = "";
        for (QueuedJob queued : jobs) {
            PlannedJob job = queued.job;
            json.append(separator).append("{\"tenant\":");
            Json.quote(queued.tenant.value(), json);
            json.append(",\"step\":\"").append(step(queued));
            json.append("\",\"step_seconds\":").append(stepMs(queued) / 1000.0);
            json.append(",\"vertical\":").append(job.isVertical());
            json.append(",\"fold\":").append(job.fold().isPresent());
            json.append(",\"range_start\":").append(job.rangeStartMs());
            json.append(",\"range_end\":").append(job.rangeEndMs());
            json.append(",\"bytes\":").append(job.inputBytes());
            json.append(",\"samples\":").append(job.inputSamples());
            json.append(",\"labels\":");
            Json.quote(job.blocks().getFirst().labels().toString(), json);
            json.append(",\"blocks\":[\"")
                    .append(job.ids().stream().map(BlockId::toString).collect(Collectors.joining("\",\"")))
                    .append("\"]}");
            separator = ",";
        }
        json.append("],\"folded\":[");
        separator = "";
        for (Map.Entry<TenantId, FoldTotals.Total> of : folds.all().entrySet()) {
            Folded series = of.getValue().series();
            json.append(separator).append("{\"tenant\":");
            Json.quote(of.getKey().value(), json);
            json.append(",\"blocks\":").append(of.getValue().blocks());
            json.append(",\"merged\":").append(series.merged());
            json.append(",\"single\":").append(series.single());
            json.append(",\"unlike\":").append(series.unlike());
            json.append(",\"counter_drops\":").append(series.counterDrops());
            json.append(",\"borders\":").append(series.borders()).append('}');
            separator = ",";
        }
        return json.append("]}\n").toString();
    }

    private String text(List<QueuedJob> jobs) {
        StringBuilder text =
                new StringBuilder("TENANT\tSTEP\tSINCE\tKIND\tRANGE FROM\tRANGE\tBLOCKS\tBYTES\tSAMPLES\n");
        for (QueuedJob queued : jobs) {
            PlannedJob job = queued.job;
            text.append(queued.tenant).append('\t');
            text.append(step(queued)).append('\t');
            text.append(queued.step() == JobStep.WAITING ? "-" : Durations.format(stepMs(queued)))
                    .append('\t');
            text.append(kind(job)).append('\t');
            text.append(Instant.ofEpochMilli(job.rangeStartMs())).append('\t');
            text.append(Durations.format(job.rangeEndMs() - job.rangeStartMs())).append('\t');
            text.append(job.blocks().size()).append('\t');
            text.append(job.inputBytes()).append('\t');
            text.append(job.inputSamples()).append('\n');
        }
        if (!folds.all().isEmpty()) {
            text.append("\nTENANT\tFOLDED BLOCKS\tSERIES MERGED\tSINGLE\tUNLIKE\tCOUNTER DROPS\tBORDERS\n");
            folds.all().forEach((tenant, total) -> text.append(tenant)
                    .append('\t')
                    .append(total.blocks())
                    .append('\t')
                    .append(total.series().merged())
                    .append('\t')
                    .append(total.series().single())
                    .append('\t')
                    .append(total.series().unlike())
                    .append('\t')
                    .append(total.series().counterDrops())
                    .append('\t')
                    .append(total.series().borders())
                    .append('\n'));
        }
        return text.toString();
    }

    private static String kind(PlannedJob job) {
        return job.fold().isPresent() ? "fold" : job.isVertical() ? "vertical" : "horizontal";
    }

    private static String step(QueuedJob queued) {
        return queued.step().toString().toLowerCase(Locale.ROOT);
    }

    private long stepMs(QueuedJob queued) {
        return queued.step() == JobStep.WAITING ? 0 : Math.max(0, clock.nowMs() - queued.stepBeganMs());
    }
}
