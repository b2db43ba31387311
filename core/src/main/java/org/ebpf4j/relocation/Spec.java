package org.ebpf4j.relocation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a relocation points at within the types of one BTF: from a root type through named members
/// and elements of arrays, in the order of C. Members without a name are stepped through silently.
/// For a type the path is empty; for an enumerator it is the one step to it.
///
/// @param root the type it starts from, as it was given: perhaps a typedef
/// @param bitOffset where the field begins, in bits from the start of the root, modulo 2^32
record Spec(Types types, int root, List<Step> path, long bitOffset) {
  /// The most steps there may be, those through members without a name counted.
  static final int MAX_LENGTH = 64;

  Spec {
    path = List.copyOf(path);
  }

  /// One step.
  ///
  /// @param type the struct, union or enumeration stepped into, or the element arrived at
  /// @param index of the member, enumerator or element
  /// @param name of the member or enumerator; none for an element
  record Step(int type, int index, @Nullable String name) {}

  Step last() {
    return path.getLast();
  }

  /// In words: `field 'mm[3].x' of struct task_struct (0:5:3:1)`.
  ///
  /// @param access the access string that it was read from
  String describe(CoreKind kind, String access) {
    var type = types.describe(root);
    return switch (kind.subject()) {
      case TYPE -> type;
      case ENUMERATOR -> "enumerator '" + last().name() + "' of " + type;
      case FIELD -> {
        var text = text();
        yield (text.isEmpty() ? "" : "field '" + text + "' of ") + type + " (" + access + ")";
      }
    };
  }

  /// The path as C would say it. The first step, from a pointer to what it points at, is not said
  /// where it is of none.
  private String text() {
    var text = new StringBuilder();
    for (int i = 0; i < path.size(); i++) {
      var step = path.get(i);
      if (step.name() != null) {
        text.append(text.isEmpty() ? "" : ".").append(step.name());
      } else if (i > 0 || step.index() > 0) {
        text.append('[').append(step.index()).append(']');
      }
    }
    return text.toString();
  }
}
