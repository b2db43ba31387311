package org.ebpf4j.btf.text;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names of types in one C file. Where several types of a BTF have one name, the second that is
/// written gets `___2` behind it, and so on; CO-RE leaves out what follows three underscores.
final class CNames {
  private final Map<String, Integer> tags = new HashMap<>();
  private final Map<String, Integer> identifiers = new HashMap<>();
  private final @Nullable String[] names;

  CNames(int count) {
    this.names = new String[count];
  }

  /// The name of the struct, union or enum `id`, whose name in BTF is `name`.
  String tag(int id, String name) {
    return name.isEmpty() ? "" : once(id, name, tags);
  }

  /// The name of the typedef `id`.
  String typedef(int id, String name) {
    return once(id, name, identifiers);
  }

  /// A name for an enumerator, which shares its names with typedefs.
  String enumerator(String name) {
    return next(name, identifiers);
  }

  private String once(int id, String name, Map<String, Integer> taken) {
    var known = names[id];
    if (known == null) {
      known = next(name, taken);
      names[id] = known;
    }
    return known;
  }

  private static String next(String name, Map<String, Integer> taken) {
    var count = taken.merge(name, 1, Integer::sum);
    return count == 1 ? name : name + "___" + count;
  }
}
