/**
 * The small JSON files of a block and its bucket: read by pulling ({@link io.engram.model.json.JsonReader}), printed as
 * Go's {@code encoding/json} prints ({@link io.engram.model.json.JsonPrinter}), since that is who writes and reads them
 * elsewhere.
 */
package io.engram.model.json;
