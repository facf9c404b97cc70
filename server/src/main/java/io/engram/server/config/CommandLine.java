package io.engram.server.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes a command line apart into keys and texts. A switch needs no value; every other key does. */
final class CommandLine {
    private final Map<String, Key> keys;
    private final List<String> mistakes;

    CommandLine(Map<String, Key> keys, List<String> mistakes) {
        this.keys = keys;
        this.mistakes = mistakes;
    }

    Map<String, String> parse(List<String> args) {
        Map<String, String> flags = new LinkedHashMap<>();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (!arg.startsWith("-") || arg.equals("-") || arg.equals("--")) {
                mistakes.add(arg + ": expected a flag such as --server.http-port=9009");
                continue;
            }
            String flag = arg.startsWith("--") ? arg.substring(2) : arg.substring(1);
            int equals = flag.indexOf('=');
            if (equals >= 0) {
                put(flags, flag.substring(0, equals), flag.substring(equals + 1));
                continue;
            }
            boolean next = i + 1 < args.size() && !args.get(i + 1).startsWith("--");
            Key key = keys.get(flag);
            if (key != null && key.isSwitch()) {
                boolean spelled = next
                        && (args.get(i + 1).equals("true") || args.get(i + 1).equals("false"));
                put(flags, flag, spelled ? args.get(++i) : "true");
            } else if (next) {
                put(flags, flag, args.get(++i));
            } else {
                mistakes.add(flag + ": --" + flag + " needs a value" + unknown(flag));
            }
        }
        return flags;
    }

    private String unknown(String flag) {
        return keys.containsKey(flag) ? "" : " and is no known key" + Typos.suggestion(flag, keys.keySet());
    }

    private void put(Map<String, String> flags, String key, String text) {
        if (flags.putIfAbsent(key, text) != null) {
            mistakes.add(key + ": given twice on the command line");
        }
    }
}
