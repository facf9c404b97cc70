package io.engram.benchmarks.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What to measure, from the command line. */
final class Arguments {
    private final Map<Option, String> given = new EnumMap<>(Option.class);
    private final List<String> engramFlags = new ArrayList<>();

    /** @throws IllegalArgumentException where something is no option */
    Arguments(String[] args) {
        for (String arg : args) {
            String[] parts = arg.split("=", 2);
            Option option = Arrays.stream(Option.values())
                    .filter(known -> known.flag().equals(parts[0]))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(arg + " is not known, try --help"));
            String value = parts.length == 2 ? parts[1] : "";
            if (option == Option.ENGRAM_FLAG) {
                engramFlags.add(value);
            } else {
                given.put(option, value);
            }
        }
    }

    static String help() {
        StringBuilder help = new StringBuilder("benchmarks/e2e/run [option=value …]\n\n");
        for (Option option : Option.values()) {
            String shown = option.flag() + "=" + option.fallback;
            help.append(String.format(Locale.ROOT, "  %-50s %s%n", shown, option.meaning));
        }
        help.append("\nscenarios:\n");
        for (Scenario scenario : Scenario.values()) {
            String name = scenario.name().toLowerCase(Locale.ROOT);
            help.append(String.format(Locale.ROOT, "  %-10s %s%n", name, scenario.meaning));
        }
        return help.toString();
    }

    String text(Option option) {
        return given.getOrDefault(option, option.fallback);
    }

    int number(Option option) {
        return Integer.parseInt(text(option));
    }

    Path folder() {
        return Path.of(text(Option.FOLDER));
    }

    List<Scenario> scenarios() {
        return list(Option.SCENARIO, Scenario.class);
    }

    List<Peer> peers() {
        return list(Option.PEERS, Peer.class);
    }

    List<String> engramFlags() {
        return List.copyOf(engramFlags);
    }

    private <E extends Enum<E>> List<E> list(Option option, Class<E> type) {
        return Arrays.stream(text(option).split(","))
                .map(name -> Enum.valueOf(type, name.trim().replace('-', '_').toUpperCase(Locale.ROOT)))
                .toList();
    }
}
