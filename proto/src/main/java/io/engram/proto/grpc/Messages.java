package io.engram.proto.grpc;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.cardinality.Count;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.regex.InvalidRegex;
import io.engram.proto.Select;
import io.engram.proto.SelectBlocks;
import io.engram.proto.cluster.v1.BlockName;
import io.engram.proto.cluster.v1.LabelMatcher;
import io.engram.proto.cluster.v1.LabelPair;
import io.engram.proto.cluster.v1.NamedCount;
import io.engram.proto.cluster.v1.SelectQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Values of the model as messages, and back. */
final class Messages {
    private Messages() {}

    static SelectQuery of(Select.Query query) {
        return SelectQuery.newBuilder()
                .setTenant(query.tenant().value())
                .addAllMatchers(matchers(query.matchers()))
                .setMinTimeMs(query.minTimeMs())
                .setMaxTimeMs(query.maxTimeMs())
                .build();
    }

    static SelectQuery of(SelectBlocks.Query query) {
        return of(query.select()).toBuilder()
                .addAllBlocks(blockNames(query.blocks()))
                .build();
    }

    static Select.Query select(SelectQuery query) {
        return new Select.Query(
                new TenantId(query.getTenant()),
                matchersOf(query.getMatchersList()),
                query.getMinTimeMs(),
                query.getMaxTimeMs());
    }

    static SelectBlocks.Query selectBlocks(SelectQuery query) {
        return new SelectBlocks.Query(select(query), blocksOf(query.getBlocksList()));
    }

    static List<LabelMatcher> matchers(List<Matcher> matchers) {
        return matchers.stream()
                .map(matcher -> LabelMatcher.newBuilder()
                        .setType(type(matcher.type()))
                        .setName(matcher.name())
                        .setValue(matcher.value())
                        .build())
                .toList();
    }

    static List<Matcher> matchersOf(List<LabelMatcher> messages) {
        List<Matcher> matchers = new ArrayList<>(messages.size());
        for (LabelMatcher message : messages) {
            try {
                matchers.add(new Matcher(type(message.getType()), message.getName(), message.getValue()));
            } catch (InvalidRegex e) {
                throw new Failure(ErrorId.FRAME_INVALID, "a query's pattern is no expression: " + e.getMessage(), e);
            }
        }
        return matchers;
    }

    private static LabelMatcher.Type type(Matcher.Type type) {
        return switch (type) {
            case EQUAL -> LabelMatcher.Type.EQUAL;
            case NOT_EQUAL -> LabelMatcher.Type.NOT_EQUAL;
            case REGEX -> LabelMatcher.Type.REGEX;
            case NOT_REGEX -> LabelMatcher.Type.NOT_REGEX;
        };
    }

    private static Matcher.Type type(LabelMatcher.Type type) {
        return switch (type) {
            case EQUAL -> Matcher.Type.EQUAL;
            case NOT_EQUAL -> Matcher.Type.NOT_EQUAL;
            case REGEX -> Matcher.Type.REGEX;
            case NOT_REGEX -> Matcher.Type.NOT_REGEX;
            case UNRECOGNIZED ->
                throw new Failure(ErrorId.FRAME_INVALID, "a query has a matcher that this release does not know");
        };
    }

    /** Sorted, so that equal messages are equal bytes. */
    static List<BlockName> blockNames(Collection<BlockId> blocks) {
        return blocks.stream()
                .sorted()
                .map(block -> BlockName.newBuilder()
                        .setHigh(block.high())
                        .setLow(block.low())
                        .build())
                .toList();
    }

    static List<BlockId> blocksOf(List<BlockName> messages) {
        return messages.stream()
                .map(message -> new BlockId(message.getHigh(), message.getLow()))
                .toList();
    }

    static List<LabelPair> pairs(Labels labels) {
        List<LabelPair> pairs = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            pairs.add(LabelPair.newBuilder()
                    .setName(labels.at(i).name())
                    .setValue(labels.at(i).value())
                    .build());
        }
        return pairs;
    }

    /** They come sorted. */
    static Labels labels(List<LabelPair> pairs) {
        return Labels.ofSorted(pairs.stream()
                .map(pair -> new Label(pair.getName(), pair.getValue()))
                .toArray(Label[]::new));
    }

    static List<NamedCount> counts(List<Count> counts) {
        return counts.stream()
                .map(count -> NamedCount.newBuilder()
                        .setName(count.name())
                        .setCount(count.count())
                        .build())
                .toList();
    }

    static List<Count> countsOf(List<NamedCount> messages) {
        return messages.stream()
                .map(message -> new Count(message.getName(), message.getCount()))
                .toList();
    }
}
