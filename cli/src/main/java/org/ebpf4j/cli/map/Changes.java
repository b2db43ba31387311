package org.ebpf4j.cli.map;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.SafeText;
import org.jspecify.annotations.Nullable;

/// What differs between two readings of entries.
///
/// @param content how they are printed
record Changes(Content content) {
  /// An entry that was added (no value before), removed (none after) or changed.
  @SuppressWarnings("ArrayRecordComponent") // Printed, never compared.
  record Change(byte[] key, byte @Nullable [] before, byte @Nullable [] after) {}

  /// All entries of a map now.
  static Map<ByteBuffer, byte[]> entries(Content content) {
    var entries = new LinkedHashMap<ByteBuffer, byte[]>();
    content.map().entries().forEach((key, value) -> entries.put(ByteBuffer.wrap(key), value));
    return entries;
  }

  /// The entries of a map that may have many; not all, where a signal came.
  static Map<ByteBuffer, byte[]> entries(Content content, Walk walk) throws IOException {
    var entries = new LinkedHashMap<ByteBuffer, byte[]>();
    walk.through(
        content,
        (key, value) -> {
          entries.put(ByteBuffer.wrap(key), value);
          return true;
        });
    return entries;
  }

  /// The changes that make one of the other.
  static List<Change> between(Map<ByteBuffer, byte[]> before, Map<ByteBuffer, byte[]> after) {
    var changes = new ArrayList<Change>();
    before.forEach((key, value) -> {
      var now = after.get(key);
      if (now == null || !Arrays.equals(now, value)) {
        changes.add(new Change(bytes(key), value, now));
      }
    });
    after.forEach((key, value) -> {
      if (!before.containsKey(key)) {
        changes.add(new Change(bytes(key), null, value));
      }
    });
    return changes;
  }

  /// A line, which begins with `+`, `-` or `~`.
  String line(Change change) {
    var key = content.keyText(change.key());
    var before = change.before();
    var after = change.after();
    if (before == null) {
      return SafeText.line("+ " + key + ": " + (after == null ? "" : content.text(after)));
    }
    return SafeText.line(
        after == null
            ? "- " + key + ": " + content.text(before)
            : "~ " + key + ": " + content.text(before) + " -> " + content.text(after));
  }

  /// An object; its values are null where there is none.
  String json(Change change) {
    var before = change.before();
    var after = change.after();
    return Json.object(json ->
        json.put("change", before == null ? "added" : after == null ? "removed" : "changed")
            .putJson("key", content.key().json(change.key(), 0))
            .putJson("before", before == null ? "null" : content.valueJson(before))
            .putJson("after", after == null ? "null" : content.valueJson(after)));
  }

  private static byte[] bytes(ByteBuffer key) {
    var bytes = new byte[key.remaining()];
    key.duplicate().get(bytes);
    return bytes;
  }
}
