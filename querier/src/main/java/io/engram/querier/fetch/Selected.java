package io.engram.querier.fetch;

import io.engram.proto.SelectCursor;
import java.util.List;

/**
 * What a selection found in all sources. Whoever gets it closes the cursors.
 *
 * @param joined the series as they are stored
 * @param twins the same as they are to be answered; null where no series has a replica label that is to be dropped
 * @param infos what the user should know of it
 */
record Selected(List<SelectCursor> cursors, JoinedSeries joined, Twins twins, List<String> infos) {}
