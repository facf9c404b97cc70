package io.engram.app;

import io.engram.model.limits.Limits;
import io.engram.server.config.ConfigLoader;
import io.engram.server.config.RecordSettings;
import io.engram.server.config.RecordSettings.Setting;
import java.util.stream.Collectors;

/** Makes {@code docs/limits.md} from the record of the limits. */
final class LimitsPage {
    private LimitsPage() {}

    static String markdown() {
        StringBuilder page = new StringBuilder("""
                # Limits of a tenant

                What a tenant may do. This page is made from the record in the code (`Limits`); a test compares the two.

                | key | default | meaning | refused with |
                | --- | --- | --- | --- |
                """);
        for (Setting setting : RecordSettings.of(ConfigLoader.defaults(Limits.class))) {
            String errors = setting.errors().stream()
                    .map(id -> "[`" + id.code() + "`](errors.md)")
                    .collect(Collectors.joining(", "));
            page.append("| `%s` | %s | %s | %s |%n"
                    .formatted(
                            setting.fullKey(),
                            setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`",
                            cell(setting.doc()),
                            errors));
        }
        return page.append("""

                ## For all tenants, and for one

                Each key is a flag (`--limits.max-series=100000`), stands in `--config.file`, or in the environment
                (`ENGRAM_LIMITS_MAX_SERIES`); that is what holds for every tenant. The runtime file overrides it for single ones,
                with the same keys without `limits.`:

                ```yaml
                # --runtime-config.file=runtime.yml
                overrides:
                  team-a:
                    max-series: 2000000
                    series-limit-action: drop
                  team-b:
                    max-series: 50000
                    series-budgets:
                      - '{app="checkout"}=20000'
                      - '{app=~"test-.*"}=1000'
                      - '{}=30000'
                ```

                It is looked at every `runtime-config.reload-interval`, and a change holds from then on, without a restart. A file
                with a mistake – an unknown key, a bad value, a bad tenant id – stops a start with one line per mistake. Later it is
                refused as a whole: what held before goes on, the log says why, once for each content, and
                `engram_runtime_config_last_reload_successful` is 0 until the file is good. `/runtime_config?mode=diff` shows what
                holds and, where the file is bad, why.

                ## Limits of series are soft

                A series that exists goes on whatever the limits say, also where one is lowered below what is there; only new
                series are refused. Counts are exact: a series that goes gives its place back. `limits.series-limit-action` decides
                whether the sender is told (400, the rest of the request is stored) or only
                `engram_distributor_refused_samples_total` counts.

                A new series counts against every budget in `limits.series-budgets` whose selector it passes; `{}` takes those that
                pass no other. A selector has any matchers that PromQL knows (`=`, `!=`, `=~`, `!~`). A budget of 0 only counts. In
                YAML each is a quoted item of a list; as a flag or in the environment they are joined with commas.

                ## How far am I?

                `GET /api/v1/user_limits` shows each limit with its value and, where it is counted, what is used and left.
                `GET /api/v1/capacity?series=5000&match={app="checkout"}` answers whether so many more fit, and
                `engram capacity check` asks it for a pipeline; see [operate.md](operate.md).

                ## Beside the tenants

                An instance takes as many series as its memory holds (`ingester.max-series`, by the memory that labels take, and by
                `ingester.max-tenants`); beyond that new series get 503, and those that exist go on. The last tenth is for tenants
                that have less than an equal share, so that one whose series explode does not take the room of the others.
                """).toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
