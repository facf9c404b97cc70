package io.engram.server.yaml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Loads a YAML text, once its events have shown that what it stands for can be walked: so deep, and so long with every
 * alias in place of its anchor, that neither a stack nor the heap is at risk. A few lines of aliases to aliases stand for
 * more than any memory holds, and an alias within its own anchor never ends.
 */
public final class YamlText {
    /** Aliases followed. Our files need five levels. */
    static final int MAX_DEPTH = 32;

    /** Far beyond what people write by hand; programs write overrides of very many tenants. */
    private static final int MAX_CHARACTERS = 64 << 20;

    /** What aliases may add, in characters; texts without them never have more than they are long. */
    private static final long MAX_REPEATED = 16 << 20;

    /** Reading a number takes quadratic time. */
    private static final int MAX_NUMBER_CHARACTERS = 1_000;

    /** The text is YAML, but stands for more than is taken. The message repeats nothing of it. */
    public static final class TooLarge extends YamlEngineException {
        private static final long serialVersionUID = 1L;

        TooLarge(String message) {
            super(message);
        }
    }

    /** A value that has begun: how deep it goes below itself, and what was counted before it. */
    private static final class Open {
        final Anchor anchor; // null without
        final long before;
        int height;

        Open(Anchor anchor, long before) {
            this.anchor = anchor;
            this.before = before;
        }
    }

    private record Size(int height, long characters) {}

    private final Map<Anchor, Size> anchors = new HashMap<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private final long maxSize;
    private long size;

    private YamlText(int characters) {
        this.maxSize = MAX_REPEATED + 2L * characters;
    }

    /**
     * What the text says: maps, lists, texts, numbers, booleans and null; null where it is empty. Aliases give the same
     * object again.
     *
     * @throws YamlEngineException where it is no YAML, has a key twice, or has lists or maps as keys; {@link TooLarge}
     */
    public static Object load(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(false)
                .setAllowNonScalarKeys(false)
                .setCodePointLimit(MAX_CHARACTERS)
                .setMaxAliasesForCollections(Integer.MAX_VALUE) // counted here by what they stand for
                .build();
        try {
            YamlText seen = new YamlText(text.length());
            for (Event event : new Parse(settings).parseString(text)) {
                seen.see(event);
            }
            return new Load(settings).loadFromString(text);
        } catch (YamlEngineException e) {
            throw e;
        } catch (RuntimeException e) { // its scanner lets some through, as that of Integer.parseInt for "\\u"
            throw new YamlEngineException("not legal YAML", e);
        }
    }

    private void see(Event event) {
        switch (event) {
            case CollectionStartEvent start -> {
                count(1, 1);
                open.push(new Open(start.getAnchor().orElse(null), size - 1));
            }
            case CollectionEndEvent _ -> close();
            case ScalarEvent scalar -> scalar(scalar);
            case AliasEvent alias -> {
                Size of = anchors.get(alias.getAlias());
                if (of == null) {
                    // Unknown, which the loader tells with its place, or of a value that has not ended.
                    boolean within =
                            open.stream().anyMatch(o -> alias.getAlias().equals(o.anchor));
                    if (within) {
                        throw new TooLarge("an alias stands within its own anchor");
                    }
                } else {
                    count(of.height, of.characters);
                }
            }
            default -> {}
        }
    }

    private void scalar(ScalarEvent scalar) {
        String value = scalar.getValue();
        if (scalar.isPlain()
                && value.length() > MAX_NUMBER_CHARACTERS
                && "+-.0123456789".indexOf(value.charAt(0)) >= 0) {
            throw new TooLarge("a number may have " + MAX_NUMBER_CHARACTERS + " characters; texts stand in quotes");
        }
        long characters = 1L + value.length();
        count(1, characters);
        scalar.getAnchor().ifPresent(anchor -> anchors.put(anchor, new Size(1, characters)));
    }

    private void close() {
        Open closed = open.pop();
        int height = closed.height + 1;
        if (closed.anchor != null) {
            anchors.put(closed.anchor, new Size(height, size - closed.before));
        }
        if (!open.isEmpty()) {
            open.peek().height = Math.max(open.peek().height, height);
        }
    }

    /** Counts a value where the walk is, which goes {@code height} levels down from there. */
    private void count(int height, long characters) {
        if (open.size() + height > MAX_DEPTH) {
            throw new TooLarge("lists and maps are nested more than " + MAX_DEPTH + " levels deep");
        }
        size += characters;
        if (size > maxSize) {
            throw new TooLarge(
                    "with aliases in place of their anchors the text has more than " + maxSize + " characters");
        }
        if (!open.isEmpty()) {
            open.peek().height = Math.max(open.peek().height, height);
        }
    }
}
